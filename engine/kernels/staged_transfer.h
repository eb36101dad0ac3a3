// StagedTransfer: a conversion of a source in the other byte order, by way of a block on the stack.
//
// Role in the flow: a checkpoint of the other byte order is rare, so each conversion has no loop of
// its own for it: the level's byte swap sums and turns a block, the level's conversion takes it
// from there. The block is private, so the byte that was summed is still the byte that lands.

#ifndef THAW_ENGINE_KERNELS_STAGED_TRANSFER_H_
#define THAW_ENGINE_KERNELS_STAGED_TRANSFER_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "engine/kernels/kernel.h"

namespace thaw {

// kReverse: the byte swap, with or without the sum. kConvert: the conversion without it.
template <TransferFn kReverse, TransferFn kConvert, std::size_t kFromSize, std::size_t kToSize>
std::uint32_t StagedTransfer(std::byte* dst, const std::byte* src, std::size_t n,
                             std::uint32_t crc) noexcept {
  // Large enough for stores past the caches, small enough for a core's own cache.
  constexpr std::size_t kBlock = std::size_t{32} << 10;
  alignas(64) std::byte block[kBlock];
  while (n > 0) {
    const std::size_t taken = std::min(n, kBlock);
    crc = kReverse(block, src, taken, crc);
    kConvert(dst, block, taken, 0);
    src += taken;
    dst += taken / kFromSize * kToSize;
    n -= taken;
  }
  return crc;
}

// A transfer that sums where nobody asked for the sum: loading memory takes longer than adding.
template <TransferFn kSummed>
std::uint32_t WithoutSum(std::byte* dst, const std::byte* src, std::size_t n,
                         std::uint32_t crc) noexcept {
  kSummed(dst, src, n, 0);
  return crc;
}

}  // namespace thaw

#endif  // THAW_ENGINE_KERNELS_STAGED_TRANSFER_H_
