// CRC-32C with the vector instructions of x86-64.
//
// Role in the flow: a variant behind io/base/crc32c, which chooses one by IsaLevel. `state` is the
// inverted CRC.

#ifndef THAW_IO_BASE_CRC32C_X86_H_
#define THAW_IO_BASE_CRC32C_X86_H_

#include <cstddef>
#include <cstdint>

#include "io/base/isa_targets.h"

#if THAW_HAS_X86

namespace thaw {

// Carry-less multiplication on four 64-byte registers at once.
std::uint32_t Crc32cState_Avx512(std::uint32_t state, const std::byte* data,
                                 std::size_t n) noexcept;

}  // namespace thaw

#endif  // THAW_HAS_X86

#endif  // THAW_IO_BASE_CRC32C_X86_H_
