// Kernels for ARM's NEON with CRC32 and PMULL: a line is four registers.

#include "engine/kernels/kernel_variant.h"
#include "io/base/isa_targets.h"

#if THAW_HAS_ARM64

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <type_traits>
#include <utility>

#include "engine/kernels/element_of.h"
#include "engine/kernels/float_environment.h"
#include "engine/kernels/line_sum.h"
#include "engine/kernels/load_once.h"
#include "engine/kernels/staged_transfer.h"

#define THAW_LOOP_TARGET THAW_TARGET_NEON

namespace thaw {
namespace {

constexpr Text kIsaSuffix = "_neon";

struct Line {
  uint8x16_t v[4];
};
template <int kLinesIn>
using RunSum = LineSum128<4>;
using PageSum = LineSum128<1>;

// The empty statement is that of load_once.h.
THAW_LOOP_TARGET inline Line LoadLine(const std::byte* src) {
  const auto* const from = reinterpret_cast<const std::uint8_t*>(src);
  Line line;
  for (int i = 0; i < 4; ++i) {
    line.v[i] = vld1q_u8(from + 16 * i);
    __asm__("" : "+w"(line.v[i]));
  }
  return line;
}

// STNP hints that the line is not needed again.
template <bool kStream>
THAW_LOOP_TARGET inline void StoreLine(std::byte* dst, const Line& line) {
  auto* const to = reinterpret_cast<std::uint8_t*>(dst);
  if constexpr (kStream) {
    __asm__ volatile(
        "stnp %q0, %q1, [%4]\n\t"
        "stnp %q2, %q3, [%4, #32]"
        :
        : "w"(line.v[0]), "w"(line.v[1]), "w"(line.v[2]), "w"(line.v[3]), "r"(to)
        : "memory");
  } else {
    for (int i = 0; i < 4; ++i) vst1q_u8(to + 16 * i, line.v[i]);
  }
}

// STNP's stores are ordered as all others.
inline void FinishStores() {}

template <int kIndex, typename Sum>
THAW_LOOP_TARGET inline void AddLine(Sum& sum, const Line& line) {
  sum.template Add<kIndex>(vreinterpretq_u64_u8(line.v[0]), vreinterpretq_u64_u8(line.v[1]),
                           vreinterpretq_u64_u8(line.v[2]), vreinterpretq_u64_u8(line.v[3]));
}

struct Copy {
  using Element = Unchanged<std::uint8_t>;
  static constexpr int kLinesIn = 1;
  static constexpr int kLinesOut = 1;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) { out[0] = in[0]; }
};

template <int kUnit>
struct Reversal {
  using Element = FromReversed<Unchanged<UnsignedOf<kUnit>>>;
  static constexpr int kLinesIn = 1;
  static constexpr int kLinesOut = 1;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    for (int i = 0; i < 4; ++i) out[0].v[i] = Reversed(in[0].v[i]);
  }

 private:
  THAW_LOOP_TARGET static uint8x16_t Reversed(uint8x16_t v) {
    if constexpr (kUnit == 2) return vrev16q_u8(v);
    if constexpr (kUnit == 4) return vrev32q_u8(v);
    if constexpr (kUnit == 8) return vrev64q_u8(v);
  }
};

struct ToBFloat16 {
  using Element = Float32ToBFloat16;
  static constexpr int kLinesIn = 2;
  static constexpr int kLinesOut = 1;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    for (int i = 0; i < 4; ++i) {
      const Line& line = in[i / 2];
      const uint16x4_t low = Narrowed(vreinterpretq_u32_u8(line.v[i % 2 * 2]));
      const uint16x4_t high = Narrowed(vreinterpretq_u32_u8(line.v[i % 2 * 2 + 1]));
      out[0].v[i] = vreinterpretq_u8_u16(vcombine_u16(low, high));
    }
  }

 private:
  THAW_LOOP_TARGET static uint16x4_t Narrowed(uint32x4_t floats) {
    const uint32x4_t odd = vandq_u32(vshrq_n_u32(floats, 16), vdupq_n_u32(1));
    const uint32x4_t rounded = vaddq_u32(vaddq_u32(floats, vdupq_n_u32(0x7fff)), odd);
    const uint32x4_t magnitude = vandq_u32(floats, vdupq_n_u32(0x7fffffff));
    const uint32x4_t is_nan = vcgtq_u32(magnitude, vdupq_n_u32(0x7f800000));
    const uint32x4_t sign = vandq_u32(floats, vdupq_n_u32(0x80000000));
    const uint32x4_t nan = vorrq_u32(sign, vdupq_n_u32(0x7fc00000));
    return vshrn_n_u32(vbslq_u32(is_nan, nan, rounded), 16);
  }
};

struct FromBFloat16 {
  using Element = BFloat16ToFloat32;
  static constexpr int kLinesIn = 1;
  static constexpr int kLinesOut = 2;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    for (int i = 0; i < 4; ++i) {
      const uint16x8_t halves = vreinterpretq_u16_u8(in[0].v[i]);
      Line& line = out[i / 2];
      line.v[i % 2 * 2] = vreinterpretq_u8_u32(vshll_n_u16(vget_low_u16(halves), 16));
      line.v[i % 2 * 2 + 1] = vreinterpretq_u8_u32(vshll_high_n_u16(halves, 16));
    }
  }
};

struct ToFloat16 {
  using Element = Float32ToFloat16;
  static constexpr int kLinesIn = 2;
  static constexpr int kLinesOut = 1;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    for (int i = 0; i < 4; ++i) {
      const Line& line = in[i / 2];
      const float16x4_t low = vcvt_f16_f32(vreinterpretq_f32_u8(line.v[i % 2 * 2]));
      out[0].v[i] =
          vreinterpretq_u8_f16(vcvt_high_f16_f32(low, vreinterpretq_f32_u8(line.v[i % 2 * 2 + 1])));
    }
  }
};

struct FromFloat16 {
  using Element = Float16ToFloat32;
  static constexpr int kLinesIn = 1;
  static constexpr int kLinesOut = 2;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    for (int i = 0; i < 4; ++i) {
      const float16x8_t halves = vreinterpretq_f16_u8(in[0].v[i]);
      Line& line = out[i / 2];
      line.v[i % 2 * 2] = vreinterpretq_u8_f32(vcvt_f32_f16(vget_low_f16(halves)));
      line.v[i % 2 * 2 + 1] = vreinterpretq_u8_f32(vcvt_high_f32_f16(halves));
    }
  }
};

struct FromFloat64 {
  using Element = Float64ToFloat32;
  static constexpr int kLinesIn = 2;
  static constexpr int kLinesOut = 1;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    for (int i = 0; i < 4; ++i) {
      const Line& line = in[i / 2];
      const float32x2_t low = vcvt_f32_f64(vreinterpretq_f64_u8(line.v[i % 2 * 2]));
      out[0].v[i] =
          vreinterpretq_u8_f32(vcvt_high_f32_f64(low, vreinterpretq_f64_u8(line.v[i % 2 * 2 + 1])));
    }
  }
};

struct ToFloat64 {
  using Element = Float32ToFloat64;
  static constexpr int kLinesIn = 1;
  static constexpr int kLinesOut = 2;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    for (int i = 0; i < 4; ++i) {
      const float32x4_t floats = vreinterpretq_f32_u8(in[0].v[i]);
      Line& line = out[i / 2];
      line.v[i % 2 * 2] = vreinterpretq_u8_f64(vcvt_f64_f32(vget_low_f32(floats)));
      line.v[i % 2 * 2 + 1] = vreinterpretq_u8_f64(vcvt_high_f64_f32(floats));
    }
  }
};

#include "engine/kernels/by_element.inc"

using ToStickyFloat32 = ByElement<Float64ToStickyFloat32>;
using RoundedHalf = ByElement<Float16ToFloat8E5M2>;
template <typename Format>
using ToFloat8 = ByElement<Float32ToFloat8<Format>>;
template <typename Format>
using FromFloat8 = ByElement<Float8ToFloat32<Format>>;
template <std::size_t kSize>
using Halved = ByElement<Resized<UnsignedOf<kSize>, UnsignedOf<kSize / 2>>>;
template <std::size_t kSize, bool kSigned>
using Doubled = ByElement<Resized<IntegerOf<kSize, kSigned>, UnsignedOf<2 * kSize>>>;
template <std::size_t kSize>
using NonZero = ByElement<IsNonZero<UnsignedOf<kSize>, UnsignedOf<kSize>>>;

#include "engine/kernels/line_loops.inc"
#include "engine/kernels/line_variants.inc"

}  // namespace

std::span<const KernelVariant> KernelVariants_Neon() { return kVariants; }

}  // namespace thaw

#else

namespace thaw {

std::span<const KernelVariant> KernelVariants_Neon() { return {}; }

}  // namespace thaw

#endif
