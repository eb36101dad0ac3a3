// Finds extents that share bytes with others in part.
//
// Role in the flow: entries may share all of their bytes (TensorFlow lets several keys name one
// extent), but extents that overlap in part are the mark of a damaged or forged index. It must not
// know what the extents hold.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V2_EXTENT_OVERLAP_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V2_EXTENT_OVERLAP_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

// An extent and whose it is; `owner` is the caller's own number.
struct OwnedExtent {
  Extent extent;
  std::uint32_t owner = 0;
};

struct ExtentOverlap {
  OwnedExtent extent;
  OwnedExtent other;  // begins no later
};

// For each extent that overlaps one that begins no later, and is not equal to it: that pair. Empty
// extents overlap nothing. Ends must fit into 64 bits.
// Takes O(n log n).
std::vector<ExtentOverlap> FindExtentOverlaps(std::vector<OwnedExtent> extents);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V2_EXTENT_OVERLAP_H_
