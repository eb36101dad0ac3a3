// MemoryPool: large memory that is used again instead of being given back to the system.
//
// Role in the flow: behind the arrays that a bulk load returns. Fresh memory costs a page fault per
// page on its first use, which is a large part of a restore; memory that was used before costs
// none. It must not know arrays or checkpoints.

#ifndef THAW_ENGINE_MEMORY_MEMORY_POOL_H_
#define THAW_ENGINE_MEMORY_MEMORY_POOL_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>

#include "engine/memory/host_memory.h"
#include "io/base/result.h"

namespace thaw {

struct PoolStatistics {
  std::uint64_t kept_bytes = 0;     // unused now
  std::uint64_t limit_bytes = 0;    // of kept_bytes
  std::uint64_t reused_bytes = 0;   // taken from what was kept, since the pool was made
  std::uint64_t fresh_bytes = 0;    // taken from the system
  std::uint64_t dropped_bytes = 0;  // given back to the system because of the limit
};

// Thread-safe.
class MemoryPool {
 public:
  // limit: bytes that the pool keeps at most.
  explicit MemoryPool(std::uint64_t limit = DefaultLimit()) : limit_(limit) {}

  // Half of the machine's memory.
  static std::uint64_t DefaultLimit();

  // Memory of at least `size` bytes: kept one of at most an eighth more, else fresh. Its contents
  // are whatever was there before.
  // Errors: as HostMemory::Allocate, after everything kept was given back to the system.
  Result<HostMemory> Take(std::uint64_t size);

  // Keeps `memory` for a later Take. Memory below kSmallest goes to the system; so does what was
  // kept longest, as far as the limit asks for it.
  void Return(HostMemory memory);

  // Gives kept memory back to the system until at most `keep_bytes` are left.
  //   Returns the bytes that went.
  std::uint64_t Trim(std::uint64_t keep_bytes = 0);

  PoolStatistics statistics() const;

  // Below this the C library's allocator does the same.
  static constexpr std::uint64_t kSmallest = HostMemory::kHugeAlignment;

 private:
  using Kept = std::list<HostMemory>;

  // Moves the kept memory that suits `size` best to `memory`; false: there is none.
  bool TakeKept(std::uint64_t size, HostMemory* memory);
  // Moves what was kept longest to `out` until at most `keep_bytes` are left. The lock is
  // held.
  std::uint64_t TakeOldest(std::uint64_t keep_bytes, Kept* out);

  const std::uint64_t limit_;
  mutable std::mutex mutex_;
  Kept kept_;                                             // the longest kept first
  std::multimap<std::uint64_t, Kept::iterator> by_size_;  // the same
  PoolStatistics statistics_;
};

}  // namespace thaw

#endif  // THAW_ENGINE_MEMORY_MEMORY_POOL_H_
