// ElementOf: which element conversion of element.h and float8_element.h a Conversion means.
//
// Role in the flow: the table between the list of conversions and their meaning. Between two floats
// of which neither is float32 the way leads through it: exactly one of the two steps rounds, but
// for float64, which tf.cast rounds twice on its way to 16 bits and once on its way to 8.

#ifndef THAW_ENGINE_KERNELS_ELEMENT_OF_H_
#define THAW_ENGINE_KERNELS_ELEMENT_OF_H_

#include "engine/kernels/conversion.h"
#include "engine/kernels/element.h"
#include "engine/kernels/float8_element.h"
#include "engine/kernels/kernel_name.h"

namespace thaw {

template <std::size_t kSize>
consteval auto UnsignedTag() {
  if constexpr (kSize == 1) return std::uint8_t{};
  if constexpr (kSize == 2) return std::uint16_t{};
  if constexpr (kSize == 4) return std::uint32_t{};
  if constexpr (kSize == 8) return std::uint64_t{};
}
template <std::size_t kSize>
using UnsignedOf = decltype(UnsignedTag<kSize>());
template <std::size_t kSize, bool kSigned>
using IntegerOf =
    std::conditional_t<kSigned, std::make_signed_t<UnsignedOf<kSize>>, UnsignedOf<kSize>>;
template <ElementKind kKind>
using BitsOf = UnsignedOf<SizeOf(kKind)>;

template <ElementKind kFrom>
consteval auto ToFloat32Element() {
  using enum ElementKind;
  if constexpr (kFrom == kFloat64) return Float64ToFloat32{};
  if constexpr (kFrom == kFloat16) return Float16ToFloat32{};
  if constexpr (kFrom == kBFloat16) return BFloat16ToFloat32{};
  if constexpr (kFrom == kFloat8E4M3FN) return Float8ToFloat32<Float8E4M3FN>{};
  if constexpr (kFrom == kFloat8E5M2) return Float8ToFloat32<Float8E5M2>{};
}

template <ElementKind kTo>
consteval auto FromFloat32Element() {
  using enum ElementKind;
  if constexpr (kTo == kFloat64) return Float32ToFloat64{};
  if constexpr (kTo == kFloat16) return Float32ToFloat16{};
  if constexpr (kTo == kBFloat16) return Float32ToBFloat16{};
  if constexpr (kTo == kFloat8E4M3FN) return Float32ToFloat8<Float8E4M3FN>{};
  if constexpr (kTo == kFloat8E5M2) return Float32ToFloat8<Float8E5M2>{};
}

template <Conversion kConversion>
consteval auto ElementTag() {
  using enum ElementKind;
  constexpr ElementKind kFrom = kConversion.from, kTo = kConversion.to;
  if constexpr (kConversion.is_copy()) {
    return Unchanged<BitsOf<kFrom>>{};
  } else if constexpr (kFrom == kFloat16 && kTo == kFloat8E5M2) {
    return Float16ToFloat8E5M2{};
  } else if constexpr (kFrom == kFloat64 && IsFloat8(kTo)) {
    return Chain<Float64ToStickyFloat32, decltype(FromFloat32Element<kTo>())>{};
  } else if constexpr (kFrom == kFloat32) {
    return FromFloat32Element<kTo>();
  } else if constexpr (kTo == kFloat32) {
    return ToFloat32Element<kFrom>();
  } else if constexpr (IsFloat(kFrom)) {
    return Chain<decltype(ToFloat32Element<kFrom>()), decltype(FromFloat32Element<kTo>())>{};
  } else if constexpr (kTo == kTruth) {
    return IsNonZero<BitsOf<kFrom>, BitsOf<kTo>>{};
  } else if constexpr (kFrom == kSigned8 || kFrom == kSigned16 || kFrom == kSigned32) {
    return Resized<std::make_signed_t<BitsOf<kFrom>>, BitsOf<kTo>>{};
  } else {
    return Resized<BitsOf<kFrom>, BitsOf<kTo>>{};
  }
}
template <Conversion kConversion>
using ElementOf = decltype(ElementTag<kConversion>());

// Conversions whose results depend on the thread's rounding mode and on what it does to denormals.
constexpr bool UsesFloatUnit(Conversion conversion) {
  using enum ElementKind;
  const bool only_moves_bits = (conversion.from == kFloat32 && conversion.to == kBFloat16) ||
                               (conversion.from == kBFloat16 && conversion.to == kFloat32);
  return IsFloat(conversion.from) && !only_moves_bits;
}

template <ElementKind kKind>
consteval auto KindText() {
  using enum ElementKind;
  if constexpr (kKind == kBits8) return Text("bits8");
  if constexpr (kKind == kBits16) return Text("bits16");
  if constexpr (kKind == kBits32) return Text("bits32");
  if constexpr (kKind == kBits64) return Text("bits64");
  if constexpr (kKind == kSigned8) return Text("signed8");
  if constexpr (kKind == kSigned16) return Text("signed16");
  if constexpr (kKind == kSigned32) return Text("signed32");
  if constexpr (kKind == kTruth) return Text("truth");
  if constexpr (kKind == kFloat64) return Text("float64");
  if constexpr (kKind == kFloat32) return Text("float32");
  if constexpr (kKind == kFloat16) return Text("float16");
  if constexpr (kKind == kBFloat16) return Text("bfloat16");
  if constexpr (kKind == kFloat8E4M3FN) return Text("float8_e4m3fn");
  if constexpr (kKind == kFloat8E5M2) return Text("float8_e5m2");
}

// What the name of a kernel with a source in the other byte order begins with.
template <std::size_t kUnit>
consteval auto SwapText() {
  if constexpr (kUnit == 2) return Text("swap2");
  if constexpr (kUnit == 4) return Text("swap4");
  if constexpr (kUnit == 8) return Text("swap8");
}

// The name of a kernel, e.g. "swap4_float32_to_bfloat16_avx2".
//   kSwapUnit: as KernelVariant::swap_unit.
template <Conversion kConversion, std::size_t kSwapUnit, Text... kSuffixes>
consteval std::string_view KernelName() {
  if constexpr (kConversion.is_copy()) {
    if constexpr (kSwapUnit == 1) return kJoined<Text("copy"), kSuffixes...>;
    if constexpr (kSwapUnit != 1) return kJoined<SwapText<kSwapUnit>(), kSuffixes...>;
  } else if constexpr (kSwapUnit == 1) {
    return kJoined<KindText<kConversion.from>(), Text("_to_"), KindText<kConversion.to>(),
                   kSuffixes...>;
  } else {
    return kJoined<SwapText<kSwapUnit>(), Text("_"), KindText<kConversion.from>(), Text("_to_"),
                   KindText<kConversion.to>(), kSuffixes...>;
  }
}

}  // namespace thaw

#endif  // THAW_ENGINE_KERNELS_ELEMENT_OF_H_
