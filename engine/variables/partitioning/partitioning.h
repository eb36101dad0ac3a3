// Partitioning: how a partitioned variable is cut into parts.
//
// Role in the flow: pure arithmetic and checks under the getter, in TensorFlow's order.

#ifndef THAW_ENGINE_VARIABLES_PARTITIONING_PARTITIONING_H_
#define THAW_ENGINE_VARIABLES_PARTITIONING_PARTITIONING_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "engine/variables/partitioning/partitioner.h"
#include "io/base/result.h"
#include "io/base/shape.h"
#include "io/base/slice.h"

namespace thaw {

// No program makes more parts; a count beyond it would only exhaust memory.
inline constexpr std::int64_t kMaxParts = 1 << 16;

// Whether a partitioner may be asked about a variable of that shape (nullopt: not known). `name` is
// for messages, here and below.
// Errors: InvalidArgument (ValueError)  unknown dimensions, a scalar.
Status CheckPartitionable(std::string_view name, const std::optional<Shape>& shape);

// What a partitioner returned for `shape`.
// Errors: InvalidArgument (ValueError)  another rank, zero partitions, several axes; more than
//         kMaxParts.
Status CheckPartitions(std::string_view name, const Shape& shape, const Partitions& partitions);

// The parts in order, along the one axis that has more than one partition: sizes dim / n, the first
// dim % n of them one longer.
class PartSlices {
 public:
  // Both have passed the checks above.
  PartSlices(const Shape& shape, const Partitions& partitions);

  std::size_t size() const { return static_cast<std::size_t>(num_parts_); }

  // Part `index`, every extent explicit.
  // Errors: InvalidArgument (ValueError)  the part begins outside the variable.
  Result<TensorSlice> Slice(std::string_view name, std::size_t index) const;

 private:
  const Shape& shape_;
  std::size_t axis_ = 0;
  std::int64_t num_parts_ = 1;
};

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_PARTITIONING_PARTITIONING_H_
