// TensorStatistics: the figures that tell at a glance whether a tensor is sane.
//
// Role in the flow: printed by `thaw show` for people.

#ifndef THAW_TOOLS_VALUES_TENSOR_STATISTICS_H_
#define THAW_TOOLS_VALUES_TENSOR_STATISTICS_H_

#include <cstdint>

#include "tools/values/tensor_values.h"

namespace thaw {

struct TensorStatistics {
  // Over the finite elements, in double precision; of no meaning when there are none.
  double min = 0;
  double max = 0;
  double mean = 0;
  double std = 0;  // of the population, as numpy's
  std::uint64_t num_finite = 0;
  std::uint64_t num_nan = 0;
  std::uint64_t num_infinite = 0;
};

// For bool, integer and real dtypes.
TensorStatistics ComputeStatistics(const TensorValues& values);

}  // namespace thaw

#endif  // THAW_TOOLS_VALUES_TENSOR_STATISTICS_H_
