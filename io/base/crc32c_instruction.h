// CRC-32C with the CPU's own instruction for it: SSE4.2's or ARMv8's.
//
// Role in the flow: variants behind io/base/crc32c, which chooses one by IsaLevel. `state` is the
// inverted CRC in all of them.

#ifndef THAW_IO_BASE_CRC32C_INSTRUCTION_H_
#define THAW_IO_BASE_CRC32C_INSTRUCTION_H_

#include <cstddef>
#include <cstdint>

#include "io/base/isa_targets.h"

#if THAW_HAS_X86 || THAW_HAS_ARM64

namespace thaw {

// One step after another: 8 bytes every 3 clocks or so.
std::uint32_t Crc32cOneStream(std::uint32_t state, const std::byte* data, std::size_t n) noexcept;

// Three streams at once.
std::uint32_t Crc32cState_Instruction(std::uint32_t state, const std::byte* data,
                                      std::size_t n) noexcept;

// `state` followed by `length` zero bytes, by carry-less multiplication.
std::uint32_t Crc32cMovedOn_Instruction(std::uint32_t state, std::uint64_t length) noexcept;

}  // namespace thaw

#endif  // THAW_HAS_X86 || THAW_HAS_ARM64

#endif  // THAW_IO_BASE_CRC32C_INSTRUCTION_H_
