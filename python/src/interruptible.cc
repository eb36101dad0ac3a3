#include "python/src/interruptible.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <thread>

namespace nb = nanobind;

namespace thaw::python {
namespace {

// How long Ctrl-C waits at most, and how often progress is told.
constexpr std::chrono::milliseconds kInterval{50};

// What the two threads share.
class Run {
 public:
  explicit Run(const std::function<void(const RunControl&)>& work) : work_(work) {}

  // On the working thread.
  void Work() {
    const RunControl control{&cancel_, [this](const RestoreProgress& progress) { Tell(progress); }};
    try {
      work_(control);
    } catch (...) {
      failure_ = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    is_done_ = true;
    changed_.notify_all();
  }

  // True when the work has ended, false after kInterval.
  bool WaitALittle() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kInterval, [this] { return is_done_; });
  }

  // What was told since the last call.
  std::optional<RestoreProgress> TakeProgress() {
    const std::lock_guard lock(mutex_);
    return std::exchange(progress_, std::nullopt);
  }

  void Cancel() { cancel_.Cancel(); }
  const std::exception_ptr& failure() const { return failure_; }

 private:
  void Tell(const RestoreProgress& progress) {
    const std::lock_guard lock(mutex_);
    progress_ = progress;
  }

  const std::function<void(const RunControl&)>& work_;
  CancellationToken cancel_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_done_ = false;
  std::optional<RestoreProgress> progress_;
  std::exception_ptr failure_;
};

void TellPython(Run& run, nb::handle callback) {
  if (callback.is_none()) return;
  if (const auto progress = run.TakeProgress()) {
    callback(progress->bytes_done, progress->bytes_total);
  }
}

// Waits for the end; what a signal handler or the callback raises ends the work early.
void WaitForEnd(Run& run, nb::handle callback) {
  for (;;) {
    {
      const nb::gil_scoped_release release;
      if (run.WaitALittle()) return;
    }
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
    TellPython(run, callback);
  }
}

}  // namespace

void RunInterruptibly(const std::function<void(const RunControl&)>& work, nb::handle progress) {
  Run run(work);
  std::thread worker([&run] { run.Work(); });
  const auto join = [&worker] {
    const nb::gil_scoped_release release;
    worker.join();
  };
  try {
    WaitForEnd(run, progress);
  } catch (...) {
    run.Cancel();
    join();
    throw;
  }
  join();
  if (run.failure()) std::rethrow_exception(run.failure());
  if (PyErr_CheckSignals() != 0) throw nb::python_error();
  TellPython(run, progress);
}

}  // namespace thaw::python
