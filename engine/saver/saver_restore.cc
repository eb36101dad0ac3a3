#include "engine/saver/saver_restore.h"

#include <chrono>
#include <new>
#include <utility>
#include <vector>

#include "engine/assign/saver_keys.h"
#include "engine/variable_restore.h"

namespace thaw {
namespace {

// saver.py: _wrap_restore_error_with_msg.
Status Explained(const Status& status) {
  switch (status.code()) {
    case StatusCode::kNotFound:
      return status.WithContext(
          "Restoring from checkpoint failed; most likely a variable name or other graph key is "
          "missing from the checkpoint");
    case StatusCode::kInvalidArgument:
      return status.WithContext(
          "Restoring from checkpoint failed; most likely there is a mismatch between the current "
          "graph and the graph from the checkpoint");
    default:
      return status;
  }
}

// The keys of the items were not found: perhaps they are names of an object graph.
Result<std::vector<Assignment>> AssignByFullName(const Checkpoint& checkpoint,
                                                 std::span<const SaverItem> items,
                                                 const Status& key_not_found) {
  THAW_ASSIGN_OR_RETURN(const ObjectGraph* graph, checkpoint.reader()->object_graph());
  if (graph == nullptr) return Explained(key_not_found);
  return ObjectGraphAssignments(checkpoint.reader(), items, *graph);
}

VariablesOutcome Run(const Checkpoint& checkpoint, const std::vector<Assignment>& assignments,
                     bool reshape, VariableStore& store, const RestoreOptions& options) {
  std::vector<VariableAssignment> requests;
  for (const Assignment& assignment : assignments) {
    requests.push_back({assignment.variable, &assignment.source, reshape});
  }
  return RestoreVariables(*checkpoint.reader(), requests, Grouping::kTogether, options, store);
}

Report Failed(const Checkpoint& checkpoint, Status status) {
  Report report;
  report.checkpoint = checkpoint.prefix();
  report.status = std::move(status);
  return report;
}

}  // namespace

Report RestoreItems(const Checkpoint& checkpoint, std::span<const SaverItem> items, bool reshape,
                    VariableStore& store, const RestoreOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  Result<std::vector<Assignment>> assignments = SaverAssignments(checkpoint.reader(), items);
  if (!assignments.ok()) {
    assignments = AssignByFullName(checkpoint, items, assignments.status());
    reshape = false;
  }
  if (!assignments.ok()) return Failed(checkpoint, assignments.status());
  const VariablesOutcome outcome = Run(checkpoint, *assignments, reshape, store, options);
  Report report = ReportAssignments(store, *checkpoint.reader(), *assignments);
  report.status = Explained(outcome.status);
  report.bytes = outcome.restored_bytes;
  report.io = outcome.io;
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

Report RestoreSaver(const Checkpoint& checkpoint, VariableStore& store,
                    const RestoreOptions& options) {
  try {
    const Result<std::vector<SaverItem>> items =
        ResolveSaverVariables(DefaultSaverVariables(store));
    if (!items.ok()) return Failed(checkpoint, items.status());
    return RestoreItems(checkpoint, *items, /*reshape=*/false, store, options);
  } catch (const std::bad_alloc&) {
    return Failed(checkpoint, ResourceExhaustedError("no memory to plan and report the restore"));
  }
}

}  // namespace thaw
