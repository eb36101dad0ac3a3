// The reference: every move element by element, in plain C++.

#include <array>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "engine/kernels/element_of.h"
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

template <Conversion kConversion, std::size_t kSwapUnit, typename Element>
constexpr KernelVariant VariantOf() {
  using FloatEnvironment =
      std::conditional_t<UsesFloatUnit(kConversion), DefaultFloatEnvironment, AnyFloatEnvironment>;
  return {kConversion, kSwapUnit, StoreForm::kTemporal,
          Kernel{KernelName<kConversion, kSwapUnit, "_scalar">(), sizeof(typename Element::From),
                 sizeof(typename Element::To), Transfer<Element, true, FloatEnvironment>,
                 Transfer<Element, false, FloatEnvironment>}};
}

// A copy whose units of sizeof(Unit) bytes are reversed.
template <typename Unit>
constexpr KernelVariant Swap() {
  return VariantOf<Conversion{}, sizeof(Unit), FromReversed<Unchanged<Unit>>>();
}

template <std::size_t... kPlain, std::size_t... kSwapped>
constexpr auto AllVariants(std::index_sequence<kPlain...>, std::index_sequence<kSwapped...>) {
  return std::array{
      VariantOf<Conversion{}, 1, ElementOf<Conversion{}>>(),
      Swap<std::uint16_t>(),
      Swap<std::uint32_t>(),
      Swap<std::uint64_t>(),
      VariantOf<kConversions[kPlain], 1, ElementOf<kConversions[kPlain]>>()...,
      VariantOf<kWideConversions[kSwapped], SizeOf(kWideConversions[kSwapped].from),
                FromReversed<ElementOf<kWideConversions[kSwapped]>>>()...,
  };
}

constexpr auto kVariants = AllVariants(std::make_index_sequence<kConversions.size()>(),
                                       std::make_index_sequence<kWideConversions.size()>());

}  // namespace

std::span<const KernelVariant> KernelVariants_Scalar() { return kVariants; }

}  // namespace thaw
