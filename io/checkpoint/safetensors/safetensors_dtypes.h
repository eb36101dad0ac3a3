// The dtypes of safetensors, by its names.
//
// Role in the flow: one table for the reader here and the writer in engine/output.

#ifndef THAW_IO_CHECKPOINT_SAFETENSORS_SAFETENSORS_DTYPES_H_
#define THAW_IO_CHECKPOINT_SAFETENSORS_SAFETENSORS_DTYPES_H_

#include <cstdint>
#include <string_view>

#include "io/base/dtype.h"

namespace thaw {

struct SafetensorsDType {
  std::string_view name;   // "F32"
  std::uint32_t bits = 0;  // of an element
  // kInvalid: TensorFlow has no such type.
  DType dtype = DType::kInvalid;
  // Elements lie in the file as they lie in a buffer of `dtype`.
  bool is_readable = false;
  // We write it: every reader of the last years knows the name.
  bool is_written = false;
};

// nullptr: no such name, or no name for the dtype.
const SafetensorsDType* FindSafetensorsDType(std::string_view name);
const SafetensorsDType* FindSafetensorsDType(DType dtype);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_SAFETENSORS_SAFETENSORS_DTYPES_H_
