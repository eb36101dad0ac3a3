#include "bench/support/huge_buffer.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstring>
#include <string>

namespace thaw {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

std::size_t MappedSize(std::size_t size) { return (size + kHugePage - 1) / kHugePage * kHugePage; }

}  // namespace

Result<HugeBuffer> HugeBuffer::Allocate(std::size_t size) {
  if (size == 0) return HugeBuffer();
  // One huge page more, so that the buffer can begin at a boundary inside.
  const std::size_t mapped = MappedSize(size);
  void* const reservation = ::mmap(nullptr, mapped + kHugePage, PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reservation == MAP_FAILED) {
    return ResourceExhaustedError("no memory for a buffer of " + std::to_string(size) + " bytes");
  }
  const auto address = reinterpret_cast<std::uintptr_t>(reservation);
  const std::size_t before = (kHugePage - address % kHugePage) % kHugePage;
  auto* const begin = static_cast<std::byte*>(reservation) + before;
  if (before != 0) ::munmap(reservation, before);
  if (before != kHugePage) ::munmap(begin + mapped, kHugePage - before);
  ::madvise(begin, mapped, MADV_HUGEPAGE);
  std::memset(begin, 1, mapped);  // zeros could all be the one page of zeros
  return HugeBuffer(MutableByteView(begin, size));
}

HugeBuffer::~HugeBuffer() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), MappedSize(bytes_.size()));
}

}  // namespace thaw
