// Planning: from requests to chunks, for many small tensors and for a typical model.

#include <benchmark/benchmark.h>

#include "bench/support/destinations.h"
#include "bench/support/temporary_checkpoint.h"
#include "engine/checkpoint.h"
#include "engine/plan/planner.h"

namespace thaw {
namespace {

void BuildPlanOf(benchmark::State& state, const char* shape) {
  const auto written = TemporaryCheckpoint::Write(shape, 0);
  if (!written.ok()) return state.SkipWithError(written.status().what().c_str());
  const Checkpoint checkpoint = Checkpoint::Open(written->prefix()).value();
  const Destinations destinations = Destinations::Create(checkpoint, {}, 0).value();
  PlanOptions options;
  options.threads = 2;
  for (auto _ : state) {
    const auto plan = BuildPlan(*checkpoint.reader(), destinations.requests(), options);
    benchmark::DoNotOptimize(plan.value().chunks.size());
  }
  const auto tensors = static_cast<std::int64_t>(checkpoint.num_tensors());
  state.SetItemsProcessed(state.iterations() * tensors);
}
BENCHMARK_CAPTURE(BuildPlanOf, tiny, "tiny")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BuildPlanOf, bert_base, "bert-base")->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace thaw

BENCHMARK_MAIN();
