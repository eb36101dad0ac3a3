// IoThreads: threads of our own for reads that block.
//
// Role in the flow: files that are not mapped are read here and not in oneTBB's tasks, whose
// workers must not sleep. Each thread has one staging buffer, so their number is the byte budget of
// reads in flight; items are begun in order, and none waits for memory while it holds some.

#ifndef THAW_ENGINE_EXEC_IO_THREADS_H_
#define THAW_ENGINE_EXEC_IO_THREADS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <thread>
#include <vector>

#include "io/base/bytes.h"
#include "io/base/status.h"
#include "io/storage/staging.h"

namespace thaw {

class IoThreads {
 public:
  // Works on one item with a staging buffer of the wanted size. Must not throw.
  using Work = std::function<void(std::uint32_t item, MutableByteView staging)>;

  IoThreads() = default;
  // Waits for the threads.
  ~IoThreads();
  IoThreads(const IoThreads&) = delete;
  IoThreads& operator=(const IoThreads&) = delete;

  // Starts at most `max_threads` threads for `items`, each with `staging_size` bytes; fewer if
  // memory or threads run short. When no item is left, the last thread calls `finished`. To be
  // called once. `items` stays alive until then.
  // Errors: ResourceExhausted  not one thread could be started; neither callable will be called.
  Status Start(std::span<const std::uint32_t> items, std::size_t max_threads,
               std::size_t staging_size, Work work, std::function<void()> finished);

 private:
  void Loop(MutableByteView staging);

  std::span<const std::uint32_t> items_;
  Work work_;
  std::function<void()> finished_;
  std::atomic<std::size_t> next_{0};
  std::atomic<std::size_t> num_running_{0};
  std::vector<Staging> staging_;
  std::vector<std::thread> threads_;
};

}  // namespace thaw

#endif  // THAW_ENGINE_EXEC_IO_THREADS_H_
