#include "bench/support/checkpoint_bench.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "bench/support/destinations.h"
#include "bench/support/huge_buffer.h"
#include "bench/support/memory_use.h"
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

// One number of threads: its restores, its limits, and the figures of both.
class ThreadsBench {
 public:
  ThreadsBench(const std::string& path, const BenchOptions& options, const DataFileSet& files,
               const Destinations& destinations, ByteView source, int threads)
      : path_(path),
        options_(options),
        files_(files),
        destinations_(destinations),
        threads_(threads),
        copy_limits_(files.paths, files.bytes, source, destinations.memory(), threads),
        restore_{destinations.stored_bytes(), [this] { return RestoreFromState(); }, {}},
        disk_{files.bytes, [this] { return ReadColdFiles(); }, {}} {}
  ThreadsBench(const ThreadsBench&) = delete;
  ThreadsBench& operator=(const ThreadsBench&) = delete;

  std::vector<Arm*> arms() {
    std::vector<Arm*> arms = {&restore_};
    if (!options_.cold) {
      for (Arm* arm : copy_limits_.arms()) arms.push_back(arm);
    } else {
      arms.push_back(&disk_);
    }
    return arms;
  }

  // The limits of copying, when the rounds have dropped the files again and again: on their own.
  Status MeasureCopyLimitsWarm(const RoundsOptions& rounds) {
    for (const std::string& path : files_.paths) THAW_RETURN_IF_ERROR(ReadIntoPageCache(path));
    return RunRounds(copy_limits_.arms(), rounds);
  }

  Status MeasurePeakMemory() {
    constexpr int kRestores = 3;
    PeakMemory peak(!LivesInMemory(files_.paths.front()));
    for (int i = 0; i < kRestores; ++i) THAW_RETURN_IF_ERROR(RestoreOnce().status());
    peak_ = peak.Stop();
    return Status();
  }

  BenchRun run() const {
    BenchRun run;
    run.threads = threads_;
    run.io = io_;
    run.gbps = FiguresOf(restore_.gbps);
    run.copy = copy_limits_.copy();
    run.memory = copy_limits_.memory();
    run.memcpy = copy_limits_.memcpy();
    if (options_.cold) run.disk_gbps = FiguresOf(disk_.gbps).median;
    run.ratio = run.gbps.median / run.disk_gbps.value_or(run.copy.gbps);
    run.open_seconds = FiguresOf(open_seconds_).median;
    run.peak_rss_over_buffers = peak_;
    return run;
  }

 private:
  Status DropFiles() const {
    for (const std::string& path : files_.paths) THAW_RETURN_IF_ERROR(DropFromPageCache(path));
    return Status();
  }

  Result<double> ReadColdFiles() {
    THAW_RETURN_IF_ERROR(DropFiles());
    return ReadDirectly(files_.paths);
  }

  Result<double> RestoreFromState() {
    if (options_.cold) THAW_RETURN_IF_ERROR(DropFiles());
    return RestoreOnce();
  }

  // Opens, so that all files are mapped anew, and restores. Closing is not timed.
  Result<double> RestoreOnce() {
    std::optional<Result<Checkpoint>> checkpoint;
    RestoreOutcome outcome;
    double open = 0.0;
    const double seconds = SecondsOf([&] {
      open = SecondsOf([&] { checkpoint = Checkpoint::Open(path_, {.io = options_.io}); });
      if (!checkpoint->ok()) return;
      RestoreOptions restore;
      restore.threads = threads_;
      restore.verify = options_.verify;
      restore.memory_budget = options_.memory_budget;
      restore.cancel = options_.cancel;
      outcome = Restore(**checkpoint, destinations_.requests(), restore);
    });
    THAW_RETURN_IF_ERROR(checkpoint->status());
    THAW_RETURN_IF_ERROR(outcome.status);
    open_seconds_.push_back(open);
    THAW_ASSIGN_OR_RETURN(const File* file, (**checkpoint).reader()->OpenShard(0));
    io_ = file->mode();
    return seconds;
  }

  const std::string& path_;
  const BenchOptions& options_;
  const DataFileSet& files_;
  const Destinations& destinations_;
  const int threads_;
  CopyLimits copy_limits_;
  Arm restore_;
  Arm disk_;
  IoMode io_ = IoMode::kAuto;
  std::vector<double> open_seconds_;
  std::uint64_t peak_ = 0;
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
  for (const auto& bench : benches) {
    THAW_RETURN_IF_ERROR(bench->MeasurePeakMemory());
    if (options.cold) THAW_RETURN_IF_ERROR(bench->MeasureCopyLimitsWarm(rounds));
  }
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
  report.bytes = destinations.stored_bytes();
  report.tensors = checkpoint.num_tensors();
  report.machine = DescribeMachine();
  std::vector<std::unique_ptr<ThreadsBench>> benches;
  for (const int threads : ThreadCounts(options, report.machine)) {
    benches.push_back(std::make_unique<ThreadsBench>(path, options, files, destinations,
                                                     source.bytes(), threads));
  }
  THAW_RETURN_IF_ERROR(MeasureAll(benches, options));
  for (const auto& bench : benches) report.runs.push_back(bench->run());
  return report;
}

}  // namespace thaw
