#include "engine/restore.h"

#include <chrono>
#include <memory>
#include <new>
#include <unordered_map>
#include <utility>

#include "engine/assign/resolver.h"
#include "engine/assign/source_check.h"
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

// The shape of the value that the initializer gives: it knows what the declaration left open.
Shape InitialShape(const Variable& variable) {
  if (variable.slice_info) return SliceShape(variable.slice_info->slice);
  return ShapeOfValue(variable.initializer).value_or(variable.shape);
}

// Writes the initializer's value for `shape` into `buffer`, or `*strings` of a string variable.
Status FillValue(const Variable& variable, const Shape& shape, MutableByteView buffer,
                 std::vector<std::string>* strings) {
  const SliceInfo* part = variable.slice_info ? &*variable.slice_info : nullptr;
  const Dims full_shape = part ? Dims(part->full_shape) : Dims(shape);
  const TensorSlice* slice = part ? &part->slice : nullptr;
  return variable.dtype == DType::kString
             ? FillStrings(variable.initializer, shape, full_shape, slice, strings)
             : FillBuffer(variable.initializer, variable.dtype, shape, full_shape, slice, buffer);
}

// Gives a variable the value of its initializer.
Status RunInitializer(Variable& variable, VariableStore& store) {
  THAW_RETURN_IF_ERROR(CheckCanHoldValue(variable));
  variable.shape = InitialShape(variable);
  THAW_RETURN_IF_ERROR(store.EnsureBuffer(&variable));
  THAW_RETURN_IF_ERROR(FillValue(variable, variable.shape, variable.buffer, &variable.strings));
  variable.is_initialized = true;
  return Status();
}

// The variables that one checkpoint restores.
struct Group {
  std::shared_ptr<const CheckpointReader> checkpoint;
  std::vector<VariableAssignment> assignments;
};

std::vector<Group> GroupBySource(const InitializerSnapshot& snapshot) {
  std::vector<Group> groups;
  for (const InitializerSnapshot::Entry& entry : snapshot.entries) {
    if (!entry.source) continue;
    const std::shared_ptr<const CheckpointReader>& checkpoint = entry.source->checkpoint;
    auto group = groups.begin();
    while (group != groups.end() && group->checkpoint != checkpoint) ++group;
    if (group == groups.end()) group = groups.insert(group, Group{checkpoint, {}});
    group->assignments.push_back({entry.variable, &*entry.source});
  }
  return groups;
}

// The checkpoint that is under the prefix now: TensorFlow opens it when an initializer runs.
Result<std::shared_ptr<const CheckpointReader>> Current(
    const std::shared_ptr<const CheckpointReader>& opened) {
  if (opened->IsInPlace()) return opened;
  THAW_ASSIGN_OR_RETURN(const Checkpoint again, Checkpoint::OpenPrefix(opened->prefix()));
  return again.reader();
}

bool SameSource(const std::optional<CheckpointSource>& a,
                const std::optional<CheckpointSource>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->checkpoint == b->checkpoint && a->tensor == b->tensor && a->slice_spec == b->slice_spec;
}

// The store's report, narrowed to the snapshot's variables and sources.
Report ReportSnapshot(const VariableStore& store, const InitializerSnapshot& snapshot) {
  Report report = ReportSources(store);
  std::unordered_map<std::string_view, const InitializerSnapshot::Entry*> entries;
  for (const InitializerSnapshot::Entry& entry : snapshot.entries) {
    entries.emplace(entry.variable->op_name, &entry);
  }
  std::erase_if(report.variables, [&](const VariableReport& variable) {
    return !entries.contains(variable.op_name);
  });
  for (VariableReport& variable : report.variables) {
    const InitializerSnapshot::Entry& entry = *entries.at(variable.op_name);
    if (SameSource(variable.source, entry.source)) continue;
    variable.source = entry.source;
    variable.reason = KeptReason::kNoMapEntry;
  }
  return report;
}

// Why sources do not fit their variables; errors come before all other findings.
std::vector<Finding> SourceFaults(const InitializerSnapshot& snapshot) {
  std::vector<Finding> findings;
  for (const InitializerSnapshot::Entry& entry : snapshot.entries) {
    if (!entry.source) continue;
    const Fault fault = CheckSource(*entry.variable, *entry.source);
    if (fault.ok()) continue;
    Finding& finding = findings.emplace_back();
    finding.code = fault.code;
    finding.severity = Severity::kError;
    finding.message = fault.status.message();
    finding.hint = fault.status.hint();
    finding.variable = entry.variable->op_name;
    finding.tensor = entry.source->tensor;
    finding.map_key = entry.source->map_key;
    finding.map_value = entry.source->map_value;
  }
  return findings;
}

Report RunInitializers(VariableStore& store, const InitializerSnapshot& snapshot,
                       const RestoreOptions& options) {
  const Stopwatch stopwatch;
  Status first;
  std::uint64_t bytes = 0;
  IoSummary io;
  for (const Group& group : GroupBySource(snapshot)) {
    const auto checkpoint = Current(group.checkpoint);
    if (!checkpoint.ok()) {
      if (first.ok()) first = checkpoint.status();
      continue;
    }
    const VariablesOutcome outcome =
        RestoreVariables(**checkpoint, group.assignments, Grouping::kEachAlone, options, store);
    if (first.ok()) first = outcome.status;
    bytes += outcome.restored_bytes;
    io.Add(outcome.io);
  }
  for (const InitializerSnapshot::Entry& entry : snapshot.entries) {
    if (entry.source) continue;
    const Status status = RunInitializer(*entry.variable, store);
    if (first.ok()) first = status.WithVariable(entry.variable->op_name);
  }
  Report report = ReportSnapshot(store, snapshot);
  report.status = first;
  if (!first.ok()) {
    const std::vector<Finding> faults = SourceFaults(snapshot);
    report.findings.insert(report.findings.begin(), faults.begin(), faults.end());
  }
  report.bytes = bytes;
  report.io = io;
  report.seconds = stopwatch.seconds();
  return report;
}

Result<EvaluatedValue> Evaluate(const Variable& variable, const RestoreOptions& options) {
  // A copy in a store of its own takes the value.
  VariableStore scratch;
  VariableOptions made;
  made.initializer = Zeros();
  THAW_ASSIGN_OR_RETURN(Variable* const copy,
                        scratch.Variable("value", variable.dtype, variable.shape, made));
  copy->op_name = variable.op_name;
  copy->shape = variable.shape;
  copy->static_shape = variable.static_shape;
  copy->use_resource = variable.use_resource;
  copy->slice_info = variable.slice_info;
  copy->initializer = variable.initializer;
  if (variable.source) {
    const std::vector<VariableAssignment> assignments = {{copy, &*variable.source}};
    THAW_ASSIGN_OR_RETURN(const auto checkpoint, Current(variable.source->checkpoint));
    THAW_RETURN_IF_ERROR(
        RestoreVariables(*checkpoint, assignments, Grouping::kEachAlone, options, scratch).status);
  } else {
    THAW_RETURN_IF_ERROR(RunInitializer(*copy, scratch));
  }
  EvaluatedValue value;
  value.shape = copy->shape;
  value.bytes.assign(copy->buffer.begin(), copy->buffer.end());
  value.strings = std::move(copy->strings);
  return value;
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
  return Initialize(store, TakeInitializers(store, VariableGroup::kAll), options);
}

Report Initialize(VariableStore& store, const InitializerSnapshot& snapshot,
                  const RestoreOptions& options) {
  try {
    return RunInitializers(store, snapshot, options);
  } catch (const std::bad_alloc&) {
    Report report;
    report.status = OutOfMemory();
    return report;
  }
}

Result<EvaluatedValue> EvaluateInitializer(const Variable& variable,
                                           const RestoreOptions& options) {
  try {
    return Evaluate(variable, options);
  } catch (const std::bad_alloc&) {
    return OutOfMemory();
  }
}

}  // namespace thaw
