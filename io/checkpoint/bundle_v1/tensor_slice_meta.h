// TensorSliceMeta: the first record of a V1 file, which lists its tensors and slices.
//
// Role in the flow: the only code of V1 that knows protobuf. Reader and writer see plain structs;
// what the fields mean together is theirs to judge.
// Format: docs/format/tensor_slices_v1.md §2.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V1_TENSOR_SLICE_META_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V1_TENSOR_SLICE_META_H_

#include <cstdint>
#include <string>
#include <vector>

#include "io/base/bytes.h"
#include "io/base/result.h"
#include "io/base/shape.h"
#include "io/base/slice.h"
#include "io/checkpoint/format_versions.h"

namespace thaw {

// saved_tensor_slice.proto: SavedSliceMeta, its numbers as they are in the file.
struct SavedTensor {
  std::string name;
  Shape shape;                    // of the full tensor
  std::int64_t dtype_number = 0;  // types.proto: DataType
  std::vector<TensorSlice> slices;
};

// saved_tensor_slice.proto: SavedTensorSliceMeta.
struct TensorSliceMeta {
  std::vector<SavedTensor> tensors;
  FormatVersions versions;
};

// Errors: DataLoss  the bytes are no such record, or a name is not UTF-8 (TensorFlow takes it for
//                   text and refuses the file).
// Untrusted input: yes.
Result<TensorSliceMeta> DecodeTensorSliceMeta(ByteView value);

// The bytes that TensorFlow writes for it.
std::string EncodeTensorSliceMeta(const TensorSliceMeta& meta);

// The wire form of a slice, as the record of its elements repeats it (TensorSliceProto).
std::string EncodeSliceMessage(const TensorSlice& slice);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V1_TENSOR_SLICE_META_H_
