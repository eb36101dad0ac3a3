#include "bench/support/rounds.h"

#include <algorithm>
#include <random>
#include <utility>

namespace thaw {
namespace {

Status CheckNotCancelled(const RoundsOptions& options) {
  if (options.cancel != nullptr && options.cancel->is_cancelled()) {
    return CancelledError("the benchmark was cancelled");
  }
  return Status();
}

Status RunOneRound(Arm* arm, const RoundsOptions& options) {
  double seconds = 0.0;
  double bytes = 0.0;
  do {
    THAW_RETURN_IF_ERROR(CheckNotCancelled(options));
    THAW_ASSIGN_OR_RETURN(const double once, arm->run());
    seconds += once;
    bytes += static_cast<double>(arm->bytes);
  } while (seconds < options.least_seconds);
  arm->gbps.push_back(bytes / seconds / 1e9);
  return Status();
}

}  // namespace

Figures FiguresOf(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {median, values.front(), values.back()};
}

Status RunRounds(const std::vector<Arm*>& arms, const RoundsOptions& options) {
  for (Arm* arm : arms) {
    THAW_RETURN_IF_ERROR(CheckNotCancelled(options));
    THAW_RETURN_IF_ERROR(arm->run().status());
  }
  std::mt19937 random(1);
  std::vector<Arm*> order = arms;
  for (int round = 0; round < options.rounds; ++round) {
    std::shuffle(order.begin(), order.end(), random);
    for (Arm* arm : order) THAW_RETURN_IF_ERROR(RunOneRound(arm, options));
  }
  return Status();
}

}  // namespace thaw
