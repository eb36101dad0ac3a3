// MemoryPool: large memory that is used again instead of being given back to the system.
//
// Role in the flow: behind the arrays that a bulk load returns. Fresh memory costs a page fault per
// page on its first use, which is a large part of a restore; memory that was used before costs
// none. It must not know arrays or checkpoints.

#ifndef THAW_ENGINE_MEMORY_MEMORY_POOL_H_
#define THAW_ENGINE_MEMORY_MEMORY_POOL_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>

#include "engine/memory/host_memory.h"
#include "io/base/result.h"

namespace thaw {

// Thread-safe.
class MemoryPool {
 public:
  // Memory of at least `size` bytes: kept one of at most an eighth more, else fresh. Its contents
  // are whatever was there before.
  // Errors: as HostMemory::Allocate, after everything kept was given back to the system.
  Result<HostMemory> Take(std::uint64_t size);

  // Keeps `memory` for a later Take. Memory below kSmallest goes to the system.
  void Return(HostMemory memory);

  // Gives all kept memory back to the system.
  //   Returns the bytes that were kept.
  std::uint64_t Trim();

  std::uint64_t kept_bytes() const;

  // Below this the C library's allocator does the same.
  static constexpr std::uint64_t kSmallest = HostMemory::kHugeAlignment;

 private:
  mutable std::mutex mutex_;
  std::multimap<std::uint64_t, HostMemory> kept_;  // by size
  std::uint64_t kept_bytes_ = 0;
};

}  // namespace thaw

#endif  // THAW_ENGINE_MEMORY_MEMORY_POOL_H_
