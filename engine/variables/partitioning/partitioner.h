// Partitioner: decides into how many parts a variable is cut.
//
// Role in the flow: given to get_variable or a variable scope; asked once per call with the shape
// and dtype. How the parts lie is PartitionSlices' business.

#ifndef THAW_ENGINE_VARIABLES_PARTITIONING_PARTITIONER_H_
#define THAW_ENGINE_VARIABLES_PARTITIONING_PARTITIONER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "io/base/dtype.h"
#include "io/base/result.h"
#include "io/base/shape.h"

namespace thaw {

// What a partitioner returned, unchecked.
struct Partitions {
  std::vector<std::int64_t> counts;  // parts per dimension
  // TensorFlow compares what Python's partitioners returned: a tuple never equals a list.
  bool is_tuple = false;

  friend bool operator==(const Partitions&, const Partitions&) = default;
  // "[2, 1]" or "(2, 1)".
  std::string ToString() const;
};

// A function of the whole variable's shape (fully defined, rank >= 1) and dtype. Its errors are
// handed on as they are.
struct Partitioner {
  std::function<Result<Partitions>(const Shape& shape, DType dtype)> partition;
  // The object of another language that this one stands for; handed back, never looked at.
  std::shared_ptr<const void> origin;
};

// min(num_shards, dimension) parts along `axis`, which may count from the end (negative).
// The partitioner's errors: InvalidArgument (ValueError)  the shape has no such axis.
Partitioner FixedSizePartitioner(std::int64_t num_shards, std::int64_t axis = 0);

struct MinMaxOptions {
  std::int64_t max_partitions = 1;
  std::int64_t axis = 0;
  double min_slice_size = 256 << 10;  // bytes; may be a fraction, not 0
  std::int64_t bytes_per_string_element = 16;
};
// As many parts as leave at least min_slice_size bytes in each.
// The partitioner's errors: InvalidArgument (ValueError)  the shape has no such axis.
Partitioner MinMaxPartitioner(const MinMaxOptions& options);

struct AxisSizeOptions {
  double max_shard_bytes = 0;
  std::int64_t axis = 0;
  double bytes_per_string_element = 16;
  std::optional<std::int64_t> max_shards = std::nullopt;  // nullopt and 0: no limit
};
// As few parts as keep each at or below max_shard_bytes, if whole indices of `axis` allow it.
// Errors: InvalidArgument (ValueError)  a size or limit that is not positive. The partitioner's
// errors: InvalidArgument (ValueError)  the shape has no such axis, or no element.
Result<Partitioner> AxisSizePartitioner(const AxisSizeOptions& options);

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_PARTITIONING_PARTITIONER_H_
