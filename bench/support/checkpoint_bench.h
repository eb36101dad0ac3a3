// CheckpointBench: how fast a checkpoint restores here, and how far that is from this machine's
// limits.
//
// Role in the flow: the work of `thaw bench`; its report has the fields of the document
// thaw.bench/1 (tools/ writes the JSON).

#ifndef THAW_BENCH_SUPPORT_CHECKPOINT_BENCH_H_
#define THAW_BENCH_SUPPORT_CHECKPOINT_BENCH_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bench/support/limits.h"
#include "bench/support/machine.h"
#include "bench/support/restore_arm.h"
#include "bench/support/rounds.h"
#include "engine/checkpoint.h"
#include "engine/kernels/dtype_conversions.h"
#include "engine/restore.h"

namespace thaw {

struct BenchOptions {
  std::vector<int> threads;  // one run each; empty: 1 and all that the process may use
  int rounds = 7;
  IoMode io = IoMode::kAuto;
  bool verify = true;
  std::uint64_t memory_budget = std::uint64_t{256} << 20;
  // In which each restore begins.
  CacheState state = CacheState::kWarm;
  // Tensors of `from` are restored as `to`.
  std::optional<DTypePair> conversion;
  const CancellationToken* cancel = nullptr;
};

// One number of threads and one way of reading. When mixed, an automatic restore has a run each of
// map and direct reads beside it.
struct BenchRun {
  int threads = 0;
  IoMode asked = IoMode::kAuto;
  IoSummary io;  // what it came to
  Figures gbps;  // of stored bytes, opening included
  Limit copy, memory, memcpy;
  std::optional<Limit> disk;  // unless warm
  // When mixed: what was cached at the rate of the copy limit, then the rest at that of the disk.
  std::optional<double> mixed_gbps;
  std::string_view bound;  // the limit that binds: "copy", "disk", "mixed"
  double ratio = 0.0;      // gbps.median over it
  // Of an automatic run when mixed: gbps.median over that of the better of map and direct reads.
  std::optional<double> over_better;
  double open_seconds = 0.0;  // median
  std::uint64_t peak_rss_over_buffers = 0;
};

struct BenchReport {
  std::string checkpoint;  // prefix
  CacheState state = CacheState::kWarm;
  int rounds = 0;
  bool verify = true;
  std::optional<DTypePair> conversion;
  std::uint64_t bytes = 0;
  std::uint64_t tensors = 0;
  Machine machine;
  std::vector<BenchRun> runs;
};

// Restores everything in `path` into touched buffers, in turns with the limits.
// Errors: those of Checkpoint::Open and Restore; FailedPrecondition when there is nothing to
// restore,
//         or the files do not leave the page cache; Cancelled.
Result<BenchReport> BenchCheckpoint(const std::string& path, const BenchOptions& options);

}  // namespace thaw

#endif  // THAW_BENCH_SUPPORT_CHECKPOINT_BENCH_H_
