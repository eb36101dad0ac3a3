// SegmentOrigin: what a shared segment was restored from.
//
// Role in the flow: written into a segment, and compared with the files when another process wants
// to use it: a segment of a checkpoint that has changed since is stale. It reads no file's content.

#ifndef THAW_ENGINE_SHARED_SEGMENT_ORIGIN_H_
#define THAW_ENGINE_SHARED_SEGMENT_ORIGIN_H_

#include <cstdint>
#include <string>
#include <vector>

#include "io/base/bytes.h"
#include "io/base/result.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

// A file as it was: what stat says.
struct OriginFile {
  std::string path;  // absolute
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::uint64_t modified_ns = 0;  // since 1970
  std::uint64_t changed_ns = 0;   // the same, of the inode

  friend bool operator==(const OriginFile&, const OriginFile&) = default;
};

struct SegmentOrigin {
  std::string prefix;             // absolute
  std::string recipe;             // which tensors, in which dtypes: equal text, equal tensors
  std::vector<OriginFile> files;  // index and data files

  friend bool operator==(const SegmentOrigin&, const SegmentOrigin&) = default;
};

// The absolute form of a checkpoint's prefix, links in its folder resolved.
std::string AbsolutePrefix(const std::string& prefix);

// As the files of `reader`'s checkpoint are now.
// Errors: as a missing file's; Unimplemented  the checkpoint does not lie in local files.
Result<SegmentOrigin> OriginOf(const CheckpointReader& reader, std::string recipe);

// OK while all files are as they were.
// Errors: FailedPrecondition  one was changed or removed, named.
Status CheckUnchanged(const SegmentOrigin& origin);

std::string EncodeOrigin(const SegmentOrigin& origin);
// Untrusted input: yes (tests/fuzz/segment_fuzz.cc). Errors: DataLoss.
Result<SegmentOrigin> DecodeOrigin(ByteView bytes);

}  // namespace thaw

#endif  // THAW_ENGINE_SHARED_SEGMENT_ORIGIN_H_
