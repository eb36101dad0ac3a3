// Kernels for AVX2 with PCLMULQDQ and F16C: a line is two registers.

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

#define THAW_LOOP_TARGET THAW_TARGET_AVX2

namespace thaw {
namespace {

constexpr Text kIsaSuffix = "_avx2";

struct Line {
  __m256i low, high;
};
template <int kLinesIn>
using RunSum = LineSum128<4>;
using PageSum = LineSum128<1>;

// The empty statement is that of load_once.h.
THAW_LOOP_TARGET inline Line LoadLine(const std::byte* src) {
  Line line{_mm256_loadu_si256(reinterpret_cast<const __m256i*>(src)),
            _mm256_loadu_si256(reinterpret_cast<const __m256i*>(src + 32))};
  __asm__("" : "+x"(line.low), "+x"(line.high));
  return line;
}

template <bool kStream>
THAW_LOOP_TARGET inline void StoreLine(std::byte* dst, const Line& line) {
  auto* const to = reinterpret_cast<__m256i*>(dst);
  if constexpr (kStream) {
    _mm256_stream_si256(to, line.low);
    _mm256_stream_si256(to + 1, line.high);
  } else {
    _mm256_storeu_si256(to, line.low);
    _mm256_storeu_si256(to + 1, line.high);
  }
}

inline void FinishStores() { _mm_sfence(); }

template <int kIndex, typename Sum>
THAW_LOOP_TARGET inline void AddLine(Sum& sum, const Line& line) {
  sum.template Add<kIndex>(_mm256_castsi256_si128(line.low), _mm256_extracti128_si256(line.low, 1),
                           _mm256_castsi256_si128(line.high),
                           _mm256_extracti128_si256(line.high, 1));
}

THAW_LOOP_TARGET inline __m128i LowHalf(__m256i v) { return _mm256_castsi256_si128(v); }
THAW_LOOP_TARGET inline __m128i HighHalf(__m256i v) { return _mm256_extracti128_si256(v, 1); }

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
    const __m256i order = _mm256_broadcastsi128_si256(
        _mm_load_si128(reinterpret_cast<const __m128i*>(kReversingOrder<kUnit>.data())));
    out[0] = {_mm256_shuffle_epi8(in[0].low, order), _mm256_shuffle_epi8(in[0].high, order)};
  }
};

// The lower halves of elements that hold nothing in their upper ones. Packing works within 128-bit
// lanes; the permutation puts their halves in order.
THAW_LOOP_TARGET inline __m256i Packed32(__m256i low, __m256i high) {
  return _mm256_permute4x64_epi64(_mm256_packus_epi32(low, high), _MM_SHUFFLE(3, 1, 2, 0));
}
THAW_LOOP_TARGET inline __m256i Packed16(__m256i low, __m256i high) {
  return _mm256_permute4x64_epi64(_mm256_packus_epi16(low, high), _MM_SHUFFLE(3, 1, 2, 0));
}

struct ToBFloat16 {
  using Element = Float32ToBFloat16;
  static constexpr int kLinesIn = 2;
  static constexpr int kLinesOut = 1;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    out[0] = {Narrowed(in[0]), Narrowed(in[1])};
  }

 private:
  THAW_LOOP_TARGET static __m256i Narrowed(const Line& floats) {
    return Packed32(Rounded(floats.low), Rounded(floats.high));
  }

  // The result as a 32-bit number.
  THAW_LOOP_TARGET static __m256i Rounded(__m256i floats) {
    const __m256i upper = _mm256_srli_epi32(floats, 16);
    const __m256i odd = _mm256_and_si256(upper, _mm256_set1_epi32(1));
    const __m256i rounded = _mm256_srli_epi32(
        _mm256_add_epi32(_mm256_add_epi32(floats, _mm256_set1_epi32(0x7fff)), odd), 16);
    const __m256i magnitude = _mm256_and_si256(floats, _mm256_set1_epi32(0x7fffffff));
    const __m256i is_nan = _mm256_cmpgt_epi32(magnitude, _mm256_set1_epi32(0x7f800000));
    const __m256i nan = _mm256_or_si256(_mm256_and_si256(upper, _mm256_set1_epi32(0x8000)),
                                        _mm256_set1_epi32(0x7fc0));
    return _mm256_blendv_epi8(rounded, nan, is_nan);
  }
};

struct FromBFloat16 {
  using Element = BFloat16ToFloat32;
  static constexpr int kLinesIn = 1;
  static constexpr int kLinesOut = 2;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    out[0] = Widened(in[0].low);
    out[1] = Widened(in[0].high);
  }

 private:
  THAW_LOOP_TARGET static Line Widened(__m256i halves) {
    return {_mm256_slli_epi32(_mm256_cvtepu16_epi32(LowHalf(halves)), 16),
            _mm256_slli_epi32(_mm256_cvtepu16_epi32(HighHalf(halves)), 16)};
  }
};

struct ToFloat16 {
  using Element = Float32ToFloat16;
  static constexpr int kLinesIn = 2;
  static constexpr int kLinesOut = 1;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    out[0] = {Narrowed(in[0]), Narrowed(in[1])};
  }

 private:
  THAW_LOOP_TARGET static __m256i Narrowed(const Line& floats) {
    return _mm256_set_m128i(
        _mm256_cvtps_ph(_mm256_castsi256_ps(floats.high), _MM_FROUND_TO_NEAREST_INT),
        _mm256_cvtps_ph(_mm256_castsi256_ps(floats.low), _MM_FROUND_TO_NEAREST_INT));
  }
};

struct FromFloat16 {
  using Element = Float16ToFloat32;
  static constexpr int kLinesIn = 1;
  static constexpr int kLinesOut = 2;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    out[0] = Widened(in[0].low);
    out[1] = Widened(in[0].high);
  }

 private:
  THAW_LOOP_TARGET static Line Widened(__m256i halves) {
    return {_mm256_castps_si256(_mm256_cvtph_ps(LowHalf(halves))),
            _mm256_castps_si256(_mm256_cvtph_ps(HighHalf(halves)))};
  }
};

struct FromFloat64 {
  using Element = Float64ToFloat32;
  static constexpr int kLinesIn = 2;
  static constexpr int kLinesOut = 1;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    out[0] = {Narrowed(in[0]), Narrowed(in[1])};
  }

 private:
  THAW_LOOP_TARGET static __m256i Narrowed(const Line& doubles) {
    return _mm256_castps_si256(_mm256_set_m128(_mm256_cvtpd_ps(_mm256_castsi256_pd(doubles.high)),
                                               _mm256_cvtpd_ps(_mm256_castsi256_pd(doubles.low))));
  }
};

struct ToFloat64 {
  using Element = Float32ToFloat64;
  static constexpr int kLinesIn = 1;
  static constexpr int kLinesOut = 2;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    out[0] = Widened(in[0].low);
    out[1] = Widened(in[0].high);
  }

 private:
  THAW_LOOP_TARGET static Line Widened(__m256i floats) {
    return {_mm256_castpd_si256(_mm256_cvtps_pd(_mm_castsi128_ps(LowHalf(floats)))),
            _mm256_castpd_si256(_mm256_cvtps_pd(_mm_castsi128_ps(HighHalf(floats))))};
  }
};

#include "engine/kernels/float8_moves_avx2.inc"

template <std::size_t kSize>
struct Halved {
  using Element = Resized<UnsignedOf<kSize>, UnsignedOf<kSize / 2>>;
  static constexpr int kLinesIn = 2;
  static constexpr int kLinesOut = 1;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    out[0] = {Narrowed(in[0]), Narrowed(in[1])};
  }

 private:
  THAW_LOOP_TARGET static __m256i Narrowed(const Line& line) {
    if constexpr (kSize == 8) {
      const __m256 words =
          _mm256_shuffle_ps(_mm256_castsi256_ps(line.low), _mm256_castsi256_ps(line.high), 0x88);
      return _mm256_permute4x64_epi64(_mm256_castps_si256(words), _MM_SHUFFLE(3, 1, 2, 0));
    } else if constexpr (kSize == 4) {
      const __m256i kept = _mm256_set1_epi32(0xffff);
      return Packed32(_mm256_and_si256(line.low, kept), _mm256_and_si256(line.high, kept));
    } else {
      const __m256i kept = _mm256_set1_epi16(0xff);
      return Packed16(_mm256_and_si256(line.low, kept), _mm256_and_si256(line.high, kept));
    }
  }
};

template <std::size_t kSize, bool kSigned>
struct Doubled {
  using Element = Resized<IntegerOf<kSize, kSigned>, UnsignedOf<2 * kSize>>;
  static constexpr int kLinesIn = 1;
  static constexpr int kLinesOut = 2;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    out[0] = {Widened(LowHalf(in[0].low)), Widened(HighHalf(in[0].low))};
    out[1] = {Widened(LowHalf(in[0].high)), Widened(HighHalf(in[0].high))};
  }

 private:
  THAW_LOOP_TARGET static __m256i Widened(__m128i half) {
    if constexpr (kSize == 1 && kSigned) return _mm256_cvtepi8_epi16(half);
    if constexpr (kSize == 2 && kSigned) return _mm256_cvtepi16_epi32(half);
    if constexpr (kSize == 4 && kSigned) return _mm256_cvtepi32_epi64(half);
    if constexpr (kSize == 1 && !kSigned) return _mm256_cvtepu8_epi16(half);
    if constexpr (kSize == 2 && !kSigned) return _mm256_cvtepu16_epi32(half);
    if constexpr (kSize == 4 && !kSigned) return _mm256_cvtepu32_epi64(half);
  }
};

template <std::size_t kSize>
struct NonZero {
  using Element = IsNonZero<UnsignedOf<kSize>, UnsignedOf<kSize>>;
  static constexpr int kLinesIn = 1;
  static constexpr int kLinesOut = 1;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    out[0] = {Truth(in[0].low), Truth(in[0].high)};
  }

 private:
  // 1 where an element is not zero.
  THAW_LOOP_TARGET static __m256i Truth(__m256i v) {
    const __m256i zero = _mm256_setzero_si256();
    if constexpr (kSize == 1) {
      return _mm256_andnot_si256(_mm256_cmpeq_epi8(v, zero), _mm256_set1_epi8(1));
    } else if constexpr (kSize == 2) {
      return _mm256_andnot_si256(_mm256_cmpeq_epi16(v, zero), _mm256_set1_epi16(1));
    } else if constexpr (kSize == 4) {
      return _mm256_andnot_si256(_mm256_cmpeq_epi32(v, zero), _mm256_set1_epi32(1));
    } else {
      return _mm256_andnot_si256(_mm256_cmpeq_epi64(v, zero), _mm256_set1_epi64x(1));
    }
  }
};

#include "engine/kernels/line_loops.inc"
#include "engine/kernels/line_variants.inc"

}  // namespace

std::span<const KernelVariant> KernelVariants_Avx2() { return kVariants; }

}  // namespace thaw

#else

namespace thaw {

std::span<const KernelVariant> KernelVariants_Avx2() { return {}; }

}  // namespace thaw

#endif
