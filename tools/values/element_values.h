// Element values: the bytes of one element as a number.
//
// Role in the flow: what `thaw show` prints and averages. One element at a time and for people's
// eyes: bulk conversions live in engine/kernels.

#ifndef THAW_TOOLS_VALUES_ELEMENT_VALUES_H_
#define THAW_TOOLS_VALUES_ELEMENT_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "io/base/dtype.h"
#include "tools/print/json_writer.h"

namespace thaw {

enum class NumberKind { kNone, kBool, kSigned, kUnsigned, kReal, kComplex };

// kNone: not a fixed-size dtype.
NumberKind NumberKindOf(DType dtype);

// `element`: ElementSize(dtype) bytes in host order. The kind must be the one named. The 4- and
// 2-bit types count by their low bits; signed ones are extended from there.
std::int64_t SignedValue(DType dtype, const std::byte* element);
std::uint64_t UnsignedValue(DType dtype, const std::byte* element);
// Exact for every floating type; for complex types the real part (the imaginary one follows it at
// half the element).
double RealValue(DType dtype, const std::byte* element);

// Any kind but complex, rounded to a double where it is a 64-bit integer.
double ApproximateValue(DType dtype, const std::byte* element);

// For people: the shortest text that tells the element from its neighbours; "1.5+2.0j".
std::string ElementText(DType dtype, const std::byte* element);

// Exact: a number, true or false, [re, im] for complex.
void WriteElement(DType dtype, const std::byte* element, JsonWriter& json);

}  // namespace thaw

#endif  // THAW_TOOLS_VALUES_ELEMENT_VALUES_H_
