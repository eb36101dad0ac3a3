// Whole restores through the facade: each synthetic checkpoint, warm, into touched buffers.
//
// `thaw bench` gives the same figures beside the limits of the machine; this program is for
// profilers and for comparing two builds.

#include <benchmark/benchmark.h>

#include <string>

#include "bench/support/destinations.h"
#include "bench/support/page_cache.h"
#include "bench/support/shapes.h"
#include "bench/support/temporary_checkpoint.h"
#include "engine/checkpoint.h"
#include "engine/restore.h"

namespace thaw {
namespace {

Result<TemporaryCheckpoint> WriteWarm(std::string_view shape) {
  THAW_ASSIGN_OR_RETURN(TemporaryCheckpoint written, TemporaryCheckpoint::Write(shape, 0));
  THAW_ASSIGN_OR_RETURN(const Checkpoint checkpoint, Checkpoint::Open(written.prefix()));
  for (std::uint32_t shard = 0; shard < checkpoint.reader()->num_shards(); ++shard) {
    THAW_RETURN_IF_ERROR(ReadIntoPageCache(checkpoint.reader()->shard_path(shard)));
  }
  return written;
}

// Opens, which maps the files anew, and restores everything.
void RestoreShape(benchmark::State& state, std::string_view shape, int threads) {
  const auto written = WriteWarm(shape);
  if (!written.ok()) return state.SkipWithError(written.status().what().c_str());
  const Checkpoint first = Checkpoint::Open(written->prefix()).value();
  const Destinations destinations = Destinations::Create(first, {}, 0).value();
  RestoreOptions options;
  options.threads = threads;
  for (auto _ : state) {
    const Checkpoint checkpoint = Checkpoint::Open(written->prefix()).value();
    const RestoreOutcome outcome = Restore(checkpoint, destinations.requests(), options);
    if (!outcome.status.ok()) return state.SkipWithError(outcome.status.what().c_str());
  }
  const auto bytes = static_cast<std::int64_t>(destinations.stored_bytes());
  state.SetBytesProcessed(state.iterations() * bytes);
}

void OpenShape(benchmark::State& state, std::string_view shape) {
  const auto written = WriteWarm(shape);
  if (!written.ok()) return state.SkipWithError(written.status().what().c_str());
  for (auto _ : state) {
    benchmark::DoNotOptimize(Checkpoint::Open(written->prefix()).value().num_tensors());
  }
}

void RegisterAll() {
  for (const CheckpointShape& shape : CheckpointShapes()) {
    const std::string name(shape.name);
    for (const int threads : {1, 2}) {
      benchmark::RegisterBenchmark(
          ("restore/" + name + "/threads:" + std::to_string(threads)).c_str(),
          [&shape, threads](benchmark::State& state) { RestoreShape(state, shape.name, threads); })
          ->UseRealTime()
          ->Unit(benchmark::kMillisecond);
    }
    benchmark::RegisterBenchmark(("open/" + name).c_str(), [&shape](benchmark::State& state) {
      OpenShape(state, shape.name);
    })->Unit(benchmark::kMillisecond);
  }
}

}  // namespace
}  // namespace thaw

int main(int argc, char** argv) {
  thaw::RegisterAll();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
