// Folding: CRC-32C by carry-less multiplication, over vector registers.
//
// Role in the flow: the primitives that crc32c_x86 and the fused kernels build their loops from. A
// remainder is a register of 128-bit lanes in memory order: as a polynomial, bit i of a lane is
// the coefficient of x^(127-i). Any register with the right value modulo P will do, so a remainder
// is never reduced until the end. This file knows no memory: values come and go in registers.
//
// Derivation. A lane with halves L (low, the higher powers) and H stands for L·x^64 + H. Moved on
// by b bytes it is L·x^(8b+64) + H·x^(8b). A carry-less product of two reflected 64-bit factors,
// read as a reflected 128-bit value, carries a surplus factor x, so the constants are
// x^(8b+63) and x^(8b-1) mod P, their 32 bits in the upper (low-power) half of a 64-bit factor.

#ifndef THAW_IO_BASE_CRC32C_FOLD_H_
#define THAW_IO_BASE_CRC32C_FOLD_H_

#include "io/base/isa_targets.h"

#if THAW_HAS_X86 || THAW_HAS_ARM64

#include <cstdint>

#include "io/base/crc32c_math.h"
#include "io/base/crc_lane.h"

namespace thaw::crc32c_fold {

// x^exponent mod P as a 64-bit factor.
constexpr std::uint64_t Factor(std::int64_t exponent) {
  return std::uint64_t{crc32c_math::PowerOfX(exponent)} << 32;
}

template <std::int64_t kBytes>
inline constexpr std::uint64_t kLowFactor = Factor(8 * kBytes + 63);
template <std::int64_t kBytes>
inline constexpr std::uint64_t kHighFactor = Factor(8 * kBytes - 1);

// a · b · x^33 mod P: the product of two reflected 32-bit values in 64 bits has a surplus factor x,
// and the CRC instruction multiplies by x^32.
THAW_TARGET_CRC inline std::uint32_t MultiplyX33(std::uint32_t a, std::uint32_t b) {
  return Step(0, Low(LowProduct(MakeLane(a, 0), MakeLane(b, 0))));
}

// `lane` followed by kBytes zero bytes.
template <std::int64_t kBytes>
THAW_TARGET_CRC inline Lane MovedOn(Lane lane) {
  const Lane factors = MakeLane(kLowFactor<kBytes>, kHighFactor<kBytes>);
  return Sum(LowProduct(lane, factors), HighProduct(lane, factors));
}

// The lane that, moved on by kBytes, becomes `state` before the first byte there: so that a loop
// "move on, add the next bytes" can start with a CRC that goes on.
template <std::int64_t kBytes>
THAW_TARGET_CRC inline Lane LaneBefore(std::uint32_t state) {
  const std::uint32_t moved_back = MultiplyX33(state, crc32c_math::PowerOfX(32 - 8 * kBytes - 33));
  return MakeLane(std::uint64_t{moved_back} << 32, 0);
}

// The CRC state of all bytes whose remainder is `lane`.
THAW_TARGET_CRC inline std::uint32_t Reduced(Lane lane) {
  return Step(Step(0, Low(lane)), High(lane));
}

#if THAW_HAS_X86

// The same for registers of four lanes, which move on together.
template <std::int64_t kBytes>
THAW_TARGET_AVX512 inline __m512i MovedOn(__m512i lanes) {
  const __m512i factors = _mm512_broadcast_i32x4(MakeLane(kLowFactor<kBytes>, kHighFactor<kBytes>));
  return _mm512_xor_si512(_mm512_clmulepi64_epi128(lanes, factors, 0x00),
                          _mm512_clmulepi64_epi128(lanes, factors, 0x11));
}

// MovedOn and one more addition in one three-way exclusive or.
template <std::int64_t kBytes>
THAW_TARGET_AVX512 inline __m512i MovedOnPlus(__m512i lanes, __m512i next) {
  const __m512i factors = _mm512_broadcast_i32x4(MakeLane(kLowFactor<kBytes>, kHighFactor<kBytes>));
  return _mm512_ternarylogic_epi64(_mm512_clmulepi64_epi128(lanes, factors, 0x00),
                                   _mm512_clmulepi64_epi128(lanes, factors, 0x11), next, 0x96);
}

template <std::int64_t kBytes>
THAW_TARGET_AVX512 inline __m512i LanesBefore(std::uint32_t state) {
  return _mm512_zextsi128_si512(LaneBefore<kBytes>(state));
}

// Lane i is followed by 3 - i lanes: moved on by their bytes, the four add up.
THAW_TARGET_AVX512 inline std::uint32_t Reduced(__m512i lanes) {
  const __m512i factors = _mm512_set_epi64(
      static_cast<std::int64_t>(kHighFactor<0>), static_cast<std::int64_t>(kLowFactor<0>),
      static_cast<std::int64_t>(kHighFactor<16>), static_cast<std::int64_t>(kLowFactor<16>),
      static_cast<std::int64_t>(kHighFactor<32>), static_cast<std::int64_t>(kLowFactor<32>),
      static_cast<std::int64_t>(kHighFactor<48>), static_cast<std::int64_t>(kLowFactor<48>));
  const __m512i moved = _mm512_xor_si512(_mm512_clmulepi64_epi128(lanes, factors, 0x00),
                                         _mm512_clmulepi64_epi128(lanes, factors, 0x11));
  const __m256i pairs =
      _mm256_xor_si256(_mm512_castsi512_si256(moved), _mm512_extracti64x4_epi64(moved, 1));
  return Reduced(_mm_xor_si128(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1)));
}

#endif  // THAW_HAS_X86

}  // namespace thaw::crc32c_fold

#endif  // THAW_HAS_X86 || THAW_HAS_ARM64

#endif  // THAW_IO_BASE_CRC32C_FOLD_H_
