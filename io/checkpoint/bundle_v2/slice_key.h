// The index keys of a tensor's slices: name and extents in OrderedCode.
//
// Role in the flow: how the bundle's reader and writer (and V1's) find the entry of one slice. It
// must not know what the entry holds.
// Format: docs/format/tensor_bundle_v2.md §5.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V2_SLICE_KEY_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V2_SLICE_KEY_H_

#include <string>
#include <string_view>

#include "io/base/result.h"
#include "io/base/slice.h"

namespace thaw {

// What TensorFlow's EncodeTensorNameSlice gives. The form of the slice counts: "-" and an explicit
// extent of the same length have different keys.
std::string EncodeSliceKey(std::string_view tensor_name, const TensorSlice& slice);

// The same, appended to `*key`, whose memory is reused.
void AppendSliceKey(std::string_view tensor_name, const TensorSlice& slice, std::string* key);

struct SliceKey {
  std::string tensor_name;
  TensorSlice slice;  // a negative length is SliceDim::kFull
};

// Errors: DataLoss  `key` is not what EncodeSliceKey gives for any name and slice.
// Untrusted input: yes.
Result<SliceKey> DecodeSliceKey(std::string_view key);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V2_SLICE_KEY_H_
