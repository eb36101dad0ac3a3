// SliceCopy: where the common box of a stored part and a wanted slice lies in both of them.
//
// Role in the flow: the planner makes one for each re-sliced target, the executors walk its runs in
// the order of the source. It is plain arithmetic over boxes: it knows no buffer and no file.

#ifndef THAW_ENGINE_PLAN_SLICE_COPY_H_
#define THAW_ENGINE_PLAN_SLICE_COPY_H_

#include <cstdint>
#include <vector>

#include "io/base/slice.h"

namespace thaw {

// Bytes that lie together in both: [source, source + source_length) goes to `destination`.
struct SliceRun {
  std::uint64_t source = 0;       // from the start of the stored part
  std::uint64_t destination = 0;  // from the start of the wanted slice
};

// A nest of loops, outermost first, around a run that is contiguous on both sides. Dimensions that
// continue each other on both sides are merged, so a copy of whole rows has no loop at all.
struct SliceCopy {
  struct Loop {
    std::uint64_t count = 0;
    std::uint64_t source_stride = 0;       // bytes
    std::uint64_t destination_stride = 0;  // bytes

    friend bool operator==(const Loop&, const Loop&) = default;
  };

  SliceRun first;
  std::uint64_t source_length = 0;       // bytes of a run in the source
  std::uint64_t destination_length = 0;  // and in the destination
  std::vector<Loop> loops;

  std::uint64_t num_runs() const;
  // Run `index` in the order of the source.
  SliceRun Run(std::uint64_t index) const;
  // The first run that ends behind byte `source` of the stored part; num_runs() if none does.
  std::uint64_t FirstRunBehind(std::uint64_t source) const;

  // The bytes of the stored part between the first and the last wanted one: [begin, end).
  std::uint64_t source_begin() const { return first.source; }
  std::uint64_t source_end() const;

  // One run: a plain copy from one contiguous range to another.
  bool is_plain() const { return loops.empty(); }

  bool operator==(const SliceCopy& other) const;
};

// How the elements of `common` lie in the stored part `part` and in the wanted slice `wanted`, all
// three resolved boxes of one full tensor, `common` inside both others and not empty.
//   source_element, destination_element: bytes of an element on each side.
// The sizes of both boxes in bytes fit 64 bits (the planner checks the stored sizes).
SliceCopy MakeSliceCopy(const TensorSlice& part, const TensorSlice& wanted,
                        const TensorSlice& common, std::uint64_t source_element,
                        std::uint64_t destination_element);

}  // namespace thaw

#endif  // THAW_ENGINE_PLAN_SLICE_COPY_H_
