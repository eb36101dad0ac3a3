// TensorValues: one tensor, or a slice of it, read into memory.
//
// Role in the flow: between the engine's Restore and what `thaw show` prints.

#ifndef THAW_TOOLS_VALUES_TENSOR_VALUES_H_
#define THAW_TOOLS_VALUES_TENSOR_VALUES_H_

#include <string>
#include <vector>

#include "engine/checkpoint.h"
#include "engine/restore.h"
#include "io/base/result.h"
#include "tools/print/json_writer.h"
#include "tools/values/slice_argument.h"

namespace thaw {

struct TensorValues {
  DType dtype = DType::kInvalid;
  Shape shape;
  std::vector<std::byte> bytes;      // row-major, host order; empty for strings
  std::vector<std::string> strings;  // of a string tensor

  std::size_t num_elements() const {
    return dtype == DType::kString ? strings.size() : bytes.size() / ElementSize(dtype);
  }
  const std::byte* element(std::size_t index) const {
    return bytes.data() + index * ElementSize(dtype);
  }
};

// Reads what `part` asks of `tensor`; the checksums of all that it touches are compared.
// Errors: those of Restore; Unimplemented for variants and resources.
Result<TensorValues> ReadTensor(const Checkpoint& checkpoint, const TensorInfo& tensor,
                                const SliceArgument& part, const RestoreOptions& options);

// Errors: ResourceExhausted  nested lists would be endless: no elements, but outer dimensions of
//         millions.
Status CheckPrintable(const TensorValues& values);

// Nested lists, complete: the value of "values" in thaw.show/1. The values must be printable.
void WriteValues(const TensorValues& values, JsonWriter& json);

// For people, as numpy prints arrays: aligned, and with "..." for the middle of long dimensions
// when the tensor has more than a thousand elements.
std::string ValuesText(const TensorValues& values);

}  // namespace thaw

#endif  // THAW_TOOLS_VALUES_TENSOR_VALUES_H_
