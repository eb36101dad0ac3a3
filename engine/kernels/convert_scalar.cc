// The reference: every move element by element, in plain C++.

#include <cstdint>
#include <cstring>

#include "engine/kernels/element.h"
#include "engine/kernels/float_environment.h"
#include "engine/kernels/kernel_variant.h"
#include "engine/kernels/load_once.h"
#include "io/base/crc32c_portable.h"

namespace thaw {
namespace {

template <typename Element>
std::byte* ConvertTo(std::byte* dst, typename Element::From bits) {
  const auto converted = Element::Convert(bits);
  std::memcpy(dst, &converted, sizeof(converted));
  return dst + sizeof(converted);
}

// Eight source bytes at a time are loaded, summed, and converted from the loaded value; the rest
// one element at a time.
template <typename Element, bool kSum, typename FloatEnvironment>
std::uint32_t Transfer(std::byte* dst, const std::byte* src, std::size_t n,
                       std::uint32_t crc) noexcept {
  using From = typename Element::From;
  constexpr std::size_t kBits = 8 * sizeof(From);
  [[maybe_unused]] const FloatEnvironment environment;
  std::uint32_t state = ~crc;
  for (; n >= 8; src += 8, n -= 8) {
    const auto eight = LoadOnce<std::uint64_t>(src);
    if constexpr (kSum) state = Crc32cStep64(state, eight);
    for (std::size_t shift = 0; shift < 64; shift += kBits) {
      dst = ConvertTo<Element>(dst, static_cast<From>(eight >> shift));
    }
  }
  for (; n >= sizeof(From); src += sizeof(From), n -= sizeof(From)) {
    const auto bits = LoadOnce<From>(src);
    if constexpr (kSum) {
      for (std::size_t shift = 0; shift < kBits; shift += 8) {
        state = Crc32cStep8(state, static_cast<std::uint8_t>(bits >> shift));
      }
    }
    dst = ConvertTo<Element>(dst, bits);
  }
  return ~state;
}

template <typename Element, typename FloatEnvironment = AnyFloatEnvironment>
constexpr KernelVariant Variant(Conversion conversion, std::size_t swap_unit,
                                std::string_view name) {
  return {conversion, swap_unit, StoreForm::kTemporal,
          Kernel{name, sizeof(typename Element::From), sizeof(typename Element::To),
                 Transfer<Element, true, FloatEnvironment>,
                 Transfer<Element, false, FloatEnvironment>}};
}

using enum Conversion;
using Default = DefaultFloatEnvironment;

constexpr KernelVariant kVariants[] = {
    Variant<Unchanged<std::uint8_t>>(kNone, 1, "copy_scalar"),
    Variant<FromReversed<Unchanged<std::uint16_t>>>(kNone, 2, "swap2_scalar"),
    Variant<FromReversed<Unchanged<std::uint32_t>>>(kNone, 4, "swap4_scalar"),
    Variant<FromReversed<Unchanged<std::uint64_t>>>(kNone, 8, "swap8_scalar"),
    Variant<Float32ToBFloat16>(kFloat32ToBFloat16, 1, "float32_to_bfloat16_scalar"),
    Variant<BFloat16ToFloat32>(kBFloat16ToFloat32, 1, "bfloat16_to_float32_scalar"),
    Variant<Float32ToFloat16>(kFloat32ToFloat16, 1, "float32_to_float16_scalar"),
    Variant<Float16ToFloat32>(kFloat16ToFloat32, 1, "float16_to_float32_scalar"),
    Variant<Float64ToFloat32, Default>(kFloat64ToFloat32, 1, "float64_to_float32_scalar"),
    Variant<Float32ToFloat64, Default>(kFloat32ToFloat64, 1, "float32_to_float64_scalar"),
    Variant<FromReversed<Float32ToBFloat16>>(kFloat32ToBFloat16, 4,
                                             "swap4_float32_to_bfloat16_scalar"),
    Variant<FromReversed<BFloat16ToFloat32>>(kBFloat16ToFloat32, 2,
                                             "swap2_bfloat16_to_float32_scalar"),
    Variant<FromReversed<Float32ToFloat16>>(kFloat32ToFloat16, 4,
                                            "swap4_float32_to_float16_scalar"),
    Variant<FromReversed<Float16ToFloat32>>(kFloat16ToFloat32, 2,
                                            "swap2_float16_to_float32_scalar"),
    Variant<FromReversed<Float64ToFloat32>, Default>(kFloat64ToFloat32, 8,
                                                     "swap8_float64_to_float32_scalar"),
    Variant<FromReversed<Float32ToFloat64>, Default>(kFloat32ToFloat64, 4,
                                                     "swap4_float32_to_float64_scalar"),
};

}  // namespace

std::span<const KernelVariant> KernelVariants_Scalar() { return kVariants; }

}  // namespace thaw
