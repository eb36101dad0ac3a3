// CRC-32C steps in plain C++, over values that are already in a register.
//
// Role in the flow: the checksum of machines without a CRC instruction, and of the scalar kernels,
// which sum the very value that they store. `state` is the inverted CRC (pre-inversion applied).

#ifndef THAW_IO_BASE_CRC32C_PORTABLE_H_
#define THAW_IO_BASE_CRC32C_PORTABLE_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "io/base/crc32c_math.h"

namespace thaw {

static_assert(std::endian::native == std::endian::little,
              "checksums, kernels and formats load little-endian values directly");

inline std::uint32_t Crc32cStep8(std::uint32_t state, std::uint8_t value) {
  return (state >> 8) ^ crc32c_math::kSliceTables[0][(state ^ value) & 0xff];
}

// The eight bytes of `value` in memory order, lowest first.
inline std::uint32_t Crc32cStep64(std::uint32_t state, std::uint64_t value) {
  const auto& tables = crc32c_math::kSliceTables;
  value ^= state;
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < 8; ++i) sum ^= tables[7 - i][(value >> (8 * i)) & 0xff];
  return sum;
}

}  // namespace thaw

#endif  // THAW_IO_BASE_CRC32C_PORTABLE_H_
