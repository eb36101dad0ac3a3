// Kernel: a byte loop that moves elements from a checkpoint to a buffer and sums what it read.
//
// Role in the flow: the innermost step of every restore. A kernel loads each source byte once;
// the register that is summed is the register that is converted and stored, so the byte that was
// checked is the byte that landed. Kernels know no Status, no thread and no allocation.

#ifndef THAW_ENGINE_KERNELS_KERNEL_H_
#define THAW_ENGINE_KERNELS_KERNEL_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace thaw {

// Moves the elements in src[0, n) to dst and returns the CRC-32C of those n source bytes,
// continued from `crc` (as Crc32cExtend). `n` is a multiple of the source element. dst receives
// n / source_element * destination_element bytes. Neither pointer need be aligned; the ranges must
// not overlap. Never reads outside src[0, n), nor writes outside its part of dst.
using TransferFn = std::uint32_t (*)(std::byte* dst, const std::byte* src, std::size_t n,
                                     std::uint32_t crc) noexcept;

struct Kernel {
  std::string_view name;                // e.g. "copy_avx512_nt4"
  std::size_t source_element = 1;       // bytes
  std::size_t destination_element = 1;  // bytes
  TransferFn transfer = nullptr;
  // The same move without the sum; returns `crc` unchanged (--no-verify).
  TransferFn transfer_unchecked = nullptr;
};

}  // namespace thaw

#endif  // THAW_ENGINE_KERNELS_KERNEL_H_
