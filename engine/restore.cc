#include "engine/restore.h"

#include <chrono>
#include <memory>
#include <new>
#include <utility>

#include "engine/assign/resolver.h"
#include "engine/assign/saver_variables.h"
#include "engine/saver_restore.h"
#include "engine/variable_restore.h"

namespace thaw {
namespace {

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

Status OutOfMemory() { return ResourceExhaustedError("no memory to plan and report the restore"); }

// Gives a variable the value of its initializer.
Status RunInitializer(Variable& variable, VariableStore& store) {
  // The value knows what the declaration left open.
  const std::optional<Shape> value_shape = ShapeOfValue(variable.initializer);
  if (!variable.slice_info && value_shape) variable.shape = *value_shape;
  const SliceInfo* part = variable.slice_info ? &*variable.slice_info : nullptr;
  const Dims full_shape = part ? Dims(part->full_shape) : Dims(variable.shape);
  const TensorSlice* slice = part ? &part->slice : nullptr;
  THAW_RETURN_IF_ERROR(store.EnsureBuffer(&variable));
  THAW_RETURN_IF_ERROR(
      variable.dtype == DType::kString
          ? FillStrings(variable.initializer, variable.shape, full_shape, slice, &variable.strings)
          : FillBuffer(variable.initializer, variable.dtype, variable.shape, full_shape, slice,
                       variable.buffer));
  variable.is_initialized = true;
  return Status();
}

// The variables that one checkpoint restores.
struct Group {
  const CheckpointReader* checkpoint = nullptr;
  std::vector<VariableAssignment> assignments;
};

std::vector<Group> GroupBySource(const VariableStore& store) {
  std::vector<Group> groups;
  for (Variable* variable : store.variables()) {
    if (!variable->source) continue;
    const CheckpointReader* checkpoint = variable->source->checkpoint.get();
    auto group = groups.begin();
    while (group != groups.end() && group->checkpoint != checkpoint) ++group;
    if (group == groups.end()) group = groups.insert(group, Group{checkpoint, {}});
    group->assignments.push_back({variable, &*variable->source});
  }
  return groups;
}

Report RunInitializers(VariableStore& store, const RestoreOptions& options) {
  const Stopwatch stopwatch;
  Status first;
  std::uint64_t bytes = 0;
  for (const Group& group : GroupBySource(store)) {
    const VariablesOutcome outcome = RestoreVariables(*group.checkpoint, group.assignments,
                                                      Grouping::kEachAlone, options, store);
    if (first.ok()) first = outcome.status;
    bytes += outcome.restored_bytes;
  }
  for (Variable* variable : store.variables()) {
    if (variable->source) continue;
    const Status status = RunInitializer(*variable, store);
    if (first.ok()) first = status;
  }
  Report report = ReportSources(store);
  report.status = first;
  report.bytes = bytes;
  report.seconds = stopwatch.seconds();
  return report;
}

Report RunSaver(const Checkpoint& checkpoint, VariableStore& store, const RestoreOptions& options) {
  const Result<std::vector<SaverItem>> items = ResolveSaverVariables(DefaultSaverVariables(store));
  if (items.ok()) return RestoreItems(checkpoint, *items, /*reshape=*/false, store, options);
  Report failed;
  failed.checkpoint = checkpoint.prefix();
  failed.status = items.status();
  return failed;
}

}  // namespace

RestoreOutcome Restore(const Checkpoint& checkpoint, std::span<const Request> requests,
                       const RestoreOptions& options) {
  try {
    return RunRequests(*checkpoint.reader(), requests, Grouping::kTogether, options);
  } catch (const std::bad_alloc&) {
    RestoreOutcome outcome;
    outcome.status = OutOfMemory();
    return outcome;
  }
}

Status InitFromCheckpoint(const Checkpoint& checkpoint, const AssignmentMap& map,
                          VariableStore& store) {
  try {
    const Resolution resolution = Resolve(checkpoint.reader(), map, store);
    Apply(resolution, store);
    return resolution.errors.empty() ? Status() : resolution.errors.front().status;
  } catch (const std::bad_alloc&) {
    return OutOfMemory();
  }
}

Report Initialize(VariableStore& store, const RestoreOptions& options) {
  try {
    return RunInitializers(store, options);
  } catch (const std::bad_alloc&) {
    Report report;
    report.status = OutOfMemory();
    return report;
  }
}

Report RestoreSaver(const Checkpoint& checkpoint, VariableStore& store,
                    const RestoreOptions& options) {
  try {
    return RunSaver(checkpoint, store, options);
  } catch (const std::bad_alloc&) {
    Report report;
    report.status = OutOfMemory();
    return report;
  }
}

}  // namespace thaw
