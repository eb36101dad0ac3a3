// CRC-32C (Castagnoli): the checksum of every block and tensor.
//
// Role in the flow: the sum itself, its masked form as files store it, and the arithmetic that
// joins sums of neighbouring ranges. The fused copy-and-sum loops live in engine/kernels and must
// agree with Crc32cExtend bit for bit.
// Source: RFC 3720 appendix B.4 (check values); docs/format/sorted_table.md §4 (the mask).

#ifndef THAW_IO_BASE_CRC32C_H_
#define THAW_IO_BASE_CRC32C_H_

#include <cstddef>
#include <cstdint>

#include "io/base/bytes.h"
#include "io/base/cpu.h"

namespace thaw {

// The CRC of A followed by `bytes`, where `crc` is that of A (0 for nothing). Pre- and
// post-inversion are inside, so sums of consecutive pieces chain.
std::uint32_t Crc32cExtend(std::uint32_t crc, ByteView bytes);

inline std::uint32_t Crc32c(ByteView bytes) { return Crc32cExtend(0, bytes); }

// The CRC of A followed by B, from both sums and the length of B in bytes.
std::uint32_t Crc32cConcat(std::uint32_t crc_a, std::uint32_t crc_b, std::uint64_t length_b);

// The other ways round: the CRC of B, and the CRC of A, from that of A followed by B. Not for
// loops: they take some microseconds.
std::uint32_t Crc32cWithoutStart(std::uint32_t crc_ab, std::uint32_t crc_a, std::uint64_t length_b);
std::uint32_t Crc32cWithoutEnd(std::uint32_t crc_ab, std::uint32_t crc_b, std::uint64_t length_b);

// Extend and Concat by the variant of `level`, which the machine must have: for tests and
// benchmarks.
std::uint32_t Crc32cExtendAt(IsaLevel level, std::uint32_t crc, ByteView bytes);
std::uint32_t Crc32cConcatAt(IsaLevel level, std::uint32_t crc_a, std::uint32_t crc_b,
                             std::uint64_t length_b);

// crc32c.h in TensorFlow and LevelDB: a CRC is rotated and offset before it is stored, because the
// CRC of a string that contains embedded CRCs is a problematic thing to compute.
inline constexpr std::uint32_t kCrcMaskDelta = 0xa282ead8u;

inline std::uint32_t MaskCrc(std::uint32_t crc) {
  return ((crc >> 15) | (crc << 17)) + kCrcMaskDelta;
}

inline std::uint32_t UnmaskCrc(std::uint32_t masked) {
  const std::uint32_t rotated = masked - kCrcMaskDelta;
  return (rotated >> 17) | (rotated << 15);
}

}  // namespace thaw

#endif  // THAW_IO_BASE_CRC32C_H_
