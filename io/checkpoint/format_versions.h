// FormatVersions: which readers a checkpoint admits.
//
// Role in the flow: every TensorFlow format has these three numbers in its header; the readers ask
// here whether they may go on. It must not know where a header lies.

#ifndef THAW_IO_CHECKPOINT_FORMAT_VERSIONS_H_
#define THAW_IO_CHECKPOINT_FORMAT_VERSIONS_H_

#include <cstdint>
#include <vector>

#include "io/base/status.h"

namespace thaw {

// The version of V1 and V2 checkpoints, as reader and as writer (kTensorBundleVersion and
// TF_CHECKPOINT_VERSION in TensorFlow).
inline constexpr std::int32_t kFormatVersion = 1;

// versions.proto: VersionDef.
struct FormatVersions {
  std::int32_t producer = 0;
  std::int32_t min_consumer = 0;
  std::vector<std::int32_t> bad_consumers;
};

// Errors: InvalidArgument  this reader is not admitted, or the writer is older than any.
// Untrusted input: yes.
Status CheckVersions(const FormatVersions& versions);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_FORMAT_VERSIONS_H_
