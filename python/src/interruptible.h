// Interruptible: long work that Ctrl-C stops and that tells Python how far it is.
//
// Role in the flow: around every engine call that reads or writes more than an index. Python runs
// signal handlers on its main thread only, and only when that asks for them: so the work gets a
// thread of its own, and the calling thread waits without the GIL and asks now and then.

#ifndef THAW_PYTHON_SRC_INTERRUPTIBLE_H_
#define THAW_PYTHON_SRC_INTERRUPTIBLE_H_

#include <nanobind/nanobind.h>

#include <functional>

#include "engine/exec/run_control.h"

namespace thaw::python {

// What the work hands to the engine: into RestoreOptions::cancel and ::progress.
struct RunControl {
  const CancellationToken* cancel = nullptr;
  ProgressCallback progress;
};

// Runs `work` on another thread and returns when it has ended; the GIL is free meanwhile and held
// again afterwards. `work` must not touch Python.
//   progress: called as progress(bytes_done, bytes_total) on the calling thread, at most every
//   50 ms and once at the end; None for no calls.
// Errors: what a signal handler (KeyboardInterrupt) or `progress` raises; `work` was cancelled then
// and has ended.
void RunInterruptibly(const std::function<void(const RunControl&)>& work,
                      nanobind::handle progress = nanobind::none());

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_INTERRUPTIBLE_H_
