#include "engine/memory/host_memory.h"

#include <sys/mman.h>

#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <string>
#include <utility>

namespace thaw {
namespace {

// A cache line; enough for every vector store.
constexpr std::align_val_t kSmallAlignment{64};

// What is marked for huge pages: an end of more than half of one is zeroed sooner as one huge page
// than by its small ones.
std::size_t HugeBytes(std::size_t size) {
  const std::size_t rest = size % HostMemory::kHugeAlignment;
  return rest <= HostMemory::kHugeAlignment / 2 ? size : size + HostMemory::kHugeAlignment - rest;
}

Status Refused(std::uint64_t size) {
  return ResourceExhaustedError("cannot allocate " + std::to_string(size) + " bytes");
}

}  // namespace

HostMemory::HostMemory(HostMemory&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      mapping_(std::exchange(other.mapping_, nullptr)),
      mapping_size_(std::exchange(other.mapping_size_, 0)) {}

HostMemory& HostMemory::operator=(HostMemory&& other) noexcept {
  if (this != &other) {
    Release();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    mapping_ = std::exchange(other.mapping_, nullptr);
    mapping_size_ = std::exchange(other.mapping_size_, 0);
  }
  return *this;
}

HostMemory::~HostMemory() { Release(); }

void HostMemory::Release() {
  if (mapping_ != nullptr) {
    munmap(mapping_, mapping_size_);
  } else if (data_ != nullptr) {
    ::operator delete(data_, kSmallAlignment);
  }
}

Result<HostMemory> HostMemory::Allocate(std::uint64_t size) {
  HostMemory memory;
  if (size == 0) return memory;
  if (size > std::numeric_limits<std::size_t>::max() / 2) return Refused(size);
  const auto size_bytes = static_cast<std::size_t>(size);
  if (size_bytes < kHugeAlignment) {
    auto* data = static_cast<std::byte*>(::operator new(size_bytes, kSmallAlignment, std::nothrow));
    if (data == nullptr) return Refused(size);
    std::memset(data, 0, size_bytes);
    memory.data_ = data;
  } else {
    // One large page more than needed, so that an aligned start lies within; unused pages cost
    // nothing.
    const std::size_t huge_bytes = HugeBytes(size_bytes);
    const std::size_t mapping_size = huge_bytes + kHugeAlignment;
    void* mapping =
        mmap(nullptr, mapping_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED) return Refused(size);
    memory.mapping_ = static_cast<std::byte*>(mapping);
    memory.mapping_size_ = mapping_size;
    void* aligned = mapping;
    std::size_t space = mapping_size;
    std::align(kHugeAlignment, huge_bytes, aligned, space);
    memory.data_ = static_cast<std::byte*>(aligned);
    // A hint: where huge pages are off, small ones do.
    madvise(aligned, huge_bytes, MADV_HUGEPAGE);
  }
  memory.size_ = size_bytes;
  return memory;
}

}  // namespace thaw
