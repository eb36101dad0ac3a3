// Element encoding: one number as an element of any fixed-size dtype.
//
// Role in the flow: how constants and random values of initializers become bytes. One element at a
// time: arrays of tensor data go through engine/kernels instead.

#ifndef THAW_ENGINE_VARIABLES_INITIALIZERS_ELEMENT_ENCODING_H_
#define THAW_ENGINE_VARIABLES_INITIALIZERS_ELEMENT_ENCODING_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "io/base/dtype.h"
#include "io/base/result.h"

namespace thaw {

// The bytes of one element in host order; the first ElementSize(dtype) count.
using Element = std::array<std::byte, 16>;

// Integers, bool and quantised types: their elements are whole numbers.
bool IsWholeNumber(DType dtype);
// Floating types of every width, and complex.
bool IsReal(DType dtype);

// `value` as TensorFlow's constants of that dtype hold it: rounded to nearest even (bfloat16: from
// float32), complex with a zero imaginary part, 4- and 2-bit types in the low bits.
// Errors: InvalidArgument  a whole-number dtype cannot hold the value exactly; strings.
Result<Element> EncodeReal(DType dtype, double value);

// As EncodeReal for an exact integer; for uint64 `value` holds the bits.
Result<Element> EncodeInteger(DType dtype, std::int64_t value);

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_INITIALIZERS_ELEMENT_ENCODING_H_
