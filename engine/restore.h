// Restore: tensors into buffers, and variables into their values.
//
// Role in the flow: the facade that joins resolver, planner and executor. Each call plans first
// (pure data), then runs the plan on threads.

#ifndef THAW_ENGINE_RESTORE_H_
#define THAW_ENGINE_RESTORE_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/assign/assignment_map.h"
#include "engine/checkpoint.h"
#include "engine/exec/io_summary.h"
#include "engine/exec/request_outcome.h"
#include "engine/exec/run_control.h"
#include "engine/plan/request.h"
#include "engine/report.h"
#include "engine/variables/initializer_snapshot.h"
#include "engine/variables/variable_store.h"

namespace thaw {

struct RestoreOptions {
  // 0: all that the process may use, and inside of a oneTBB task no more than its arena has; 1
  // starts no thread.
  int threads = 0;
  bool verify = true;
  std::uint64_t memory_budget = std::uint64_t{256} << 20;  // bytes of staging in flight
  std::byte poison{0};  // fills a buffer that was overwritten and not verified
  const CancellationToken* cancel = nullptr;
  ProgressCallback progress = nullptr;
  // Run on the calling thread by the plain executor that the graph is tested against.
  bool inline_executor = false;
};

struct RestoreOutcome {
  // OK when every buffer is kDone and no file was changed meanwhile; else of the first failure in
  // plan order.
  Status status;
  std::vector<RequestOutcome> requests;  // one per request, same order
  std::uint64_t restored_bytes = 0;      // of kDone buffers
  double seconds = 0.0;
  IoSummary io;  // how the bytes were fetched
};

// Restores by name into the callers' buffers: Saver.restore's job. All requests are checked before
// the first byte is written: names in request order, then all dtypes, then shapes and slices. When
// such a check fails, every request ends kUntouched with that status.
RestoreOutcome Restore(const Checkpoint& checkpoint, std::span<const Request> requests,
                       const RestoreOptions& options = {});

// tf.compat.v1.train.init_from_checkpoint: resolves now; nothing is read yet. After an error the
// earlier entries stay applied.
Status InitFromCheckpoint(const Checkpoint& checkpoint, const AssignmentMap& map,
                          VariableStore& store);

// Runs the initializers of all variables, global and local, as they are now. Variables with a
// source are restored, each as if alone: the failure of one spoils no other. A variable of partly
// unknown shape takes that of its value. The report says of each variable what it got and why.
Report Initialize(VariableStore& store, const RestoreOptions& options = {});

// Runs the initializers of a snapshot of `store`: what global_variables_initializer() does when it
// was made before the last assignments. The report is about the snapshot's variables.
Report Initialize(VariableStore& store, const InitializerSnapshot& snapshot,
                  const RestoreOptions& options = {});

// A value outside any variable.
struct EvaluatedValue {
  Shape shape;
  std::vector<std::byte> bytes;      // elements × width
  std::vector<std::string> strings;  // of a string variable
};

// What `variable`'s initializer would give now; the variable stays as it is.
// Errors: as those of Initialize for that variable.
Result<EvaluatedValue> EvaluateInitializer(const Variable& variable,
                                           const RestoreOptions& options = {});

}  // namespace thaw

#endif  // THAW_ENGINE_RESTORE_H_
