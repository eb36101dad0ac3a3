// Conversion: what becomes of an element, apart from its byte order, and THE list of all that
// exist.
//
// Role in the flow: the vocabulary of the kernels' tables. Kinds of elements are fewer than dtypes:
// an integer that is cut to a shorter one loses its upper bits whatever its sign, so those pairs
// of dtypes share a kernel. It knows no dtype, no loop and no instruction set.

#ifndef THAW_ENGINE_KERNELS_CONVERSION_H_
#define THAW_ENGINE_KERNELS_CONVERSION_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace thaw {

enum class ElementKind : std::uint8_t {
  kBits8,  // integers without regard to their sign; kBits8 also any bytes that are only copied
  kBits16,
  kBits32,
  kBits64,
  kSigned8,  // integers whose sign fills the new bits when they are widened
  kSigned16,
  kSigned32,
  kTruth,  // a byte: 0 or 1
  kFloat64,
  kFloat32,
  kFloat16,
  kBFloat16,
  kFloat8E4M3FN,
  kFloat8E5M2,
};

struct Conversion {
  ElementKind from = ElementKind::kBits8;
  ElementKind to = ElementKind::kBits8;

  constexpr bool is_copy() const { return from == to; }
  friend bool operator==(const Conversion&, const Conversion&) = default;
};

// Bytes of an element.
constexpr std::size_t SizeOf(ElementKind kind) {
  switch (kind) {
    case ElementKind::kBits64:
    case ElementKind::kFloat64:
      return 8;
    case ElementKind::kBits32:
    case ElementKind::kSigned32:
    case ElementKind::kFloat32:
      return 4;
    case ElementKind::kBits16:
    case ElementKind::kSigned16:
    case ElementKind::kFloat16:
    case ElementKind::kBFloat16:
      return 2;
    default:
      return 1;
  }
}

constexpr bool IsFloat(ElementKind kind) { return kind >= ElementKind::kFloat64; }
constexpr bool IsFloat8(ElementKind kind) { return kind >= ElementKind::kFloat8E4M3FN; }

// All conversions: between any two kinds of floats; integers to longer and shorter ones and to
// truth values.
inline constexpr auto kConversions = [] {
  using enum ElementKind;
  constexpr std::array kFloats = {kFloat64,  kFloat32,      kFloat16,
                                  kBFloat16, kFloat8E4M3FN, kFloat8E5M2};
  constexpr std::array kBits = {kBits8, kBits16, kBits32, kBits64};
  constexpr std::array kSigned = {kSigned8, kSigned16, kSigned32};
  std::array<Conversion, 30 + 12 + 4 + 6> all{};
  std::size_t n = 0;
  for (const ElementKind from : kFloats) {
    for (const ElementKind to : kFloats) {
      if (from != to) all[n++] = {from, to};
    }
  }
  for (const ElementKind from : kBits) {
    for (const ElementKind to : kBits) {
      if (from != to) all[n++] = {from, to};
    }
    all[n++] = {from, kTruth};
  }
  for (const ElementKind from : kSigned) {
    for (const ElementKind to : kBits) {
      if (SizeOf(from) < SizeOf(to)) all[n++] = {from, to};
    }
  }
  return all;
}();

// Conversions that restores are made of: their vector kernels come in every form (StoreForm). The
// others have one.
constexpr bool HasAllForms(Conversion conversion) {
  return conversion.from == ElementKind::kFloat32 || conversion.to == ElementKind::kFloat32;
}

// Those whose source has a byte order.
inline constexpr auto kWideConversions = [] {
  constexpr auto has_byte_order = [](const Conversion& conversion) {
    return SizeOf(conversion.from) > 1;
  };
  std::array<Conversion, std::ranges::count_if(kConversions, has_byte_order)> wide{};
  std::ranges::copy_if(kConversions, wide.begin(), has_byte_order);
  return wide;
}();

}  // namespace thaw

#endif  // THAW_ENGINE_KERNELS_CONVERSION_H_
