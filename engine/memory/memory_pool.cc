#include "engine/memory/memory_pool.h"

#include <new>
#include <utility>

namespace thaw {
namespace {

// What a taken memory may be larger than asked for: a waste that no one notices.
constexpr std::uint64_t kLargestWaste = 8;  // one part in so many

}  // namespace

Result<HostMemory> MemoryPool::Take(std::uint64_t size) {
  if (size >= kSmallest) {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.lower_bound(size);
    if (found != kept_.end() && found->first - size <= size / kLargestWaste) {
      HostMemory memory = std::move(found->second);
      kept_bytes_ -= found->first;
      kept_.erase(found);
      return memory;
    }
  }
  Result<HostMemory> fresh = HostMemory::Allocate(size);
  if (fresh.ok() || Trim() == 0) return fresh;
  return HostMemory::Allocate(size);
}

void MemoryPool::Return(HostMemory memory) {
  const std::uint64_t size = memory.bytes().size();
  if (size < kSmallest) return;
  try {
    const std::lock_guard lock(mutex_);
    kept_.emplace(size, std::move(memory));
    kept_bytes_ += size;
  } catch (const std::bad_alloc&) {
    // `memory` goes back to the system.
  }
}

std::uint64_t MemoryPool::Trim() {
  std::multimap<std::uint64_t, HostMemory> kept;
  const std::lock_guard lock(mutex_);
  kept.swap(kept_);
  return std::exchange(kept_bytes_, 0);
}

std::uint64_t MemoryPool::kept_bytes() const {
  const std::lock_guard lock(mutex_);
  return kept_bytes_;
}

}  // namespace thaw
