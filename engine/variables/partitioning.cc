#include "engine/variables/partitioning.h"

#include <algorithm>
#include <string>

namespace thaw {
namespace {

Status ValueError(std::string what) {
  return InvalidArgumentError(std::move(what)).WithTfClass("ValueError");
}

// variable_scope.py: _call_partitioner and _get_slice_dim_and_num_slices.
Status CheckPartitions(std::string_view name, Dims shape, Dims partitions) {
  const std::string of = " of '" + std::string(name) + "'";
  if (std::find(shape.begin(), shape.end(), kUnknownDim) != shape.end()) {
    return ValueError("Shape" + of + " must be fully defined to be partitioned, but is " +
                      ShapeToTuple(shape));
  }
  if (shape.empty()) {
    return ValueError("A partitioned Variable must have rank at least 1: the shape" + of +
                      " is ()");
  }
  const std::string given = "partitions " + ShapeToList(partitions);
  if (partitions.size() != shape.size()) {
    return ValueError(given + of + ": one number per dimension of " + ShapeToTuple(shape) +
                      " is needed (does not match the Variable's rank)");
  }
  if (std::any_of(partitions.begin(), partitions.end(), [](std::int64_t n) { return n < 1; })) {
    return ValueError(given + of + ": zero partitions for some axes");
  }
  if (std::count_if(partitions.begin(), partitions.end(), [](std::int64_t n) { return n > 1; }) >
      1) {
    return ValueError("Can only slice a variable along one dimension: " + given + of + ", shape " +
                      ShapeToTuple(shape));
  }
  return Status();
}

}  // namespace

Result<std::vector<TensorSlice>> PartitionSlices(std::string_view name, Dims shape,
                                                 Dims partitions) {
  THAW_RETURN_IF_ERROR(CheckPartitions(name, shape, partitions));
  const auto sliced =
      std::find_if(partitions.begin(), partitions.end(), [](std::int64_t n) { return n > 1; });
  const auto axis = sliced == partitions.end()
                        ? std::size_t{0}
                        : static_cast<std::size_t>(sliced - partitions.begin());
  const std::int64_t num_parts = partitions[axis];
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::int64_t parts_here = i == axis ? num_parts : 1;
    if (parts_here <= shape[i]) continue;
    return ValueError("'" + std::string(name) + "' has " + std::to_string(shape[i]) +
                      " elements in dimension " + std::to_string(i) + ", too few for " +
                      std::to_string(parts_here) + (parts_here == 1 ? " part" : " parts") +
                      ": no part may be empty (Expected 0 <= offset < shape)");
  }
  if (num_parts > kMaxParts) {
    return ValueError("'" + std::string(name) + "' has " + std::to_string(num_parts) +
                      " parts; the limit is " + std::to_string(kMaxParts));
  }

  TensorSlice whole = TensorSlice::Full(shape.size());
  for (std::size_t i = 0; i < shape.size(); ++i) whole.dims[i] = {0, shape[i]};
  std::vector<TensorSlice> slices(static_cast<std::size_t>(num_parts), whole);
  std::int64_t start = 0;
  for (std::int64_t i = 0; i < num_parts; ++i) {
    const std::int64_t length = shape[axis] / num_parts + (i < shape[axis] % num_parts ? 1 : 0);
    slices[static_cast<std::size_t>(i)].dims[axis] = {start, length};
    start += length;
  }
  return slices;
}

}  // namespace thaw
