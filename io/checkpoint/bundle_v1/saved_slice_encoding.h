// The record of one slice's elements, as TensorFlow writes it.
//
// Role in the flow: the writer's half of saved_slice. It must not know tables or files.
// Format: docs/format/tensor_slices_v1.md §3, §4.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V1_SAVED_SLICE_ENCODING_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V1_SAVED_SLICE_ENCODING_H_

#include <span>
#include <string>
#include <string_view>

#include "io/base/bytes.h"
#include "io/base/dtype.h"
#include "io/base/result.h"
#include "io/base/slice.h"

namespace thaw {

// A record may not reach this size (tensor_slice_writer.h in TensorFlow).
inline constexpr std::uint64_t kMaxSavedSliceBytes = std::uint64_t{1} << 31;

// Errors: Unimplemented, InvalidArgument  TensorFlow does not store the dtype, with its class.
Status CheckSaveable(DType dtype);

// The value of a table entry.
//   slice: in the form in which it is listed.
//   elements: of a fixed-size dtype that is saveable, in this machine's order.
// Errors: InvalidArgument    TensorFlow's estimate of the record reaches kMaxSavedSliceBytes.
// Throws std::bad_alloc.
Result<std::string> EncodeSavedSlice(std::string_view name, const TensorSlice& slice, DType dtype,
                                     ByteView elements);
Result<std::string> EncodeSavedStrings(std::string_view name, const TensorSlice& slice,
                                       std::span<const std::string> values);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V1_SAVED_SLICE_ENCODING_H_
