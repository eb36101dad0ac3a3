// Executor: carries out a plan.
//
// Role in the flow: the only place with threads. It fetches the plan's chunks, moves their elements
// into the requests' buffers, and compares the checksums of units; it decides nothing about names,
// shapes or places.

#ifndef THAW_ENGINE_EXEC_EXECUTOR_H_
#define THAW_ENGINE_EXEC_EXECUTOR_H_

#include <cstddef>
#include <cstdint>
#include <span>

#include "engine/exec/run_control.h"
#include "engine/exec/settlement.h"
#include "engine/plan/plan.h"
#include "engine/plan/request.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

struct ExecutorOptions {
  int threads = 1;  // at least 1; with 1 no thread is started
  // Bytes of staging in flight; at least one staging buffer is used.
  std::uint64_t memory_budget = std::uint64_t{256} << 20;
  std::byte poison{0};
  const CancellationToken* cancel = nullptr;
  ProgressCallback progress = nullptr;
};

// Stateless: any number of threads may call Run at once, also from inside a task of their own.
class Executor {
 public:
  virtual ~Executor() = default;

  // Never throws. The outcome depends on the files, not on threads or timing: every unit is worked
  // on whatever becomes of the others, and only a cancellation leaves units out.
  //   plan: BuildPlan's for just these requests and this reader. Its chunks are a proposal.
  // Errors, per request and as a whole (the first in plan order):
  //   DataLoss            a checksum does not agree with the bytes that landed.
  //   OutOfRange          a data file ends too early.
  //   FailedPrecondition  a data file was changed while it was read.
  //   Cancelled           by the token.
  //   ResourceExhausted   no memory, or no thread.
  //   Aborted             the progress callback threw; the run was stopped.
  //   and those of CheckpointReader::OpenShard and File::Visit.
  virtual Settlement Run(Plan plan, const CheckpointReader& reader,
                         std::span<const Request> requests,
                         const ExecutorOptions& options) const = 0;
};

// One thread, unit by unit: a whole unit is read into memory, summed, and then moved. The plainest
// reading of a plan, which ignores its pieces and chunks; other executors are tested against it.
const Executor& InlineExecutor();

// oneTBB's flow graph over the chunks. Usable inside a caller's own arena: the calling thread works
// in an arena of the run's own meanwhile, so it waits for no other task of the caller's.
const Executor& GraphExecutor();

// How many threads the calling thread's task arena lets work at once; outside of any, as many as
// oneTBB uses by default.
int ThreadsOfCallersArena();

}  // namespace thaw

#endif  // THAW_ENGINE_EXEC_EXECUTOR_H_
