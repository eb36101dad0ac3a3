// How a V1 file stores the elements of each dtype: in which field of TensorProto, and in which
// form.
//
// Role in the flow: the one table that the decoder and the encoder of records share.
// Format: docs/format/tensor_slices_v1.md §4.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V1_ELEMENT_FIELD_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V1_ELEMENT_FIELD_H_

#include <cstdint>
#include <optional>

#include "io/base/dtype.h"

namespace thaw {

// tensor.proto: TensorProto.
struct ElementField {
  enum class Form : std::uint8_t {
    kFixed,   // packed, little-endian, as wide as in memory (complex: two numbers)
    kVarint,  // packed varints, one an element; negative numbers as of 64 bits
    kBytes,   // one field an element
  };

  std::uint32_t number = 0;
  Form form = Form::kFixed;
  // No element takes more bytes in the record (MaxBytesPerElement in TensorFlow); for strings, what
  // comes on top of the characters.
  std::uint32_t max_bytes = 0;
};

// nullopt: V1 has no form for the dtype.
std::optional<ElementField> ElementFieldOf(DType dtype);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V1_ELEMENT_FIELD_H_
