#include "tools/values/tensor_statistics.h"

#include <algorithm>
#include <cmath>

#include "tools/values/element_values.h"

namespace thaw {

// Welford's update: one pass, and no difference of two large sums.
TensorStatistics ComputeStatistics(const TensorValues& values) {
  TensorStatistics statistics;
  double mean = 0;
  double squares = 0;  // of the deviations from the mean
  for (std::size_t i = 0; i < values.num_elements(); ++i) {
    const double value = ApproximateValue(values.dtype, values.element(i));
    if (std::isnan(value)) {
      ++statistics.num_nan;
      continue;
    }
    if (std::isinf(value)) {
      ++statistics.num_infinite;
      continue;
    }
    if (statistics.num_finite == 0) statistics.min = statistics.max = value;
    statistics.min = std::min(statistics.min, value);
    statistics.max = std::max(statistics.max, value);
    ++statistics.num_finite;
    const double deviation = value - mean;
    mean += deviation / static_cast<double>(statistics.num_finite);
    squares += deviation * (value - mean);
  }
  if (statistics.num_finite > 0) {
    statistics.mean = mean;
    statistics.std = std::sqrt(squares / static_cast<double>(statistics.num_finite));
  }
  return statistics;
}

}  // namespace thaw
