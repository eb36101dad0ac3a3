// Restore: tensors into buffers, and variables into their values.
//
// Role in the flow: the facade that joins resolver, planner and executor. Each call plans first
// (pure data), then runs the plan on threads.

#ifndef THAW_ENGINE_RESTORE_H_
#define THAW_ENGINE_RESTORE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "engine/assign/assignment_map.h"
#include "engine/checkpoint.h"
#include "engine/plan/request.h"
#include "engine/report.h"
#include "engine/variables/variable_store.h"

namespace thaw {

// A flag that stops a running restore at the next chunk. Thread- and signal-safe.
class CancellationToken {
 public:
  void Cancel() { cancelled_.store(true, std::memory_order_relaxed); }
  bool is_cancelled() const { return cancelled_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> cancelled_{false};
};

struct RestoreProgress {
  std::uint64_t bytes_done = 0;
  std::uint64_t bytes_total = 0;
};

struct RestoreOptions {
  int threads = 0;  // 0: all that the process may use; 1 starts no thread
  bool verify = true;
  std::uint64_t memory_budget = std::uint64_t{256} << 20;  // bytes of staging in flight
  std::byte poison{0};  // fills a buffer that was overwritten and not verified
  const CancellationToken* cancel = nullptr;
  // Called from one thread at a time, at most once a chunk.
  std::function<void(const RestoreProgress&)> progress;
  // Run on the calling thread by the plain executor that the graph is tested against.
  bool inline_executor = false;
};

// The state of a destination after any end of a restore.
enum class BufferState {
  kUntouched,  // no byte written
  kDone,       // bit-exact, checksum verified over the bytes that landed
  kPoisoned,   // overwritten, not verified, filled with the poison byte
};

struct RequestOutcome {
  BufferState state = BufferState::kUntouched;
  Status status;
};

struct RestoreOutcome {
  Status status;  // of the first failure in plan order; OK when every buffer is kDone
  std::vector<RequestOutcome> requests;  // one per request, same order
  std::uint64_t restored_bytes = 0;      // of kDone buffers
  double seconds = 0.0;
};

// Restores by name into the callers' buffers: Saver.restore's job. All requests are checked before
// the first byte is written: names in request order, then all dtypes, then shapes and slices.
RestoreOutcome Restore(const Checkpoint& checkpoint, std::span<const Request> requests,
                       const RestoreOptions& options = {});

// tf.compat.v1.train.init_from_checkpoint: resolves now; nothing is read yet. After an error the
// earlier entries stay applied.
Status InitFromCheckpoint(const Checkpoint& checkpoint, const AssignmentMap& map,
                          VariableStore& store);

// Runs the initializers of all variables: like global_variables_initializer. The report says of
// each variable what it got and why; report.status is the first failure.
Report Initialize(VariableStore& store, const RestoreOptions& options = {});

// tf.compat.v1.train.Saver().restore: every variable by its op name, parts by their slice.
Report RestoreSaver(const Checkpoint& checkpoint, VariableStore& store,
                    const RestoreOptions& options = {});

}  // namespace thaw

#endif  // THAW_ENGINE_RESTORE_H_
