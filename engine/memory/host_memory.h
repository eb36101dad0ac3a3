// HostMemory: memory that the engine owns.
//
// Role in the flow: behind the values of a VariableStore and the arrays of a bulk load. Large
// memory gets huge pages, which a restore fills in a fraction of the page faults. It knows neither.

#ifndef THAW_ENGINE_MEMORY_HOST_MEMORY_H_
#define THAW_ENGINE_MEMORY_HOST_MEMORY_H_

#include <cstddef>
#include <cstdint>

#include "io/base/bytes.h"
#include "io/base/result.h"

namespace thaw {

// Owns zero-filled memory. Movable, not copyable.
class HostMemory {
 public:
  HostMemory() = default;
  HostMemory(HostMemory&& other) noexcept;
  HostMemory& operator=(HostMemory&& other) noexcept;
  ~HostMemory();

  // From kHugeAlignment bytes on: aligned to it, and marked for huge pages; smaller: aligned to 64.
  // Errors: ResourceExhausted  the system refuses, or the size is beyond the address space.
  static Result<HostMemory> Allocate(std::uint64_t size);

  // A huge page of x86-64, in bytes.
  static constexpr std::size_t kHugeAlignment = std::size_t{2} << 20;

  MutableByteView bytes() const { return {data_, size_}; }

 private:
  void Release();

  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  // What munmap is owed; 0: `data_` came from operator new.
  std::byte* mapping_ = nullptr;
  std::size_t mapping_size_ = 0;
};

}  // namespace thaw

#endif  // THAW_ENGINE_MEMORY_HOST_MEMORY_H_
