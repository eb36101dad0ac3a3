#include "io/checkpoint/bundle_v1/block_cache.h"

#include <utility>

namespace thaw {

Result<BlockCache::Lease> BlockCache::Get(std::uint32_t block, std::uint64_t estimate) {
  std::unique_lock lock(mutex_);
  for (;;) {
    const auto slot = slots_.find(block);
    if (slot != slots_.end() && slot->second.decoded != nullptr) {
      slot->second.last_use = ++clock_;
      ++slot->second.num_leases;
      return Lease(this, block, slot->second.decoded);
    }
    if (slot == slots_.end() && MakeRoom(estimate)) break;
    changed_.wait(lock);
  }
  slots_[block].num_bytes = estimate;
  num_bytes_ += estimate;
  lock.unlock();
  Result<std::shared_ptr<const DecodedBlock>> decoded = DecodeOrForget(block);
  lock.lock();
  const auto slot = slots_.find(block);
  changed_.notify_all();
  if (!decoded.ok()) {
    Drop(slot);
    return decoded.status();
  }
  num_bytes_ += (*decoded)->memory_bytes() - slot->second.num_bytes;
  slot->second.num_bytes = (*decoded)->memory_bytes();
  slot->second.decoded = *decoded;
  slot->second.last_use = ++clock_;
  slot->second.num_leases = 1;
  return Lease(this, block, *std::move(decoded));
}

// An exception must not leave a slot behind for which others would wait.
Result<std::shared_ptr<const DecodedBlock>> BlockCache::DecodeOrForget(std::uint32_t block) {
  try {
    return decode_(block);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    Drop(slots_.find(block));
    changed_.notify_all();
    throw;
  }
}

void BlockCache::Release(std::uint32_t block, std::uint64_t taken_bytes) {
  const std::lock_guard lock(mutex_);
  const auto slot = slots_.find(block);
  --slot->second.num_leases;
  slot->second.taken_bytes += taken_bytes;
  // A block of which nothing could be decoded is kept: its failure will be wanted again.
  const std::uint64_t size = slot->second.decoded->size_bytes();
  const bool is_used_up = size > 0 && slot->second.taken_bytes >= size;
  if (slot->second.num_leases == 0 && is_used_up) Drop(slot);
  changed_.notify_all();
}

// Drops blocks that nobody uses, the one longest unused first, until `num_bytes` more fit. True
// also when nothing is left that could be dropped or waited for.
bool BlockCache::MakeRoom(std::uint64_t num_bytes) {
  while (num_bytes_ + num_bytes > kMaxBytes) {
    auto oldest = slots_.end();
    for (auto slot = slots_.begin(); slot != slots_.end(); ++slot) {
      const bool is_idle = slot->second.decoded != nullptr && slot->second.num_leases == 0;
      if (!is_idle) continue;
      if (oldest == slots_.end() || slot->second.last_use < oldest->second.last_use) oldest = slot;
    }
    if (oldest == slots_.end()) return slots_.empty();
    Drop(oldest);
  }
  return true;
}

void BlockCache::Drop(std::map<std::uint32_t, Slot>::iterator slot) {
  num_bytes_ -= slot->second.num_bytes;
  slots_.erase(slot);
}

}  // namespace thaw
