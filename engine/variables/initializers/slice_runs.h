// Slice runs: a slice of a row-major tensor as contiguous ranges of its element numbers.
//
// Role in the flow: how initializers cut constants and number random values. Moving the bytes of
// stored slices is the planner's business.

#ifndef THAW_ENGINE_VARIABLES_INITIALIZERS_SLICE_RUNS_H_
#define THAW_ENGINE_VARIABLES_INITIALIZERS_SLICE_RUNS_H_

#include <cstdint>

#include "io/base/shape.h"
#include "io/base/slice.h"

namespace thaw {

// Calls visit(first element, number of elements) for each run in row-major order. `slice` is
// resolved and lies within `full_shape`; nullptr: the whole tensor, in one run. `full_shape` has a
// valid number of elements.
template <typename Visit>
void ForEachRun(Dims full_shape, const TensorSlice* slice, Visit visit) {
  if (slice == nullptr || slice->rank() == 0) {
    visit(std::uint64_t{0}, static_cast<std::uint64_t>(*NumElements(full_shape)));
    return;
  }
  if (*NumElements(SliceShape(*slice)) == 0) return;
  // The trailing dimensions that the slice covers whole belong to one run with the one before.
  std::size_t axis = full_shape.size() - 1;
  std::uint64_t inner = 1;  // elements per index of `axis`
  while (axis > 0 && slice->dims[axis].length == full_shape[axis]) {
    inner *= static_cast<std::uint64_t>(full_shape[axis]);
    --axis;
  }
  const std::uint64_t length = static_cast<std::uint64_t>(slice->dims[axis].length) * inner;

  Shape index(axis + 1);  // counts through the outer dimensions; the last stays at its start
  for (std::size_t i = 0; i <= axis; ++i) index[i] = slice->dims[i].start;
  while (true) {
    std::uint64_t begin = 0;
    for (std::size_t i = 0; i <= axis; ++i) {
      begin =
          begin * static_cast<std::uint64_t>(full_shape[i]) + static_cast<std::uint64_t>(index[i]);
    }
    visit(begin * inner, length);
    std::size_t i = axis;
    while (i > 0 && ++index[i - 1] == slice->dims[i - 1].start + slice->dims[i - 1].length) {
      --i;
      index[i] = slice->dims[i].start;
    }
    if (i == 0) return;
  }
}

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_INITIALIZERS_SLICE_RUNS_H_
