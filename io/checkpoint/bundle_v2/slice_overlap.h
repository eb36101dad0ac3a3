// What must hold for the slices of one tensor together: none shares elements, none are left out.
//
// Role in the flow: stored slices must not overlap, or the values of the shared elements would
// depend on the order of reading. The index of every format with slices asks here. Pure geometry;
// it must not know files or entries.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V2_SLICE_OVERLAP_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V2_SLICE_OVERLAP_H_

#include <cstddef>
#include <optional>
#include <span>

#include "io/base/result.h"
#include "io/base/shape.h"
#include "io/base/slice.h"

namespace thaw {

// Positions in the span that was searched.
struct SliceOverlap {
  std::size_t first;
  std::size_t second;
};

// A pair of slices that share an element; nullopt when there is none. A slice without elements
// overlaps nothing.
//   slices: resolved, all of one rank.
// Takes O(rank · n log n) for slices that straight cuts through the whole tensor, and through the
// pieces, can make; the work for any others is bounded, too.
// Errors: Unimplemented  the slices are so entangled that the bound was reached.
// Untrusted input: yes.
Result<std::optional<SliceOverlap>> FindSliceOverlap(std::span<const TensorSlice> slices);

// TensorSlice::BuildTensorSlice in TensorFlow: a full dimension starts at 0, any other has no
// negative number.
bool IsWellFormedSlice(const TensorSlice& slice);

// Counts elements, which is enough for slices that do not overlap.
//   resolved: of a tensor of that shape.
// Errors: InvalidArgument  some elements are in no slice, which TensorFlow says when it reads them.
Status CheckSlicesCover(std::span<const TensorSlice> resolved, Dims shape);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V2_SLICE_OVERLAP_H_
