#include "engine/variables/partitioning/partitioner.h"

#include <algorithm>
#include <cmath>

namespace thaw {
namespace {

// Python's index into a list: from the end when negative.
Result<std::size_t> AxisOf(std::int64_t axis, const Shape& shape) {
  const auto rank = static_cast<std::int64_t>(shape.size());
  const std::int64_t index = axis < 0 ? axis + rank : axis;
  if (index < 0 || index >= rank) {
    return TfValueError("Cannot partition variable along axis " + std::to_string(axis) +
                        " when shape is only " + ShapeToTuple(shape));
  }
  return static_cast<std::size_t>(index);
}

Partitions OnesBut(const Shape& shape, std::size_t axis, std::int64_t parts) {
  Partitions partitions{std::vector<std::int64_t>(shape.size(), 1)};
  partitions.counts[axis] = parts;
  return partitions;
}

double ElementBytes(DType dtype, double bytes_per_string) {
  return dtype == DType::kString ? bytes_per_string : static_cast<double>(ElementSize(dtype));
}

// The nearest int64 of a quotient that may be beyond it.
std::int64_t ToCount(double value) {
  constexpr double kLargest = 0x1p62;
  return static_cast<std::int64_t>(std::clamp(value, -kLargest, kLargest));
}

double NumElementsAsReal(const Shape& shape) {
  double product = 1.0;
  for (const std::int64_t dim : shape) product *= static_cast<double>(dim);
  return product;
}

}  // namespace

std::string Partitions::ToString() const {
  return is_tuple ? ShapeToTuple(counts) : ShapeToList(counts);
}

Partitioner FixedSizePartitioner(std::int64_t num_shards, std::int64_t axis) {
  return {[num_shards, axis](const Shape& shape, DType) -> Result<Partitions> {
            THAW_ASSIGN_OR_RETURN(const std::size_t index, AxisOf(axis, shape));
            return OnesBut(shape, index, std::min(num_shards, shape[index]));
          },
          nullptr};
}

Partitioner MinMaxPartitioner(const MinMaxOptions& options) {
  return {[options](const Shape& shape, DType dtype) -> Result<Partitions> {
            THAW_ASSIGN_OR_RETURN(const std::size_t index, AxisOf(options.axis, shape));
            const double bytes =
                NumElementsAsReal(shape) *
                ElementBytes(dtype, static_cast<double>(options.bytes_per_string_element));
            const std::int64_t wanted = ToCount(std::ceil(bytes / options.min_slice_size));
            const std::int64_t allowed = std::min(shape[index], options.max_partitions);
            return OnesBut(shape, index, std::max<std::int64_t>(1, std::min(allowed, wanted)));
          },
          nullptr};
}

Result<Partitioner> AxisSizePartitioner(const AxisSizeOptions& options) {
  if (options.max_shard_bytes < 1 || options.bytes_per_string_element < 1) {
    return TfValueError(
        "Both max_shard_bytes and bytes_per_string_element must be positive: they are " +
        std::to_string(options.max_shard_bytes) + " and " +
        std::to_string(options.bytes_per_string_element));
  }
  if (options.max_shards.value_or(0) < 0) {
    return TfValueError("max_shards must be positive, not " + std::to_string(*options.max_shards));
  }
  return Partitioner{[options](const Shape& shape, DType dtype) -> Result<Partitions> {
                       THAW_ASSIGN_OR_RETURN(const std::size_t index, AxisOf(options.axis, shape));
                       const auto dim = static_cast<double>(shape[index]);
                       const double bytes_per_slice =
                           NumElementsAsReal(shape) / dim *
                           ElementBytes(dtype, options.bytes_per_string_element);
                       // The negated comparison catches 0/0.
                       if (!(bytes_per_slice > 0)) {
                         return TfValueError("a variable of shape " + ShapeToTuple(shape) +
                                             " has no element to partition");
                       }
                       const double slices_per_shard =
                           std::max(1.0, std::floor(options.max_shard_bytes / bytes_per_slice));
                       std::int64_t shards = ToCount(std::ceil(dim / slices_per_shard));
                       if (options.max_shards.value_or(0) > 0)
                         shards = std::min(shards, *options.max_shards);
                       return OnesBut(shape, index, shards);
                     },
                     nullptr};
}

}  // namespace thaw
