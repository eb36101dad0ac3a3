// ChunkWorker: what is done with one chunk, by whichever thread has it, and what becomes of it.
//
// Role in the flow: called by the executor for every chunk: once to transfer it, once to complete
// it. It knows the run (its log, its cancellation, its progress) and nothing of threads, queues or
// graphs. Nothing here throws: what goes wrong is in the log.

#ifndef THAW_ENGINE_EXEC_CHUNK_WORKER_H_
#define THAW_ENGINE_EXEC_CHUNK_WORKER_H_

#include <atomic>
#include <cstdint>
#include <span>

#include "engine/exec/chunk_fetcher.h"
#include "engine/exec/chunk_transfer.h"
#include "engine/exec/data_files.h"
#include "engine/exec/destination_pages.h"
#include "engine/exec/executor.h"
#include "engine/exec/settlement.h"
#include "engine/exec/unit_joiner.h"
#include "engine/plan/plan.h"

namespace thaw {

// Everything that is passed outlives it.
class ChunkWorker {
 public:
  ChunkWorker(const Plan& plan, const DataFiles& files, const CheckpointReader& reader,
              std::span<const Request> requests, const ExecutorOptions& options, UnitLog* log);

  // Moves a chunk to its destinations, or says why not. Any thread.
  ChunkResult Transfer(std::uint32_t chunk, const ChunkSource& source) noexcept;
  // Blocks for a chunk whose read failed: it is visited unit by unit.
  ChunkResult Transfer(const FetchedChunk& fetched) noexcept;

  // Notes what became of a chunk, and tells the progress. One thread at a time.
  void Complete(const ChunkResult& result) noexcept;

  // Cancelled, or left after a failure of the run itself: no chunk is begun. Any thread.
  bool IsStopped() const;
  // What a chunk ends with when there was no memory or thread to work on it.
  ChunkResult Skipped(std::uint32_t chunk) const;
  // Ends a run that was left in the middle: what is not known to be done may not be used.
  void Abandon();

 private:
  void Stop(const Status& reason);

  const Plan& plan_;
  const DataFiles& files_;
  const CheckpointReader& reader_;
  const std::span<const Request> requests_;
  const ExecutorOptions& options_;
  UnitLog& log_;
  const DestinationPages pages_;
  UnitJoiner joiner_;
  RestoreProgress progress_;

  std::atomic<bool> is_stopped_{false};
  // Made beforehand: when memory is short, there is none for words.
  const Status cancelled_ = CancelledError("the restore was cancelled");
  const Status callback_failed_{StatusCode::kAborted, "the progress callback threw an exception"};
  const Status broken_ = ResourceExhaustedError("the restore ran out of memory");
};

}  // namespace thaw

#endif  // THAW_ENGINE_EXEC_CHUNK_WORKER_H_
