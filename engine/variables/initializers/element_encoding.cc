#include "engine/variables/initializers/element_encoding.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <string>

namespace thaw {
namespace {

template <typename T>
Element ToElement(T value) {
  Element element{};
  std::memcpy(element.data(), &value, sizeof(value));
  return element;
}

// ---- Whole numbers ----

struct IntegerFormat {
  unsigned bits;
  bool is_signed;
};

std::optional<IntegerFormat> IntegerFormatOf(DType dtype) {
  switch (dtype) {
    case DType::kInt8:
    case DType::kQInt8:
      return IntegerFormat{8, true};
    case DType::kUInt8:
    case DType::kQUInt8:
      return IntegerFormat{8, false};
    case DType::kInt16:
    case DType::kQInt16:
      return IntegerFormat{16, true};
    case DType::kUInt16:
    case DType::kQUInt16:
      return IntegerFormat{16, false};
    case DType::kInt32:
    case DType::kQInt32:
      return IntegerFormat{32, true};
    case DType::kUInt32:
      return IntegerFormat{32, false};
    case DType::kInt64:
      return IntegerFormat{64, true};
    case DType::kUInt64:
      return IntegerFormat{64, false};
    case DType::kBool:
      return IntegerFormat{1, false};
    case DType::kInt4:
      return IntegerFormat{4, true};
    case DType::kUInt4:
      return IntegerFormat{4, false};
    case DType::kInt2:
      return IntegerFormat{2, true};
    case DType::kUInt2:
      return IntegerFormat{2, false};
    default:
      return std::nullopt;
  }
}

bool Holds(IntegerFormat format, std::int64_t value) {
  if (format.bits == 64) return true;
  const std::int64_t end = std::int64_t{1} << (format.is_signed ? format.bits - 1 : format.bits);
  return value < end && value >= (format.is_signed ? -end : 0);
}

Element EncodeBits(IntegerFormat format, std::int64_t value) {
  auto bits = static_cast<std::uint64_t>(value);
  if (format.bits < 64) bits &= (std::uint64_t{1} << format.bits) - 1;
  switch (format.bits) {
    case 64:
      return ToElement(bits);
    case 32:
      return ToElement(static_cast<std::uint32_t>(bits));
    case 16:
      return ToElement(static_cast<std::uint16_t>(bits));
    default:
      return ToElement(static_cast<std::uint8_t>(bits));
  }
}

// ---- Floating point of 16 bits and less ----

// `code` counts the finite magnitudes from zero upwards, which is also their bit pattern.
struct FloatFormat {
  int mantissa_bits;
  int bias;
  std::uint32_t largest;   // code of the largest finite magnitude
  std::uint32_t overflow;  // code of magnitudes beyond it
  std::uint32_t nan;
  std::uint32_t sign;
  // The FNUZ types: no negative zero, and one NaN, whose pattern is the sign bit alone.
  bool is_fnuz;
};

std::optional<FloatFormat> FloatFormatOf(DType dtype) {
  switch (dtype) {
    case DType::kFloat16:
      return FloatFormat{10, 15, 0x7bff, 0x7c00, 0x7e00, 0x8000, false};
    case DType::kBFloat16:
      return FloatFormat{7, 127, 0x7f7f, 0x7f80, 0x7fc0, 0x8000, false};
    case DType::kFloat8E5M2:
      return FloatFormat{2, 15, 0x7b, 0x7c, 0x7e, 0x80, false};
    case DType::kFloat8E4M3FN:
      return FloatFormat{3, 7, 0x7e, 0x7f, 0x7f, 0x80, false};
    case DType::kFloat8E4M3FNUZ:
      return FloatFormat{3, 8, 0x7f, 0x80, 0x80, 0x80, true};
    case DType::kFloat8E4M3B11FNUZ:
      return FloatFormat{3, 11, 0x7f, 0x80, 0x80, 0x80, true};
    case DType::kFloat8E5M2FNUZ:
      return FloatFormat{2, 16, 0x7f, 0x80, 0x80, 0x80, true};
    case DType::kFloat4E2M1FN:
      // No infinity and no NaN: magnitudes saturate at 6, NaN becomes negative zero.
      return FloatFormat{1, 1, 0x7, 0x7, 0x8, 0x8, false};
    default:
      return std::nullopt;
  }
}

std::uint32_t EncodeFloat(const FloatFormat& format, double value) {
  if (std::isnan(value)) return format.nan;
  const double magnitude = std::fabs(value);
  std::uint32_t code = format.overflow;
  // Beyond the range of every format here; keeps the shift below within 32 bits.
  if (magnitude < 0x1p128) {
    // Below the smallest normal number the exponent stays, so the steps stay the same size.
    const int exponent =
        magnitude == 0.0 ? 1 - format.bias : std::max(std::ilogb(magnitude), 1 - format.bias);
    // Whole steps of the last mantissa place; exact until rint, which rounds to nearest even.
    const double steps = std::rint(std::ldexp(magnitude, format.mantissa_bits - exponent));
    const auto exponent_field = static_cast<std::uint32_t>(exponent + format.bias - 1);
    // The implicit bit adds 1 to the exponent field, a carry out of the mantissa one more.
    code = static_cast<std::uint32_t>(steps) + (exponent_field << format.mantissa_bits);
    if (code > format.largest) code = format.overflow;
  }
  if (format.is_fnuz && (code == 0 || code == format.nan)) return code;
  return std::signbit(value) ? code | format.sign : code;
}

Status NotNumeric(DType dtype) {
  return InvalidArgumentError("a number is no value of a " + std::string(DTypeName(dtype)) +
                              " variable");
}

std::string NumberText(double value) {
  std::string text = std::to_string(value);
  if (std::isfinite(value) && value == std::trunc(value)) text.resize(text.find('.'));
  return text;
}

Status DoesNotHold(DType dtype, const std::string& number) {
  return InvalidArgumentError("dtype " + std::string(DTypeName(dtype)) + " cannot hold " + number);
}

Result<std::int64_t> ToWholeNumber(DType dtype, IntegerFormat format, double value) {
  const bool is_uint64 = format.bits == 64 && !format.is_signed;
  const double begin = is_uint64 ? 0.0 : -0x1p63;
  const double end = is_uint64 ? 0x1p64 : 0x1p63;
  // The negated comparison catches NaN.
  if (!(value >= begin && value < end) || value != std::trunc(value)) {
    return DoesNotHold(dtype, NumberText(value));
  }
  if (is_uint64) return static_cast<std::int64_t>(static_cast<std::uint64_t>(value));
  return static_cast<std::int64_t>(value);
}

}  // namespace

bool IsWholeNumber(DType dtype) { return IntegerFormatOf(dtype).has_value(); }

bool IsReal(DType dtype) { return IsFixedSize(dtype) && !IsWholeNumber(dtype); }

Result<Element> EncodeReal(DType dtype, double value) {
  if (const auto format = IntegerFormatOf(dtype)) {
    THAW_ASSIGN_OR_RETURN(const std::int64_t whole, ToWholeNumber(dtype, *format, value));
    return EncodeInteger(dtype, whole);
  }
  // Python's floats become bfloat16 by way of float32; the other small types round once.
  if (dtype == DType::kBFloat16) value = static_cast<float>(value);
  if (const auto format = FloatFormatOf(dtype)) {
    const std::uint32_t code = EncodeFloat(*format, value);
    if (ElementSize(dtype) == 2) return ToElement(static_cast<std::uint16_t>(code));
    return ToElement(static_cast<std::uint8_t>(code));
  }
  switch (dtype) {
    case DType::kFloat32:
    case DType::kComplex64:
      return ToElement(static_cast<float>(value));
    case DType::kFloat64:
    case DType::kComplex128:
      return ToElement(value);
    default:
      return NotNumeric(dtype);
  }
}

Result<Element> EncodeInteger(DType dtype, std::int64_t value) {
  const auto format = IntegerFormatOf(dtype);
  if (!format) return EncodeReal(dtype, static_cast<double>(value));
  if (!Holds(*format, value)) return DoesNotHold(dtype, std::to_string(value));
  return EncodeBits(*format, value);
}

}  // namespace thaw
