#include "engine/memory/memory_pool.h"

#include <unistd.h>

#include <new>
#include <utility>

namespace thaw {
namespace {

// What a taken memory may be larger than asked for: a waste that no one notices.
constexpr std::uint64_t kLargestWaste = 8;  // one part in so many

}  // namespace

std::uint64_t MemoryPool::DefaultLimit() {
  const auto pages = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES));
  return pages / 2 * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

Result<HostMemory> MemoryPool::Take(std::uint64_t size) {
  HostMemory memory;
  if (TakeKept(size, &memory)) return memory;
  Result<HostMemory> fresh = HostMemory::Allocate(size);
  if (!fresh.ok() && Trim() > 0) fresh = HostMemory::Allocate(size);
  if (fresh.ok()) {
    const std::lock_guard lock(mutex_);
    statistics_.fresh_bytes += size;
  }
  return fresh;
}

bool MemoryPool::TakeKept(std::uint64_t size, HostMemory* memory) {
  if (size < kSmallest) return false;
  const std::lock_guard lock(mutex_);
  const auto found = by_size_.lower_bound(size);
  if (found == by_size_.end() || found->first - size > size / kLargestWaste) return false;
  *memory = std::move(*found->second);
  statistics_.kept_bytes -= found->first;
  statistics_.reused_bytes += size;
  kept_.erase(found->second);
  by_size_.erase(found);
  return true;
}

void MemoryPool::Return(HostMemory memory) {
  const std::uint64_t size = memory.bytes().size();
  if (size < kSmallest || size > limit_) return;
  Kept dropped;  // unmapped when the lock is free again
  try {
    Kept entry;
    entry.push_back(std::move(memory));
    const std::lock_guard lock(mutex_);
    by_size_.emplace(size, entry.begin());
    kept_.splice(kept_.end(), entry);
    statistics_.kept_bytes += size;
    statistics_.dropped_bytes += TakeOldest(limit_, &dropped);
  } catch (const std::bad_alloc&) {
    // `memory` goes back to the system.
  }
}

std::uint64_t MemoryPool::Trim(std::uint64_t keep_bytes) {
  Kept dropped;
  const std::lock_guard lock(mutex_);
  return TakeOldest(keep_bytes, &dropped);
}

std::uint64_t MemoryPool::TakeOldest(std::uint64_t keep_bytes, Kept* out) {
  std::uint64_t taken = 0;
  while (statistics_.kept_bytes > keep_bytes) {
    const auto oldest = kept_.begin();
    const std::uint64_t size = oldest->bytes().size();
    auto entry = by_size_.lower_bound(size);
    while (entry->second != oldest) ++entry;
    by_size_.erase(entry);
    out->splice(out->end(), kept_, oldest);
    statistics_.kept_bytes -= size;
    taken += size;
  }
  return taken;
}

PoolStatistics MemoryPool::statistics() const {
  const std::lock_guard lock(mutex_);
  PoolStatistics statistics = statistics_;
  statistics.limit_bytes = limit_;
  return statistics;
}

}  // namespace thaw
