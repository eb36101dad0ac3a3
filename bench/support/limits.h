// Limits: what this machine can do at best with the same bytes, measured beside a restore.
//
// Role in the flow: the denominators of every ratio (docs: bench/README.md). Each limit is an Arm
// of the same rounds as the restore. A limit uses no checksum, no index and no plan; from the
// restore's code it shares the map of a file alone, whose placement would otherwise be part of the
// comparison.

#ifndef THAW_BENCH_SUPPORT_LIMITS_H_
#define THAW_BENCH_SUPPORT_LIMITS_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/support/crew.h"
#include "bench/support/rounds.h"
#include "engine/kernels/copy.h"
#include "io/base/bytes.h"
#include "io/storage/mapping.h"

namespace thaw {

struct Limit {
  std::string_view form;  // of engine/kernels/copy.h; "rows", "direct"
  Figures gbps;
};

// What the arm came to.
Limit LimitOf(std::string_view form, const Arm& arm);

// The files, freshly mapped, as a restore maps them.
// Errors: as opening and mapping.
Result<std::vector<Mapping>> MapFiles(const std::vector<std::string>& paths);

// Plain copies with a given number of threads, in every form.
// After the rounds, copy(), memory() and memcpy() have their figures.
class CopyLimits {
 public:
  // files: copied one after the other to the beginning of `destination`, freshly mapped each time.
  // source: anonymous memory that the `memory` limit copies from, again and again if it is smaller
  //   than the files.
  // Both buffers are at least 1 byte, touched, and outlive this object.
  CopyLimits(std::vector<std::string> files, std::uint64_t file_bytes, ByteView source,
             MutableByteView destination, int threads);
  CopyLimits(const CopyLimits&) = delete;
  CopyLimits& operator=(const CopyLimits&) = delete;

  std::vector<Arm*> arms();

  // The best form from the files, from memory, and the C library's from the files.
  Limit copy() const { return Best(from_files_); }
  Limit memory() const { return Best(from_memory_); }
  Limit memcpy() const;

 private:
  struct FormArm {
    const CopyForm* form;
    Arm arm;
  };

  static Limit Best(const std::vector<FormArm>& arms);
  Result<double> CopyFiles(const CopyForm& form);
  double CopyMemory(const CopyForm& form);

  const std::vector<std::string> files_;
  const std::uint64_t file_bytes_;
  const ByteView source_;
  const MutableByteView destination_;
  Crew crew_;
  std::vector<FormArm> from_files_;
  std::vector<FormArm> from_memory_;
};

// Reads the files past the page cache, front to back, with as many requests in flight as keep a
// disk busy. The files must be gone from the page cache for the figure to be the disk's. Returns
// the seconds that the reads took. Errors: as opening and reading; Unimplemented where the file
// system has no direct reads.
Result<double> ReadDirectly(const std::vector<std::string>& files);

}  // namespace thaw

#endif  // THAW_BENCH_SUPPORT_LIMITS_H_
