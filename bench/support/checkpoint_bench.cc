#include "bench/support/checkpoint_bench.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "bench/support/destinations.h"
#include "bench/support/huge_buffer.h"
#include "bench/support/page_cache.h"

namespace thaw {
namespace {

// The source of the memory limit: beyond every cache, and no more than a large checkpoint leaves.
constexpr std::uint64_t kLargestSource = std::uint64_t{1} << 30;

// The files that a restore reads data from.
struct DataFileSet {
  std::vector<std::string> paths;
  std::uint64_t bytes = 0;
};

Result<DataFileSet> DataFilesOf(const Checkpoint& checkpoint) {
  DataFileSet files;
  const CheckpointReader& reader = *checkpoint.reader();
  for (std::uint32_t shard = 0; shard < reader.num_shards(); ++shard) {
    THAW_ASSIGN_OR_RETURN(const File* file, reader.OpenShard(shard));
    files.paths.push_back(reader.shard_path(shard));
    files.bytes += file->size();
  }
  return files;
}

std::string_view BindingLimit(CacheState state) {
  switch (state) {
    case CacheState::kWarm:
      return "copy";
    case CacheState::kCold:
      return "disk";
    case CacheState::kMixed:
      break;
  }
  return "mixed";
}

// The ways in which the files are read.
std::vector<IoMode> ModesOf(const BenchOptions& options) {
  if (options.state != CacheState::kMixed || options.io != IoMode::kAuto) return {options.io};
  return {IoMode::kAuto, IoMode::kMmap, IoMode::kDirect};
}

// One number of threads: its restores, its limits, and the figures of both.
class ThreadsBench {
 public:
  ThreadsBench(const std::string& path, const BenchOptions& options, const DataFileSet& files,
               const Destinations& destinations, ByteView source, int threads)
      : options_(options),
        files_(files),
        threads_(threads),
        copy_limits_(files.paths, files.bytes, source, destinations.memory(), threads),
        disk_{files.bytes, [this] { return ReadColdFiles(); }, {}} {
    for (const IoMode io : ModesOf(options)) {
      RestoreArmOptions arm = {path, files.paths, options.state, io, {}};
      arm.restore.threads = threads;
      arm.restore.verify = options.verify;
      arm.restore.memory_budget = options.memory_budget;
      arm.restore.cancel = options.cancel;
      restores_.push_back(std::make_unique<RestoreArm>(std::move(arm), destinations));
    }
  }
  ThreadsBench(const ThreadsBench&) = delete;
  ThreadsBench& operator=(const ThreadsBench&) = delete;

  std::vector<Arm*> arms() {
    std::vector<Arm*> arms;
    for (const auto& restore : restores_) arms.push_back(restore->arm());
    if (options_.state != CacheState::kWarm) {
      arms.push_back(&disk_);
    } else {
      for (Arm* arm : copy_limits_.arms()) arms.push_back(arm);
    }
    return arms;
  }

  // What is not measured in turns: memory, and, when the rounds have dropped the files again and
  // again, the limits of copying.
  Status MeasureTheRest(const RoundsOptions& rounds) {
    for (const auto& restore : restores_) THAW_RETURN_IF_ERROR(restore->MeasurePeakMemory());
    if (options_.state == CacheState::kWarm) return Status();
    THAW_ASSIGN_OR_RETURN(cached_bytes_, BringInto(options_.state, files_.paths));
    for (const std::string& path : files_.paths) THAW_RETURN_IF_ERROR(ReadIntoPageCache(path));
    return RunRounds(copy_limits_.arms(), rounds);
  }

  std::vector<BenchRun> runs() const {
    std::vector<BenchRun> runs;
    double better = 0.0;
    for (const auto& restore : restores_) {
      runs.push_back(RunOf(*restore));
      if (restore->asked() != IoMode::kAuto) better = std::max(better, runs.back().gbps.median);
    }
    if (runs.size() > 1) runs.front().over_better = runs.front().gbps.median / better;
    return runs;
  }

 private:
  Result<double> ReadColdFiles() {
    THAW_RETURN_IF_ERROR(BringInto(CacheState::kCold, files_.paths).status());
    return ReadDirectly(files_.paths);
  }

  BenchRun RunOf(const RestoreArm& restore) const {
    BenchRun run;
    run.threads = threads_;
    run.asked = restore.asked();
    run.io = restore.io();
    run.gbps = restore.gbps();
    run.copy = copy_limits_.copy();
    run.memory = copy_limits_.memory();
    run.memcpy = copy_limits_.memcpy();
    run.bound = BindingLimit(options_.state);
    double bound = run.copy.gbps.median;
    if (options_.state != CacheState::kWarm) {
      run.disk = LimitOf("direct", disk_);
      bound = run.disk->gbps.median;
    }
    if (options_.state == CacheState::kMixed) {
      const auto cached = static_cast<double>(cached_bytes_);
      const auto all = static_cast<double>(files_.bytes);
      bound = all / (cached / run.copy.gbps.median + (all - cached) / run.disk->gbps.median);
      run.mixed_gbps = bound;
    }
    run.ratio = run.gbps.median / bound;
    run.open_seconds = restore.open_seconds();
    run.peak_rss_over_buffers = restore.peak_bytes();
    return run;
  }

  const BenchOptions& options_;
  const DataFileSet& files_;
  const int threads_;
  CopyLimits copy_limits_;
  std::vector<std::unique_ptr<RestoreArm>> restores_;
  Arm disk_;
  std::uint64_t cached_bytes_ = 0;  // when mixed: at the beginning of each restore
};

Status MeasureAll(const std::vector<std::unique_ptr<ThreadsBench>>& benches,
                  const BenchOptions& options) {
  RoundsOptions rounds;
  rounds.rounds = options.rounds;
  rounds.cancel = options.cancel;
  std::vector<Arm*> arms;
  for (const auto& bench : benches) {
    for (Arm* arm : bench->arms()) arms.push_back(arm);
  }
  THAW_RETURN_IF_ERROR(RunRounds(arms, rounds));
  for (const auto& bench : benches) THAW_RETURN_IF_ERROR(bench->MeasureTheRest(rounds));
  return Status();
}

std::vector<int> ThreadCounts(const BenchOptions& options, const Machine& machine) {
  if (!options.threads.empty()) return options.threads;
  if (machine.cores <= 1) return {1};
  return {1, machine.cores};
}

}  // namespace

Result<BenchReport> BenchCheckpoint(const std::string& path, const BenchOptions& options) {
  THAW_ASSIGN_OR_RETURN(const Checkpoint checkpoint, Checkpoint::Open(path, {.io = options.io}));
  THAW_ASSIGN_OR_RETURN(const DataFileSet files, DataFilesOf(checkpoint));
  THAW_ASSIGN_OR_RETURN(const Destinations destinations,
                        Destinations::Create(checkpoint, options.conversion, files.bytes));
  if (destinations.stored_bytes() == 0) {
    return FailedPreconditionError("there are no bytes to restore").WithFile(checkpoint.prefix());
  }
  THAW_ASSIGN_OR_RETURN(const HugeBuffer source,
                        HugeBuffer::Allocate(std::min(files.bytes, kLargestSource)));
  for (const std::string& data_file : files.paths) {
    THAW_RETURN_IF_ERROR(ReadIntoPageCache(data_file));
  }

  BenchReport report;
  report.checkpoint = checkpoint.prefix();
  report.state = options.state;
  report.rounds = options.rounds;
  report.verify = options.verify;
  report.conversion = options.conversion;
  report.bytes = destinations.stored_bytes();
  report.tensors = checkpoint.num_tensors();
  report.machine = DescribeMachine();
  std::vector<std::unique_ptr<ThreadsBench>> benches;
  for (const int threads : ThreadCounts(options, report.machine)) {
    benches.push_back(std::make_unique<ThreadsBench>(path, options, files, destinations,
                                                     source.bytes(), threads));
  }
  THAW_RETURN_IF_ERROR(MeasureAll(benches, options));
  for (const auto& bench : benches) {
    for (BenchRun& run : bench->runs()) report.runs.push_back(std::move(run));
  }
  return report;
}

}  // namespace thaw
