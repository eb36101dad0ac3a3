// Kernels for SSE4.2 with PCLMULQDQ: a line is four registers.

#include "engine/kernels/kernel_variant.h"
#include "io/base/isa_targets.h"

#if THAW_HAS_X86

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
#include "engine/kernels/reversing_order.h"
#include "engine/kernels/staged_transfer.h"

#define THAW_LOOP_TARGET THAW_TARGET_SSE42

namespace thaw {
namespace {

constexpr Text kIsaSuffix = "_sse42";

struct Line {
  __m128i v[4];
};
template <int kLinesIn>
using RunSum = LineSum128<4>;
using PageSum = LineSum128<1>;

// The empty statement is that of load_once.h.
THAW_LOOP_TARGET inline Line LoadLine(const std::byte* src) {
  const auto* const from = reinterpret_cast<const __m128i*>(src);
  Line line;
  for (int i = 0; i < 4; ++i) {
    line.v[i] = _mm_loadu_si128(from + i);
    __asm__("" : "+x"(line.v[i]));
  }
  return line;
}

template <bool kStream>
THAW_LOOP_TARGET inline void StoreLine(std::byte* dst, const Line& line) {
  auto* const to = reinterpret_cast<__m128i*>(dst);
  for (int i = 0; i < 4; ++i) {
    if constexpr (kStream) {
      _mm_stream_si128(to + i, line.v[i]);
    } else {
      _mm_storeu_si128(to + i, line.v[i]);
    }
  }
}

inline void FinishStores() { _mm_sfence(); }

template <int kIndex, typename Sum>
THAW_LOOP_TARGET inline void AddLine(Sum& sum, const Line& line) {
  sum.template Add<kIndex>(line.v[0], line.v[1], line.v[2], line.v[3]);
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
    const __m128i order =
        _mm_load_si128(reinterpret_cast<const __m128i*>(kReversingOrder<kUnit>.data()));
    for (int i = 0; i < 4; ++i) out[0].v[i] = _mm_shuffle_epi8(in[0].v[i], order);
  }
};

struct ToBFloat16 {
  using Element = Float32ToBFloat16;
  static constexpr int kLinesIn = 2;
  static constexpr int kLinesOut = 1;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    for (int i = 0; i < 2; ++i) {
      out[0].v[2 * i] = _mm_packus_epi32(Rounded(in[i].v[0]), Rounded(in[i].v[1]));
      out[0].v[2 * i + 1] = _mm_packus_epi32(Rounded(in[i].v[2]), Rounded(in[i].v[3]));
    }
  }

 private:
  // The result as a 32-bit number.
  THAW_LOOP_TARGET static __m128i Rounded(__m128i floats) {
    const __m128i upper = _mm_srli_epi32(floats, 16);
    const __m128i odd = _mm_and_si128(upper, _mm_set1_epi32(1));
    const __m128i rounded =
        _mm_srli_epi32(_mm_add_epi32(_mm_add_epi32(floats, _mm_set1_epi32(0x7fff)), odd), 16);
    const __m128i magnitude = _mm_and_si128(floats, _mm_set1_epi32(0x7fffffff));
    const __m128i is_nan = _mm_cmpgt_epi32(magnitude, _mm_set1_epi32(0x7f800000));
    const __m128i nan =
        _mm_or_si128(_mm_and_si128(upper, _mm_set1_epi32(0x8000)), _mm_set1_epi32(0x7fc0));
    return _mm_blendv_epi8(rounded, nan, is_nan);
  }
};

struct FromBFloat16 {
  using Element = BFloat16ToFloat32;
  static constexpr int kLinesIn = 1;
  static constexpr int kLinesOut = 2;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    const __m128i zero = _mm_setzero_si128();
    for (int i = 0; i < 4; ++i) {
      out[i / 2].v[i % 2 * 2] = _mm_unpacklo_epi16(zero, in[0].v[i]);
      out[i / 2].v[i % 2 * 2 + 1] = _mm_unpackhi_epi16(zero, in[0].v[i]);
    }
  }
};

#include "engine/kernels/by_element.inc"

using ToFloat16 = ByElement<Float32ToFloat16>;
using FromFloat16 = ByElement<Float16ToFloat32>;
using FromFloat64 = ByElement<Float64ToFloat32>;
using ToFloat64 = ByElement<Float32ToFloat64>;
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

std::span<const KernelVariant> KernelVariants_Sse42() { return kVariants; }

}  // namespace thaw

#else

namespace thaw {

std::span<const KernelVariant> KernelVariants_Sse42() { return {}; }

}  // namespace thaw

#endif
