// Kernels for AVX2 with PCLMULQDQ and F16C: a line is two registers.

#include "engine/kernels/kernel_variant.h"
#include "io/base/isa_targets.h"

#if THAW_HAS_X86

#include <array>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "engine/kernels/element.h"
#include "engine/kernels/float_environment.h"
#include "engine/kernels/kernel_name.h"
#include "engine/kernels/line_sum.h"
#include "engine/kernels/load_once.h"
#include "engine/kernels/reversing_order.h"

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

template <int kIndex, typename Sum>
THAW_LOOP_TARGET inline void AddLine(Sum& sum, const Line& line) {
  sum.template Add<kIndex>(_mm256_castsi256_si128(line.low), _mm256_extracti128_si256(line.low, 1),
                           _mm256_castsi256_si128(line.high),
                           _mm256_extracti128_si256(line.high, 1));
}

template <int kUnit>
THAW_LOOP_TARGET inline Line ReverseUnits(const Line& line) {
  const __m256i order = _mm256_broadcastsi128_si256(
      _mm_load_si128(reinterpret_cast<const __m128i*>(kReversingOrder<kUnit>.data())));
  return {_mm256_shuffle_epi8(line.low, order), _mm256_shuffle_epi8(line.high, order)};
}

THAW_LOOP_TARGET inline __m128i LowHalf(__m256i v) { return _mm256_castsi256_si128(v); }
THAW_LOOP_TARGET inline __m128i HighHalf(__m256i v) { return _mm256_extracti128_si256(v, 1); }

struct Copy {
  using Element = Unchanged<std::uint8_t>;
  static constexpr int kLinesIn = 1;
  static constexpr int kLinesOut = 1;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) { out[0] = in[0]; }
};

struct ToBFloat16 {
  using Element = Float32ToBFloat16;
  static constexpr int kLinesIn = 2;
  static constexpr int kLinesOut = 1;
  THAW_LOOP_TARGET static void Convert(const Line* in, Line* out) {
    out[0] = {Narrowed(in[0]), Narrowed(in[1])};
  }

 private:
  THAW_LOOP_TARGET static __m256i Narrowed(const Line& floats) {
    // Packing works within 128-bit lanes; the permutation puts their halves in order.
    const __m256i packed = _mm256_packus_epi32(Rounded(floats.low), Rounded(floats.high));
    return _mm256_permute4x64_epi64(packed, _MM_SHUFFLE(3, 1, 2, 0));
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

#include "engine/kernels/line_loops.inc"

}  // namespace

std::span<const KernelVariant> KernelVariants_Avx2() { return kVariants; }

}  // namespace thaw

#else

namespace thaw {

std::span<const KernelVariant> KernelVariants_Avx2() { return {}; }

}  // namespace thaw

#endif
