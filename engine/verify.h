// Verify: every checksum of a checkpoint's data, without moving a byte.
//
// Role in the flow: a restore without destinations: it plans all stored parts, lets the executor
// sum them on all threads, and says which tensors are damaged. The index was checked when the
// checkpoint was opened. Where a format keeps no checksums, all bytes are read all the same.

#ifndef THAW_ENGINE_VERIFY_H_
#define THAW_ENGINE_VERIFY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/checkpoint.h"
#include "engine/restore.h"
#include "io/base/result.h"

namespace thaw {

// What is wrong with a tensor (`problem` in JSON).
enum class Damage {
  kChecksum,      // the bytes do not agree with the checksum, or are no string tensor
  kTruncated,     // the data file ends before them
  kMissingShard,  // the data file is not there
  kBadEntry,      // the index contradicts itself
  kOverlap,       // two tensors claim the same bytes
  kMissingSlice,  // slices do not cover the tensor
};
// "checksum", "truncated", "missing_shard", "bad_entry", "overlap", "missing_slice".
std::string_view DamageName(Damage damage);

struct DamagedTensor {
  std::string tensor;
  Damage damage = Damage::kChecksum;
  std::string file;
  std::uint64_t offset = 0;  // of the stored part in `file`; 0 where the entry does not tell
  std::uint64_t bytes = 0;
  Status status;
};

struct VerifyReport {
  std::uint64_t tensors_checked = 0;  // whose bytes were read; damaged ones count
  std::uint64_t bytes_checked = 0;
  // Of tensors_checked: those whose format keeps no checksum of them. Their bytes were read, and
  // may be any.
  std::uint64_t tensors_without_checksum = 0;
  std::vector<DamagedTensor> damaged;  // by name, then file and offset
  double seconds = 0.0;

  bool ok() const { return damaged.empty(); }
};

// Goes on after damage and lists all of it. Open the checkpoint with `tolerate_entry_errors`.
//   options: threads, memory_budget, cancel and progress count.
// Errors: Cancelled, PermissionDenied, Unavailable, FailedPrecondition (the files were changed
//         meanwhile), ResourceExhausted: nothing can be said about the checkpoint then.
Result<VerifyReport> Verify(const Checkpoint& checkpoint, const RestoreOptions& options = {});

}  // namespace thaw

#endif  // THAW_ENGINE_VERIFY_H_
