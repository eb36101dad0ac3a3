// The instructions that CRC-32C is made of: a step of the sum, and a carry-less product of halves.
//
// Role in the flow: what the checksum code needs of a CPU, so that it is written once. A lane is a
// 128-bit register in memory order. Functions that use it carry THAW_TARGET_CRC.

#ifndef THAW_IO_BASE_CRC_LANE_H_
#define THAW_IO_BASE_CRC_LANE_H_

#include "io/base/isa_targets.h"

#if THAW_HAS_X86 || THAW_HAS_ARM64

#include <cstdint>

namespace thaw::crc32c_fold {

#if THAW_HAS_X86

#define THAW_TARGET_CRC THAW_TARGET_SSE42

using Lane = __m128i;

THAW_TARGET_CRC inline Lane MakeLane(std::uint64_t low, std::uint64_t high) {
  return _mm_set_epi64x(static_cast<std::int64_t>(high), static_cast<std::int64_t>(low));
}
THAW_TARGET_CRC inline std::uint64_t Low(Lane lane) {
  return static_cast<std::uint64_t>(_mm_cvtsi128_si64(lane));
}
THAW_TARGET_CRC inline std::uint64_t High(Lane lane) {
  return static_cast<std::uint64_t>(_mm_extract_epi64(lane, 1));
}
THAW_TARGET_CRC inline Lane Sum(Lane a, Lane b) { return _mm_xor_si128(a, b); }
THAW_TARGET_CRC inline Lane LowProduct(Lane a, Lane b) { return _mm_clmulepi64_si128(a, b, 0x00); }
THAW_TARGET_CRC inline Lane HighProduct(Lane a, Lane b) { return _mm_clmulepi64_si128(a, b, 0x11); }

// `state` followed by the bytes of `value`, lowest first.
THAW_TARGET_CRC inline std::uint32_t Step(std::uint32_t state, std::uint64_t value) {
  return static_cast<std::uint32_t>(_mm_crc32_u64(state, value));
}
THAW_TARGET_CRC inline std::uint32_t Step(std::uint32_t state, std::uint32_t value) {
  return _mm_crc32_u32(state, value);
}
THAW_TARGET_CRC inline std::uint32_t Step(std::uint32_t state, std::uint16_t value) {
  return _mm_crc32_u16(state, value);
}
THAW_TARGET_CRC inline std::uint32_t Step(std::uint32_t state, std::uint8_t value) {
  return _mm_crc32_u8(state, value);
}

#else

#define THAW_TARGET_CRC THAW_TARGET_NEON

using Lane = uint64x2_t;

THAW_TARGET_CRC inline Lane MakeLane(std::uint64_t low, std::uint64_t high) {
  return vcombine_u64(vcreate_u64(low), vcreate_u64(high));
}
THAW_TARGET_CRC inline std::uint64_t Low(Lane lane) { return vgetq_lane_u64(lane, 0); }
THAW_TARGET_CRC inline std::uint64_t High(Lane lane) { return vgetq_lane_u64(lane, 1); }
THAW_TARGET_CRC inline Lane Sum(Lane a, Lane b) { return veorq_u64(a, b); }
THAW_TARGET_CRC inline Lane LowProduct(Lane a, Lane b) {
  return vreinterpretq_u64_p128(vmull_p64(static_cast<poly64_t>(vgetq_lane_u64(a, 0)),
                                          static_cast<poly64_t>(vgetq_lane_u64(b, 0))));
}
THAW_TARGET_CRC inline Lane HighProduct(Lane a, Lane b) {
  return vreinterpretq_u64_p128(vmull_high_p64(vreinterpretq_p64_u64(a), vreinterpretq_p64_u64(b)));
}

THAW_TARGET_CRC inline std::uint32_t Step(std::uint32_t state, std::uint64_t value) {
  return __crc32cd(state, value);
}
THAW_TARGET_CRC inline std::uint32_t Step(std::uint32_t state, std::uint32_t value) {
  return __crc32cw(state, value);
}
THAW_TARGET_CRC inline std::uint32_t Step(std::uint32_t state, std::uint16_t value) {
  return __crc32ch(state, value);
}
THAW_TARGET_CRC inline std::uint32_t Step(std::uint32_t state, std::uint8_t value) {
  return __crc32cb(state, value);
}

#endif

}  // namespace thaw::crc32c_fold

#endif  // THAW_HAS_X86 || THAW_HAS_ARM64

#endif  // THAW_IO_BASE_CRC_LANE_H_
