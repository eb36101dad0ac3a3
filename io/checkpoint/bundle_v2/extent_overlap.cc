#include "io/checkpoint/bundle_v2/extent_overlap.h"

#include <algorithm>
#include <tuple>

namespace thaw {
namespace {

std::uint64_t EndOf(const Extent& extent) { return extent.offset + extent.length; }

bool IsSame(const Extent& a, const Extent& b) {
  return a.shard == b.shard && a.offset == b.offset && a.length == b.length;
}

}  // namespace

std::vector<ExtentOverlap> FindExtentOverlaps(std::vector<OwnedExtent> extents) {
  std::erase_if(extents, [](const OwnedExtent& e) { return e.extent.length == 0; });
  const auto by_place = [](const OwnedExtent& a, const OwnedExtent& b) {
    return std::tie(a.extent.shard, a.extent.offset, a.extent.length, a.owner) <
           std::tie(b.extent.shard, b.extent.offset, b.extent.length, b.owner);
  };
  // Writers store tensors in the order of their names more often than not.
  if (!std::is_sorted(extents.begin(), extents.end(), by_place)) {
    std::sort(extents.begin(), extents.end(), by_place);
  }

  std::vector<ExtentOverlap> overlaps;
  if (extents.empty()) return overlaps;
  // Of the extents so far in this shard, the one that reaches furthest.
  const OwnedExtent* furthest = &extents.front();
  for (const OwnedExtent& next : extents) {
    const bool is_apart = next.extent.shard != furthest->extent.shard ||
                          next.extent.offset >= EndOf(furthest->extent);
    if (!is_apart && !IsSame(next.extent, furthest->extent)) overlaps.push_back({next, *furthest});
    if (is_apart || EndOf(next.extent) > EndOf(furthest->extent)) furthest = &next;
  }
  return overlaps;
}

}  // namespace thaw
