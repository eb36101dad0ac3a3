#include "engine/variables/partitioning/partitioning.h"

#include <algorithm>
#include <string>

namespace thaw {
// variable_scope.py: _call_partitioner, before the call.
Status CheckPartitionable(std::string_view name, const std::optional<Shape>& shape) {
  const std::string of = " of '" + std::string(name) + "'";
  if (!shape || std::find(shape->begin(), shape->end(), kUnknownDim) != shape->end()) {
    return TfValueError("Shape" + of +
                        " must be fully defined to be partitioned, but instead was " +
                        (shape ? ShapeToTuple(*shape) : "<unknown>"));
  }
  if (shape->empty()) {
    return TfValueError("A partitioned Variable must have rank at least 1: the shape" + of +
                        " is ()");
  }
  return Status();
}

// variable_scope.py: _call_partitioner, after the call.
Status CheckPartitions(std::string_view name, const Shape& shape, const Partitions& partitions) {
  const std::vector<std::int64_t>& counts = partitions.counts;
  const std::string given =
      "partitions " + partitions.ToString() + " of '" + std::string(name) + "'";
  if (counts.size() != shape.size()) {
    return TfValueError(given + ": one number per dimension of " + ShapeToTuple(shape) +
                        " is needed (does not match the Variable's rank)");
  }
  if (std::any_of(counts.begin(), counts.end(), [](std::int64_t n) { return n < 1; })) {
    return TfValueError(given + ": zero partitions for some axes");
  }
  if (std::count_if(counts.begin(), counts.end(), [](std::int64_t n) { return n > 1; }) > 1) {
    return TfValueError("Can only slice a variable along one dimension: " + given + ", shape " +
                        ShapeToTuple(shape));
  }
  if (*std::max_element(counts.begin(), counts.end()) > kMaxParts) {
    return TfValueError(given + ": the limit is " + std::to_string(kMaxParts));
  }
  return Status();
}

PartSlices::PartSlices(const Shape& shape, const Partitions& partitions) : shape_(shape) {
  const std::vector<std::int64_t>& counts = partitions.counts;
  const auto sliced =
      std::find_if(counts.begin(), counts.end(), [](std::int64_t n) { return n > 1; });
  if (sliced != counts.end()) axis_ = static_cast<std::size_t>(sliced - counts.begin());
  num_parts_ = counts[axis_];
}

// variable_scope.py: _iter_slices, and the check of _PartitionInfo.
Result<TensorSlice> PartSlices::Slice(std::string_view name, std::size_t index) const {
  TensorSlice slice = TensorSlice::Full(shape_.size());
  for (std::size_t i = 0; i < shape_.size(); ++i) slice.dims[i] = {0, shape_[i]};
  const auto part = static_cast<std::int64_t>(index);
  const std::int64_t length = shape_[axis_] / num_parts_;
  const std::int64_t num_longer = shape_[axis_] % num_parts_;
  slice.dims[axis_] = {part * length + std::min(part, num_longer),
                       length + (part < num_longer ? 1 : 0)};
  for (std::size_t i = 0; i < shape_.size(); ++i) {
    if (slice.dims[i].start < shape_[i]) continue;
    return TfValueError(
        "Expected 0 <= offset < shape but found offset=" + std::to_string(slice.dims[i].start) +
        ", shape=" + std::to_string(shape_[i]) + " in dimension " + std::to_string(i) + " of '" +
        std::string(name) + "': too few elements for " + std::to_string(num_parts_) +
        (num_parts_ == 1 ? " part" : " parts"));
  }
  return slice;
}

}  // namespace thaw
