// CancellationToken and RestoreProgress: what a caller holds of a restore that is running.
//
// Role in the flow: made by the caller, read and told by the executors, once a chunk. Signal
// handlers and other threads may use the token.

#ifndef THAW_ENGINE_EXEC_RUN_CONTROL_H_
#define THAW_ENGINE_EXEC_RUN_CONTROL_H_

#include <atomic>
#include <cstdint>
#include <functional>

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

// Called from one thread at a time, at most once a chunk.
using ProgressCallback = std::function<void(const RestoreProgress&)>;

}  // namespace thaw

#endif  // THAW_ENGINE_EXEC_RUN_CONTROL_H_
