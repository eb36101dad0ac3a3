#include "engine/variable_restore.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <optional>
#include <utility>

#include "engine/exec/executor.h"
#include "engine/plan/planner.h"
#include "engine/thread_count.h"

namespace thaw {
namespace {

RestoreOutcome Refused(std::size_t num_requests, const Status& status) {
  RestoreOutcome outcome;
  outcome.status = status;
  outcome.requests.assign(num_requests, {BufferState::kUntouched, status});
  return outcome;
}

// The shape of what `source` names; nullopt: the checks of the plan will say why.
std::optional<Shape> StoredShape(const CheckpointReader& reader, const CheckpointSource& source) {
  if (!source.slice_spec.empty()) {
    const Result<ShapeAndSlice> spec = ParseShapeAndSlice(source.slice_spec);
    if (!spec.ok()) return std::nullopt;
    const Result<TensorSlice> slice = ResolveSlice(spec->slice, spec->full_shape);
    return slice.ok() ? std::optional(SliceShape(*slice)) : std::nullopt;
  }
  const std::optional<std::size_t> index = reader.Find(source.tensor);
  if (!index) return std::nullopt;
  const Dims shape = reader.tensor(*index).shape;
  return Shape(shape.begin(), shape.end());
}

bool IsFullyDefined(const Shape& shape) {
  return std::find(shape.begin(), shape.end(), kUnknownDim) == shape.end();
}

bool HaveSameCount(Dims a, Dims b) {
  const std::optional<std::int64_t> count = NumElements(a);
  return count.has_value() && count == NumElements(b);
}

// What becomes of one assignment.
struct PendingValue {
  std::size_t assignment = 0;
  Request request;
  Shape old_shape;  // put back if it fails
  // Where the value lands when the variable has one of another size, which must survive a failure;
  // else it lands in the variable.
  std::vector<std::byte> landing;
};

Status NoShapeYet(const Variable& variable) {
  return FailedPreconditionError("Attempting to use uninitialized value " + variable.op_name +
                                 ": its shape is not known, so nothing can be reshaped to it");
}

// The variable gets the shape of its next value. Where the checks of the plan must fail, it stays
// without memory.
Status ChooseShape(const CheckpointReader& reader, const VariableAssignment& assignment,
                   PendingValue* pending) {
  Variable& variable = *assignment.variable;
  pending->request.shape = variable.shape;
  // Its value may have another shape than the one before, as far as its declaration allows.
  const bool is_open = !variable.static_shape || !IsFullyDefined(*variable.static_shape);
  if (!assignment.reshape && !is_open) return Status();
  const std::optional<Shape> stored = StoredShape(reader, *assignment.source);
  if (assignment.reshape) {
    if (is_open && !variable.is_initialized) return NoShapeYet(variable);
    if (stored && HaveSameCount(*stored, variable.shape)) pending->request.shape = *stored;
  } else if (stored && variable.Accepts(*stored)) {
    variable.shape = *stored;
    pending->request.shape = *stored;
  }
  return Status();
}

Result<PendingValue> MakePending(const CheckpointReader& reader,
                                 const VariableAssignment& assignment, VariableStore& store) {
  Variable& variable = *assignment.variable;
  PendingValue pending;
  pending.old_shape = variable.shape;
  Request& request = pending.request;
  request.tensor = assignment.source->tensor;
  request.slice_spec = assignment.source->slice_spec;
  request.dtype = variable.dtype;
  request.strings = variable.dtype == DType::kString ? &variable.strings : nullptr;
  request.requester = variable.op_name;
  request.cannot_take = CheckCanHoldValue(variable);
  if (request.cannot_take.ok()) request.cannot_take = ChooseShape(reader, assignment, &pending);
  if (!request.cannot_take.ok() || !IsFullyDefined(variable.shape)) return pending;
  if (variable.is_initialized && IsFixedSize(variable.dtype) &&
      !HaveSameCount(pending.old_shape, variable.shape)) {
    const auto elements = static_cast<std::size_t>(NumElements(variable.shape).value_or(0));
    pending.landing.resize(elements * ElementSize(variable.dtype));
    request.buffer = pending.landing;
    return pending;
  }
  THAW_RETURN_IF_ERROR(store.EnsureBuffer(&variable));
  request.buffer = variable.buffer;
  return pending;
}

// The value is in place, or the variable is as it was.
Status Settle(const RequestOutcome& outcome, const PendingValue& pending, VariableStore& store,
              Variable* variable) {
  if (outcome.state == BufferState::kDone) {
    variable->is_initialized = true;
    if (pending.landing.empty()) return outcome.status;
    if (Status status = store.EnsureBuffer(variable); !status.ok()) {
      variable->shape = pending.old_shape;
      return status;
    }
    std::memcpy(variable->buffer.data(), pending.landing.data(), pending.landing.size());
    return outcome.status;
  }
  variable->shape = pending.old_shape;
  // What a poisoned buffer held is lost; an untouched one keeps its value.
  if (outcome.state == BufferState::kPoisoned && pending.landing.empty()) {
    variable->is_initialized = false;
  }
  return outcome.status;
}

}  // namespace

RestoreOutcome RunRequests(const CheckpointReader& reader, std::span<const Request> requests,
                           Grouping grouping, const RestoreOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const int threads = ThreadCount(options.threads);
  Result<Plan> plan = BuildPlan(reader, requests,
                                {.threads = threads,
                                 .verify = options.verify,
                                 .isolate_requests = grouping == Grouping::kEachAlone});
  if (!plan.ok()) return Refused(requests.size(), plan.status());

  const Executor& executor = options.inline_executor ? InlineExecutor() : GraphExecutor();
  const std::vector<Refusal> refusals = plan->refusals;
  Settlement settlement = executor.Run(*std::move(plan), reader, requests,
                                       {.threads = threads,
                                        .memory_budget = options.memory_budget,
                                        .poison = options.poison,
                                        .cancel = options.cancel,
                                        .progress = options.progress});
  RestoreOutcome outcome;
  outcome.status = settlement.status;
  // What the plan refused failed first; only a cancellation is more than that.
  if (!refusals.empty() && outcome.status.code() != StatusCode::kCancelled) {
    outcome.status = refusals.front().status;
  }
  outcome.requests = std::move(settlement.requests);
  outcome.restored_bytes = settlement.restored_bytes;
  outcome.io = std::move(settlement.io);
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return outcome;
}

VariablesOutcome RestoreVariables(const CheckpointReader& reader,
                                  std::span<const VariableAssignment> assignments,
                                  Grouping grouping, const RestoreOptions& options,
                                  VariableStore& store) {
  VariablesOutcome outcome;
  outcome.statuses.resize(assignments.size());
  std::vector<Variable*> variables;
  for (const VariableAssignment& assignment : assignments) variables.push_back(assignment.variable);
  store.ReserveBuffers(variables);
  std::vector<PendingValue> pending;
  for (std::size_t a = 0; a < assignments.size(); ++a) {
    Result<PendingValue> value = MakePending(reader, assignments[a], store);
    if (value.ok()) {
      value->assignment = a;
      pending.push_back(*std::move(value));
      continue;
    }
    outcome.statuses[a] = value.status().WithVariable(assignments[a].variable->op_name);
    if (outcome.status.ok()) outcome.status = outcome.statuses[a];
    if (grouping == Grouping::kEachAlone) continue;
    for (const PendingValue& one : pending) {
      assignments[one.assignment].variable->shape = one.old_shape;
    }
    return outcome;
  }

  std::vector<Request> requests;
  for (const PendingValue& one : pending) requests.push_back(one.request);
  const RestoreOutcome restored = RunRequests(reader, requests, grouping, options);
  if (outcome.status.ok()) outcome.status = restored.status;
  outcome.restored_bytes = restored.restored_bytes;
  outcome.io = restored.io;
  for (std::size_t r = 0; r < pending.size(); ++r) {
    Status& status = outcome.statuses[pending[r].assignment];
    status = Settle(restored.requests[r], pending[r], store,
                    assignments[pending[r].assignment].variable);
    if (outcome.status.ok()) outcome.status = status;
  }
  return outcome;
}

}  // namespace thaw
