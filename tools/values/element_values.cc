#include "tools/values/element_values.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

#include "tools/print/number_text.h"

namespace thaw {
namespace {

template <typename T>
T Load(const std::byte* element) {
  T value;
  std::memcpy(&value, element, sizeof(value));
  return value;
}

// How a small floating format spends its bits: sign, exponent, mantissa from the top.
struct FloatFormat {
  enum class Special {
    kIeee,     // exponent all ones: infinities and NaN
    kOneNan,   // all ones is NaN, no infinities ("fn")
    kSignNan,  // the pattern of -0 is NaN, no infinities ("fnuz")
    kNoNan,    // every pattern is a number
  };
  int exponent_bits;
  int mantissa_bits;
  int bias;
  Special special;
};

// ml_dtypes names the formats; OCP's specifications of 8-bit and microscaling floats define them.
std::optional<FloatFormat> FormatOf(DType dtype) {
  using Special = FloatFormat::Special;
  switch (dtype) {
    case DType::kFloat16:
      return FloatFormat{5, 10, 15, Special::kIeee};
    case DType::kBFloat16:
      return FloatFormat{8, 7, 127, Special::kIeee};
    case DType::kFloat8E5M2:
      return FloatFormat{5, 2, 15, Special::kIeee};
    case DType::kFloat8E4M3FN:
      return FloatFormat{4, 3, 7, Special::kOneNan};
    case DType::kFloat8E4M3FNUZ:
      return FloatFormat{4, 3, 8, Special::kSignNan};
    case DType::kFloat8E4M3B11FNUZ:
      return FloatFormat{4, 3, 11, Special::kSignNan};
    case DType::kFloat8E5M2FNUZ:
      return FloatFormat{5, 2, 16, Special::kSignNan};
    case DType::kFloat4E2M1FN:
      return FloatFormat{2, 1, 1, Special::kNoNan};
    default:
      return std::nullopt;
  }
}

double DecodeFloat(const FloatFormat& format, std::uint32_t bits) {
  using Special = FloatFormat::Special;
  const std::uint32_t mantissa_mask = (1u << format.mantissa_bits) - 1;
  const std::uint32_t exponent_mask = (1u << format.exponent_bits) - 1;
  const std::uint32_t mantissa = bits & mantissa_mask;
  const std::uint32_t exponent = bits >> format.mantissa_bits & exponent_mask;
  const bool negative = (bits >> (format.mantissa_bits + format.exponent_bits) & 1) != 0;
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  constexpr double kInfinity = std::numeric_limits<double>::infinity();

  double magnitude = 0;
  if (format.special == Special::kIeee && exponent == exponent_mask) {
    magnitude = mantissa == 0 ? kInfinity : kNan;
  } else if (format.special == Special::kOneNan && exponent == exponent_mask &&
             mantissa == mantissa_mask) {
    magnitude = kNan;
  } else if (format.special == Special::kSignNan && negative && exponent == 0 && mantissa == 0) {
    magnitude = kNan;
  } else if (exponent == 0) {
    magnitude = std::ldexp(mantissa, 1 - format.bias - format.mantissa_bits);
  } else {
    magnitude = std::ldexp(mantissa + (1u << format.mantissa_bits),
                           static_cast<int>(exponent) - format.bias - format.mantissa_bits);
  }
  return negative ? -magnitude : magnitude;
}

// The low `bits` bits of a byte.
std::uint8_t LowBits(const std::byte* element, int bits) {
  return static_cast<std::uint8_t>(std::to_integer<unsigned>(*element) & ((1u << bits) - 1));
}

std::int64_t ExtendSign(std::uint8_t value, int bits) {
  const std::int64_t sign = std::int64_t{1} << (bits - 1);
  return (value ^ sign) - sign;
}

// A complex number's imaginary part as text with its sign: "+2.0j".
std::string ImaginaryText(std::string part) {
  if (part.front() != '-') part.insert(0, 1, '+');
  return part + "j";
}

DType PartType(DType complex_dtype) {
  return complex_dtype == DType::kComplex64 ? DType::kFloat32 : DType::kFloat64;
}

}  // namespace

NumberKind NumberKindOf(DType dtype) {
  switch (dtype) {
    case DType::kBool:
      return NumberKind::kBool;
    case DType::kInt8:
    case DType::kInt16:
    case DType::kInt32:
    case DType::kInt64:
    case DType::kQInt8:
    case DType::kQInt16:
    case DType::kQInt32:
    case DType::kInt4:
    case DType::kInt2:
      return NumberKind::kSigned;
    case DType::kUInt8:
    case DType::kUInt16:
    case DType::kUInt32:
    case DType::kUInt64:
    case DType::kQUInt8:
    case DType::kQUInt16:
    case DType::kUInt4:
    case DType::kUInt2:
      return NumberKind::kUnsigned;
    case DType::kComplex64:
    case DType::kComplex128:
      return NumberKind::kComplex;
    default:
      return IsFixedSize(dtype) ? NumberKind::kReal : NumberKind::kNone;
  }
}

std::int64_t SignedValue(DType dtype, const std::byte* element) {
  if (dtype == DType::kInt4) return ExtendSign(LowBits(element, 4), 4);
  if (dtype == DType::kInt2) return ExtendSign(LowBits(element, 2), 2);
  switch (ElementSize(dtype)) {
    case 1:
      return Load<std::int8_t>(element);
    case 2:
      return Load<std::int16_t>(element);
    case 4:
      return Load<std::int32_t>(element);
    default:
      return Load<std::int64_t>(element);
  }
}

std::uint64_t UnsignedValue(DType dtype, const std::byte* element) {
  if (dtype == DType::kUInt4) return LowBits(element, 4);
  if (dtype == DType::kUInt2) return LowBits(element, 2);
  switch (ElementSize(dtype)) {
    case 1:
      return Load<std::uint8_t>(element);
    case 2:
      return Load<std::uint16_t>(element);
    case 4:
      return Load<std::uint32_t>(element);
    default:
      return Load<std::uint64_t>(element);
  }
}

double RealValue(DType dtype, const std::byte* element) {
  if (dtype == DType::kFloat64 || dtype == DType::kComplex128) return Load<double>(element);
  if (dtype == DType::kFloat32 || dtype == DType::kComplex64) {
    return static_cast<double>(Load<float>(element));
  }
  const std::uint32_t bits =
      ElementSize(dtype) == 2 ? Load<std::uint16_t>(element) : Load<std::uint8_t>(element);
  return DecodeFloat(*FormatOf(dtype), bits);
}

double ApproximateValue(DType dtype, const std::byte* element) {
  switch (NumberKindOf(dtype)) {
    case NumberKind::kBool:
      return *element == std::byte{0} ? 0.0 : 1.0;
    case NumberKind::kSigned:
      return static_cast<double>(SignedValue(dtype, element));
    case NumberKind::kUnsigned:
      return static_cast<double>(UnsignedValue(dtype, element));
    default:
      return RealValue(dtype, element);
  }
}

std::string ElementText(DType dtype, const std::byte* element) {
  switch (NumberKindOf(dtype)) {
    case NumberKind::kBool:
      return *element == std::byte{0} ? "false" : "true";
    case NumberKind::kSigned:
      return std::to_string(SignedValue(dtype, element));
    case NumberKind::kUnsigned:
      return std::to_string(UnsignedValue(dtype, element));
    case NumberKind::kComplex: {
      const DType part = PartType(dtype);
      return ElementText(part, element) +
             ImaginaryText(ElementText(part, element + ElementSize(part)));
    }
    case NumberKind::kReal:
      break;
    case NumberKind::kNone:
      return "";
  }
  if (dtype == DType::kFloat64) return RealText(RealValue(dtype, element));
  return FloatText(static_cast<float>(RealValue(dtype, element)));
}

void WriteElement(DType dtype, const std::byte* element, JsonWriter& json) {
  switch (NumberKindOf(dtype)) {
    case NumberKind::kBool:
      json.Bool(*element != std::byte{0});
      break;
    case NumberKind::kSigned:
      json.Integer(SignedValue(dtype, element));
      break;
    case NumberKind::kUnsigned:
      json.Unsigned(UnsignedValue(dtype, element));
      break;
    case NumberKind::kReal:
      json.Real(RealValue(dtype, element));
      break;
    case NumberKind::kComplex:
      json.BeginArray();
      json.Real(RealValue(dtype, element));
      json.Real(RealValue(PartType(dtype), element + ElementSize(dtype) / 2));
      json.EndArray();
      break;
    case NumberKind::kNone:
      json.Null();
      break;
  }
}

}  // namespace thaw
