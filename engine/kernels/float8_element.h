// Elements of 8-bit floats: how one becomes a float32, and the other way round.
//
// Role in the flow: as element.h, whose rules hold. float8_e4m3fn has no infinity: what rounds
// beyond 448 becomes its NaN. float8_e5m2 has one. A NaN keeps its sign and nothing else, but for
// float16 to float8_e5m2, where the payload's upper bits are kept, as tf.cast does.

#ifndef THAW_ENGINE_KERNELS_FLOAT8_ELEMENT_H_
#define THAW_ENGINE_KERNELS_FLOAT8_ELEMENT_H_

#include <algorithm>
#include <bit>
#include <cstdint>

namespace thaw {

// What the two formats differ in.
struct Float8E4M3FN {
  static constexpr std::uint32_t kFractionBits = 3;
  static constexpr std::uint32_t kBias = 7;
  static constexpr std::uint32_t kOverflow = 0x7f;  // what too large a magnitude becomes
  static constexpr std::uint32_t kNan = 0x7f;
  static constexpr std::uint32_t kLargest = 0x7e;  // the last pattern that is a finite number
};
struct Float8E5M2 {
  static constexpr std::uint32_t kFractionBits = 2;
  static constexpr std::uint32_t kBias = 15;
  static constexpr std::uint32_t kOverflow = 0x7c;
  static constexpr std::uint32_t kNan = 0x7e;
  static constexpr std::uint32_t kLargest = 0x7b;
};

// Derived of a format, in float32's terms; the vector kernels use them, too.
template <typename Format>
struct Float8Numbers {
  static constexpr std::uint32_t kShift = 23 - Format::kFractionBits;
  // What the exponent's bias loses on the way from float32.
  static constexpr std::uint32_t kRebias = (127 - Format::kBias) << 23;
  static constexpr std::uint32_t kLeastNormal = kRebias + (1u << 23);
  // Added to a float32 of less than kLeastNormal it leaves the nearest multiple of the format's
  // least value in the lowest bits: one unit in the last place of this number is that value.
  static constexpr std::uint32_t kRoundingShift = kRebias + ((24 - Format::kFractionBits) << 23);
  // The format's least value.
  static constexpr std::uint32_t kLeastValue = kRebias + ((1 - Format::kFractionBits) << 23);
};

template <typename Format>
struct Float32ToFloat8 {
  using From = std::uint32_t;
  using To = std::uint8_t;
  static To Convert(From bits) {
    return static_cast<To>(((bits >> 24) & 0x80u) | Magnitude(bits & 0x7fffffffu));
  }

 private:
  using Numbers = Float8Numbers<Format>;

  static std::uint32_t Magnitude(std::uint32_t bits) {
    if (bits > 0x7f800000u) return Format::kNan;
    if (bits < Numbers::kLeastNormal) return Denormal(bits);
    constexpr std::uint32_t kBelowHalf = (1u << (Numbers::kShift - 1)) - 1;
    const std::uint32_t odd = (bits >> Numbers::kShift) & 1u;
    return std::min((bits - Numbers::kRebias + kBelowHalf + odd) >> Numbers::kShift,
                    Format::kOverflow);
  }

  // A multiple of the least value: the significand shifted by what the exponent lacks.
  static std::uint32_t Denormal(std::uint32_t bits) {
    const std::uint32_t lacking = (Numbers::kLeastNormal >> 23) - (bits >> 23);
    if (lacking > Format::kFractionBits + 1) return 0;
    const std::uint32_t significand = (bits & 0x7fffffu) | 0x800000u;
    const std::uint32_t shift = Numbers::kShift + lacking;
    const std::uint32_t odd = (significand >> shift) & 1u;
    return (significand + (1u << (shift - 1)) - 1 + odd) >> shift;
  }
};

template <typename Format>
struct Float8ToFloat32 {
  using From = std::uint8_t;
  using To = std::uint32_t;
  static To Convert(From bits) {
    const std::uint32_t sign = (std::uint32_t{bits} & 0x80u) << 24;
    const std::uint32_t magnitude = bits & 0x7fu;
    if (magnitude > Format::kLargest) {
      const bool is_infinity = Format::kOverflow != Format::kNan && magnitude == Format::kOverflow;
      return sign | (is_infinity ? 0x7f800000u : 0x7fc00000u);
    }
    if (magnitude >> Format::kFractionBits != 0) {
      return sign | ((magnitude << Numbers::kShift) + Numbers::kRebias);
    }
    if (magnitude == 0) return sign;
    // A denormal is normal here: its highest bit becomes the hidden one.
    const auto highest = static_cast<std::uint32_t>(std::bit_width(magnitude)) - 1;
    return sign | (Numbers::kLeastValue + (highest << 23)) |
           ((magnitude << (23 - highest)) & 0x7fffffu);
  }

 private:
  using Numbers = Float8Numbers<Format>;
};

// The first step from float64 to 8 bits, which are rounded once: a float32 that is cut off, its
// last bit set if anything was lost, so that no tie arises or disappears. What is too small for any
// 8-bit float becomes zero, what is too large infinity.
struct Float64ToStickyFloat32 {
  using From = std::uint64_t;
  using To = std::uint32_t;
  static constexpr std::uint32_t kNan = 0x7ff00000u;         // above: NaN; in the upper halves
  static constexpr std::uint32_t kTooLarge = 1151u << 20;    // 2^128
  static constexpr std::uint32_t kLeastNormal = 897u << 20;  // 2^-126
  static constexpr std::uint32_t kRebias = 896u << 20;

  static To Convert(From bits) {
    const auto upper = static_cast<std::uint32_t>(bits >> 32);
    const std::uint32_t lost = static_cast<std::uint32_t>(bits) != 0 ? 1u : 0u;
    const std::uint32_t magnitude = (upper & 0x7fffffffu) | lost;
    const std::uint32_t sign = upper & 0x80000000u;
    if (magnitude > kNan) return sign | 0x7fc00000u;
    if (magnitude >= kTooLarge) return sign | 0x7f800000u;
    if (magnitude < kLeastNormal) return sign;
    return sign | ((magnitude - kRebias) << 3);
  }
};

// The upper half of a float16 is a float8_e5m2.
struct Float16ToFloat8E5M2 {
  using From = std::uint16_t;
  using To = std::uint8_t;
  static To Convert(From bits) {
    const std::uint32_t upper = std::uint32_t{bits} >> 8;
    const bool is_nan = (bits & 0x7fffu) > 0x7c00u;
    return static_cast<To>(is_nan ? upper | 2u : (bits + 0x7fu + (upper & 1u)) >> 8);
  }
};

}  // namespace thaw

#endif  // THAW_ENGINE_KERNELS_FLOAT8_ELEMENT_H_
