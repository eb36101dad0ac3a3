// Elements: how one element of a dtype becomes one of another.
//
// Role in the flow: the meaning of every conversion, in one place. The scalar kernels are loops
// over these, the vector kernels use them for what does not fill a register, and the kernel suite
// holds every variant to them. An element is carried as the unsigned integer of its bits.
//
// The results are those of TensorFlow's tf.cast and of the CPU's own instructions: rounding to
// nearest, ties to even; a NaN keeps its sign and, where the target has room, the upper bits of its
// payload, and becomes quiet. docs/kernels.md states the rules of every pair. Two things differ
// from tf.cast:
// * It turns denormals of float32 and float64 into zeros when one of the two is converted through
//   the CPU's floating-point unit, because TensorFlow switches its threads to that mode; here they
//   are kept, as NumPy keeps them.
// * A NaN that becomes bfloat16 is 0x7fc0 or 0xffc0 by its sign, as in ml_dtypes. tf.cast drops the
//   sign in the part of a tensor that it converts in groups of eight, and keeps it in the rest.

#ifndef THAW_ENGINE_KERNELS_ELEMENT_H_
#define THAW_ENGINE_KERNELS_ELEMENT_H_

#include <bit>
#include <cstdint>
#include <type_traits>

namespace thaw {

template <typename T>
struct Unchanged {
  using From = T;
  using To = T;
  static To Convert(From bits) { return bits; }
};

// One conversion after another.
template <typename First, typename Second>
struct Chain {
  using From = typename First::From;
  using To = typename Second::To;
  static To Convert(From bits) { return Second::Convert(First::Convert(bits)); }
};

// An integer in another width: as C++ converts, modulo 2^width. `Source` has the sign that fills
// new bits.
template <typename Source, typename Target>
struct Resized {
  using From = std::make_unsigned_t<Source>;
  using To = Target;
  static To Convert(From bits) { return static_cast<To>(static_cast<Source>(bits)); }
};

// Any integer as a truth value, 0 or 1.
template <typename Source, typename Target>
struct IsNonZero {
  using From = Source;
  using To = Target;
  static To Convert(From bits) { return bits != 0 ? 1 : 0; }
};

struct Float32ToBFloat16 {
  using From = std::uint32_t;
  using To = std::uint16_t;
  static To Convert(From bits) {
    if ((bits & 0x7fffffffu) > 0x7f800000u) {
      return static_cast<To>(((bits >> 16) & 0x8000u) | 0x7fc0u);
    }
    // Just below half of the last kept bit, and one more when that bit is odd.
    return static_cast<To>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
  }
};

struct BFloat16ToFloat32 {
  using From = std::uint16_t;
  using To = std::uint32_t;
  static To Convert(From bits) { return To{bits} << 16; }
};

struct Float32ToFloat16 {
  using From = std::uint32_t;
  using To = std::uint16_t;
  static To Convert(From bits) {
    const std::uint32_t sign = (bits >> 16) & 0x8000u;
    return static_cast<To>(sign | Magnitude(bits & 0x7fffffffu));
  }

 private:
  static std::uint32_t Magnitude(std::uint32_t bits) {
    constexpr std::uint32_t kInfinity = 0x7f800000u;
    constexpr std::uint32_t kRoundsToInfinity = 0x477ff000u;  // 65520
    constexpr std::uint32_t kLeastNormal = 0x38800000u;       // 2^-14
    if (bits > kInfinity) return 0x7e00u | ((bits >> 13) & 0x3ffu);
    if (bits >= kRoundsToInfinity) return 0x7c00u;
    if (bits < kLeastNormal) return Denormal(bits);
    // The exponent's bias goes from 127 to 15.
    return (bits - (112u << 23) + 0xfffu + ((bits >> 13) & 1u)) >> 13;
  }

  // A multiple of 2^-24: the significand shifted by what the exponent lacks.
  static std::uint32_t Denormal(std::uint32_t bits) {
    const std::uint32_t exponent = bits >> 23;
    if (exponent < 102) return 0;  // below 2^-25, half of the least value
    const std::uint32_t significand = (bits & 0x7fffffu) | 0x800000u;
    const std::uint32_t shift = 126 - exponent;  // [14, 24]
    const std::uint32_t half = 1u << (shift - 1);
    const std::uint32_t kept = significand >> shift;
    return (significand + half - 1 + (kept & 1u)) >> shift;
  }
};

struct Float16ToFloat32 {
  using From = std::uint16_t;
  using To = std::uint32_t;
  static To Convert(From bits) {
    const std::uint32_t sign = (std::uint32_t{bits} & 0x8000u) << 16;
    const std::uint32_t exponent = (bits >> 10) & 0x1fu;
    const std::uint32_t fraction = bits & 0x3ffu;
    if (exponent == 0x1f) {
      return sign | 0x7f800000u | (fraction << 13) | (fraction != 0 ? 0x400000u : 0u);
    }
    if (exponent != 0) return sign | ((exponent + 112) << 23) | (fraction << 13);
    if (fraction == 0) return sign;
    // A denormal, fraction · 2^-24, is normal here: its highest bit becomes the hidden one.
    const auto highest = static_cast<std::uint32_t>(std::bit_width(fraction)) - 1;
    return sign | ((highest + 103) << 23) | ((fraction << (23 - highest)) & 0x7fffffu);
  }
};

// These two follow the floating-point environment, which the kernels set (float_environment.h).
struct Float64ToFloat32 {
  using From = std::uint64_t;
  using To = std::uint32_t;
  static To Convert(From bits) {
    return std::bit_cast<To>(static_cast<float>(std::bit_cast<double>(bits)));
  }
};

struct Float32ToFloat64 {
  using From = std::uint32_t;
  using To = std::uint64_t;
  static To Convert(From bits) {
    return std::bit_cast<To>(static_cast<double>(std::bit_cast<float>(bits)));
  }
};

inline std::uint8_t ReversedBytes(std::uint8_t bits) { return bits; }
inline std::uint16_t ReversedBytes(std::uint16_t bits) { return __builtin_bswap16(bits); }
inline std::uint32_t ReversedBytes(std::uint32_t bits) { return __builtin_bswap32(bits); }
inline std::uint64_t ReversedBytes(std::uint64_t bits) { return __builtin_bswap64(bits); }

// `Element` of a source in the other byte order.
template <typename Element>
struct FromReversed {
  using From = typename Element::From;
  using To = typename Element::To;
  static To Convert(From bits) { return Element::Convert(ReversedBytes(bits)); }
};

}  // namespace thaw

#endif  // THAW_ENGINE_KERNELS_ELEMENT_H_
