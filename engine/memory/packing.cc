#include "engine/memory/packing.h"

#include <limits>

namespace thaw {

Packing PackBuffers(std::span<const std::uint64_t> sizes) {
  constexpr std::size_t kNone = std::numeric_limits<std::size_t>::max();
  Packing packing;
  packing.places.reserve(sizes.size());
  std::size_t open = kNone;  // the slab that small buffers go to
  for (const std::uint64_t size : sizes) {
    if (size >= kAloneBytes) {
      packing.places.push_back({packing.slabs.size(), 0});
      packing.slabs.push_back(size);
      continue;
    }
    std::uint64_t offset = 0;
    if (open != kNone) {
      offset = (packing.slabs[open] + kPackAlignment - 1) / kPackAlignment * kPackAlignment;
    }
    if (open == kNone || offset + size > kMaxSlabBytes) {
      open = packing.slabs.size();
      packing.slabs.push_back(0);
      offset = 0;
    }
    packing.places.push_back({open, offset});
    packing.slabs[open] = offset + size;
  }
  return packing;
}

}  // namespace thaw
