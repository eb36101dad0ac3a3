// Kernels for AVX-512 F, BW, VL, DQ and VPCLMULQDQ: a line is one register.

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

#define THAW_LOOP_TARGET THAW_TARGET_AVX512

namespace thaw {
namespace {

constexpr Text kIsaSuffix = "_avx512";

using Line = __m512i;
template <int kLinesIn>
using RunSum = LineSum512<kLinesIn == 1 ? 1 : 2>;
using PageSum = LineSum512<1>;

// The empty statement is that of load_once.h.
THAW_LOOP_TARGET inline Line LoadLine(const std::byte* src) {
  Line line = _mm512_loadu_si512(src);
  __asm__("" : "+v"(line));
  return line;
}

template <bool kStream>
THAW_LOOP_TARGET inline void StoreLine(std::byte* dst, Line line) {
  if constexpr (kStream) {
    _mm512_stream_si512(reinterpret_cast<__m512i*>(dst), line);
  } else {
    _mm512_storeu_si512(dst, line);
  }
}

inline void FinishStores() { _mm_sfence(); }

template <int kIndex, typename Sum>
THAW_LOOP_TARGET inline void AddLine(Sum& sum, const Line& line) {
  sum.template Add<kIndex>(line);
}

THAW_LOOP_TARGET inline __m256i LowHalf(const Line& line) { return _mm512_castsi512_si256(line); }
THAW_LOOP_TARGET inline __m256i HighHalf(const Line& line) {
  return _mm512_extracti64x4_epi64(line, 1);
}
THAW_LOOP_TARGET inline Line Halves(__m256i low, __m256i high) {
  return _mm512_inserti64x4(_mm512_castsi256_si512(low), high, 1);
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
    out[0] = _mm512_shuffle_epi8(in[0], _mm512_broadcast_i32x4(order));
  }
};

struct ToBFloat16 {
  using Element = Float32ToBFloat16;
  static constexpr int kLinesIn = 2;
  static constexpr int kLinesOut = 1;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    alignas(64) static constexpr auto kUpperHalves = [] {
      std::array<std::uint16_t, 32> words{};
      for (std::size_t i = 0; i < 32; ++i) words[i] = static_cast<std::uint16_t>(2 * i + 1);
      return words;
    }();
    out[0] = _mm512_permutex2var_epi16(Rounded(in[0]), _mm512_load_si512(kUpperHalves.data()),
                                       Rounded(in[1]));
  }

 private:
  // The result in the upper half of each element (VCVTNEPS2BF16 would flush denormals).
  THAW_LOOP_TARGET static __m512i Rounded(const Line& floats) {
    const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(floats, 16), _mm512_set1_epi32(1));
    const __m512i rounded =
        _mm512_add_epi32(_mm512_add_epi32(floats, _mm512_set1_epi32(0x7fff)), odd);
    constexpr int kQuietNan = 0x01, kSignalingNan = 0x80;
    const __mmask16 is_nan =
        _mm512_fpclass_ps_mask(_mm512_castsi512_ps(floats), kQuietNan | kSignalingNan);
    const __m512i sign = _mm512_and_si512(floats, _mm512_set1_epi32(INT32_MIN));
    return _mm512_mask_or_epi32(rounded, is_nan, sign, _mm512_set1_epi32(0x7fc00000));
  }
};

struct FromBFloat16 {
  using Element = BFloat16ToFloat32;
  static constexpr int kLinesIn = 1;
  static constexpr int kLinesOut = 2;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    out[0] = _mm512_slli_epi32(_mm512_cvtepu16_epi32(LowHalf(in[0])), 16);
    out[1] = _mm512_slli_epi32(_mm512_cvtepu16_epi32(HighHalf(in[0])), 16);
  }
};

constexpr int kToNearest = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;

struct ToFloat16 {
  using Element = Float32ToFloat16;
  static constexpr int kLinesIn = 2;
  static constexpr int kLinesOut = 1;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    out[0] = Halves(_mm512_cvtps_ph(_mm512_castsi512_ps(in[0]), kToNearest),
                    _mm512_cvtps_ph(_mm512_castsi512_ps(in[1]), kToNearest));
  }
};

struct FromFloat16 {
  using Element = Float16ToFloat32;
  static constexpr int kLinesIn = 1;
  static constexpr int kLinesOut = 2;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    out[0] = _mm512_castps_si512(_mm512_cvtph_ps(LowHalf(in[0])));
    out[1] = _mm512_castps_si512(_mm512_cvtph_ps(HighHalf(in[0])));
  }
};

struct FromFloat64 {
  using Element = Float64ToFloat32;
  static constexpr int kLinesIn = 2;
  static constexpr int kLinesOut = 1;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    out[0] = Halves(_mm256_castps_si256(_mm512_cvtpd_ps(_mm512_castsi512_pd(in[0]))),
                    _mm256_castps_si256(_mm512_cvtpd_ps(_mm512_castsi512_pd(in[1]))));
  }
};

struct ToFloat64 {
  using Element = Float32ToFloat64;
  static constexpr int kLinesIn = 1;
  static constexpr int kLinesOut = 2;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    out[0] = _mm512_castpd_si512(_mm512_cvtps_pd(_mm256_castsi256_ps(LowHalf(in[0]))));
    out[1] = _mm512_castpd_si512(_mm512_cvtps_pd(_mm256_castsi256_ps(HighHalf(in[0]))));
  }
};

#include "engine/kernels/float8_moves_avx512.inc"

template <std::size_t kSize>
struct Halved {
  using Element = Resized<UnsignedOf<kSize>, UnsignedOf<kSize / 2>>;
  static constexpr int kLinesIn = 2;
  static constexpr int kLinesOut = 1;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    out[0] = Halves(Narrowed(in[0]), Narrowed(in[1]));
  }

 private:
  THAW_LOOP_TARGET static __m256i Narrowed(const Line& line) {
    if constexpr (kSize == 8) return _mm512_cvtepi64_epi32(line);
    if constexpr (kSize == 4) return _mm512_cvtepi32_epi16(line);
    if constexpr (kSize == 2) return _mm512_cvtepi16_epi8(line);
  }
};

template <std::size_t kSize, bool kSigned>
struct Doubled {
  using Element = Resized<IntegerOf<kSize, kSigned>, UnsignedOf<2 * kSize>>;
  static constexpr int kLinesIn = 1;
  static constexpr int kLinesOut = 2;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    out[0] = Widened(LowHalf(in[0]));
    out[1] = Widened(HighHalf(in[0]));
  }

 private:
  THAW_LOOP_TARGET static __m512i Widened(__m256i half) {
    if constexpr (kSize == 1 && kSigned) return _mm512_cvtepi8_epi16(half);
    if constexpr (kSize == 2 && kSigned) return _mm512_cvtepi16_epi32(half);
    if constexpr (kSize == 4 && kSigned) return _mm512_cvtepi32_epi64(half);
    if constexpr (kSize == 1 && !kSigned) return _mm512_cvtepu8_epi16(half);
    if constexpr (kSize == 2 && !kSigned) return _mm512_cvtepu16_epi32(half);
    if constexpr (kSize == 4 && !kSigned) return _mm512_cvtepu32_epi64(half);
  }
};

template <std::size_t kSize>
struct NonZero {
  using Element = IsNonZero<UnsignedOf<kSize>, UnsignedOf<kSize>>;
  static constexpr int kLinesIn = 1;
  static constexpr int kLinesOut = 1;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    const Line& line = in[0];
    if constexpr (kSize == 1) {
      out[0] = _mm512_maskz_mov_epi8(_mm512_test_epi8_mask(line, line), _mm512_set1_epi8(1));
    } else if constexpr (kSize == 2) {
      out[0] = _mm512_maskz_mov_epi16(_mm512_test_epi16_mask(line, line), _mm512_set1_epi16(1));
    } else if constexpr (kSize == 4) {
      out[0] = _mm512_maskz_mov_epi32(_mm512_test_epi32_mask(line, line), _mm512_set1_epi32(1));
    } else {
      out[0] = _mm512_maskz_mov_epi64(_mm512_test_epi64_mask(line, line), _mm512_set1_epi64(1));
    }
  }
};

#include "engine/kernels/line_loops.inc"
#include "engine/kernels/line_variants.inc"

}  // namespace

std::span<const KernelVariant> KernelVariants_Avx512() { return kVariants; }

}  // namespace thaw

#else

namespace thaw {

std::span<const KernelVariant> KernelVariants_Avx512() { return {}; }

}  // namespace thaw

#endif
