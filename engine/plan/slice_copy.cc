#include "engine/plan/slice_copy.h"

#include <algorithm>
#include <cassert>

namespace thaw {

std::uint64_t SliceCopy::num_runs() const {
  std::uint64_t runs = 1;
  for (const Loop& loop : loops) runs *= loop.count;
  return runs;
}

SliceRun SliceCopy::Run(std::uint64_t index) const {
  SliceRun run = first;
  for (auto loop = loops.rbegin(); loop != loops.rend(); ++loop) {
    const std::uint64_t i = index % loop->count;
    index /= loop->count;
    run.source += i * loop->source_stride;
    run.destination += i * loop->destination_stride;
  }
  return run;
}

std::uint64_t SliceCopy::FirstRunBehind(std::uint64_t source) const {
  if (source < first.source) return 0;
  std::uint64_t rest = source - first.source;
  std::uint64_t index = 0;
  // A position behind the last turn of an inner loop leaves a rest of more than a run: then the
  // run found is before it and the next one is meant.
  for (const Loop& loop : loops) {
    const std::uint64_t i = std::min(rest / loop.source_stride, loop.count - 1);
    rest -= i * loop.source_stride;
    index = index * loop.count + i;
  }
  return rest < source_length ? index : index + 1;
}

std::uint64_t SliceCopy::source_end() const {
  std::uint64_t last = first.source;
  for (const Loop& loop : loops) last += (loop.count - 1) * loop.source_stride;
  return last + source_length;
}

bool SliceCopy::operator==(const SliceCopy& other) const {
  return first.source == other.first.source && first.destination == other.first.destination &&
         source_length == other.source_length && destination_length == other.destination_length &&
         loops == other.loops;
}

SliceCopy MakeSliceCopy(const TensorSlice& part, const TensorSlice& wanted,
                        const TensorSlice& common, std::uint64_t source_element,
                        std::uint64_t destination_element) {
  assert(part.rank() == common.rank() && wanted.rank() == common.rank());
  SliceCopy copy;
  copy.source_length = source_element;
  copy.destination_length = destination_element;
  std::uint64_t source_stride = source_element;
  std::uint64_t destination_stride = destination_element;
  // Innermost dimension first; loops are collected inside out and turned round at the end.
  for (std::size_t d = common.rank(); d-- > 0;) {
    const auto offset_in = [&](const TensorSlice& box) {
      return static_cast<std::uint64_t>(common.dims[d].start - box.dims[d].start);
    };
    const auto count = static_cast<std::uint64_t>(common.dims[d].length);
    copy.first.source += offset_in(part) * source_stride;
    copy.first.destination += offset_in(wanted) * destination_stride;
    // A dimension continues what is inside it when its step is just the length of that.
    const auto continues = [&](std::uint64_t inner_source, std::uint64_t inner_destination) {
      return inner_source == source_stride && inner_destination == destination_stride;
    };
    if (count == 1) {
      // No step is ever made.
    } else if (copy.loops.empty() && continues(copy.source_length, copy.destination_length)) {
      copy.source_length *= count;
      copy.destination_length *= count;
    } else if (!copy.loops.empty() &&
               continues(copy.loops.back().count * copy.loops.back().source_stride,
                         copy.loops.back().count * copy.loops.back().destination_stride)) {
      copy.loops.back().count *= count;
    } else {
      copy.loops.push_back({count, source_stride, destination_stride});
    }
    source_stride *= static_cast<std::uint64_t>(part.dims[d].length);
    destination_stride *= static_cast<std::uint64_t>(wanted.dims[d].length);
  }
  std::reverse(copy.loops.begin(), copy.loops.end());
  return copy;
}

}  // namespace thaw
