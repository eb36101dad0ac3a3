// Packing: many buffers in few pieces of memory.
//
// Role in the flow: before buffers are allocated for a whole restore. Memory of a size of its own
// ends in small pages, and below a huge page has nothing else; buffers that lie together share huge
// pages, which are zeroed several times as quickly. Pure data; it allocates nothing of the kind.

#ifndef THAW_ENGINE_MEMORY_PACKING_H_
#define THAW_ENGINE_MEMORY_PACKING_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace thaw {

struct Packing {
  struct Place {
    std::size_t slab = 0;
    std::uint64_t offset = 0;  // a multiple of kPackAlignment

    friend bool operator==(const Place&, const Place&) = default;
  };

  std::vector<std::uint64_t> slabs;  // bytes of each piece of memory
  std::vector<Place> places;         // one per buffer
};

// What every vector store and every consumer of tensors is content with.
inline constexpr std::uint64_t kPackAlignment = 64;
// A slab lives as long as its longest-lived buffer, so it is not larger than this, …
inline constexpr std::uint64_t kMaxSlabBytes = std::uint64_t{64} << 20;
// … and a buffer from this on has one to itself.
inline constexpr std::uint64_t kAloneBytes = std::uint64_t{32} << 20;

// Places buffers of `sizes` bytes in their order, neighbours together: bytes that are restored
// together lie together. Equal sizes give an equal packing, so memory of a pool fits again.
// Errors: none; sizes are those of buffers that fit in memory one by one. May throw std::bad_alloc.
Packing PackBuffers(std::span<const std::uint64_t> sizes);

}  // namespace thaw

#endif  // THAW_ENGINE_MEMORY_PACKING_H_
