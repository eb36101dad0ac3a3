// Partitioning: how a partitioned variable is cut into parts.
//
// Role in the flow: pure arithmetic under VariableStore::GetPartitionedVariable.

#ifndef THAW_ENGINE_VARIABLES_PARTITIONING_H_
#define THAW_ENGINE_VARIABLES_PARTITIONING_H_

#include <string_view>
#include <vector>

#include "io/base/result.h"
#include "io/base/shape.h"
#include "io/base/slice.h"

namespace thaw {

// No program makes more parts; a count beyond it would only exhaust memory.
inline constexpr std::int64_t kMaxParts = 1 << 16;

// The parts in order, every extent explicit: along the one axis that has more than one partition,
// sizes dim / n, the first dim % n of them one longer.
//   partitions: parts per dimension, at most one above 1.
// Errors: InvalidArgument (ValueError)  as TensorFlow's, in its order: unknown dimensions, a
// scalar,
//         another rank, zero partitions, several axes, an empty part. `name` is for messages.
Result<std::vector<TensorSlice>> PartitionSlices(std::string_view name, Dims shape,
                                                 Dims partitions);

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_PARTITIONING_H_
