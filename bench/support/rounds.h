// Rounds: several measurements in turns, in a new order each round.
//
// Role in the flow: every figure that is compared with another one comes from here, so that both
// saw the same machine: its other guests, its clock, its caches.

#ifndef THAW_BENCH_SUPPORT_ROUNDS_H_
#define THAW_BENCH_SUPPORT_ROUNDS_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/restore.h"
#include "io/base/result.h"

namespace thaw {

struct Figures {
  double median = 0.0;
  double min = 0.0;
  double max = 0.0;
};

// Of at least one value.
Figures FiguresOf(std::vector<double> values);

// One thing that is measured.
struct Arm {
  std::uint64_t bytes = 0;  // moved by one call of `run`
  // Does the work once; returns the seconds of what counts, so that it may prepare and clean up.
  std::function<Result<double>()> run;
  std::vector<double> gbps;  // one per round, in 1e9 bytes a second; filled by RunRounds
};

struct RoundsOptions {
  int rounds = 7;
  // An arm whose run is shorter is repeated within a round until its times add up to this.
  double least_seconds = 0.1;
  const CancellationToken* cancel = nullptr;
};

// Runs every arm once without looking at the clock, then `rounds` times in shuffled order (the
// same order in every process).
// Errors: Cancelled, and the first error of an arm.
Status RunRounds(const std::vector<Arm*>& arms, const RoundsOptions& options);

// Seconds that pass while `work` runs.
template <typename Work>
double SecondsOf(Work&& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace thaw

#endif  // THAW_BENCH_SUPPORT_ROUNDS_H_
