#include "engine/variable_restore.h"

#include <algorithm>
#include <chrono>
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

// A request for the variable's value, into its memory. Where the checks of the plan must fail, the
// variable stays without memory.
Result<Request> MakeRequest(const CheckpointReader& reader, const VariableAssignment& assignment,
                            VariableStore& store) {
  Variable& variable = *assignment.variable;
  // Its value may have another shape than the one before, as far as its declaration allows.
  const bool is_open = !variable.static_shape || !IsFullyDefined(*variable.static_shape);
  std::optional<Shape> stored;
  if (assignment.reshape || is_open) stored = StoredShape(reader, *assignment.source);
  if (is_open && stored && variable.Accepts(*stored)) variable.shape = *stored;
  if (IsFullyDefined(variable.shape)) THAW_RETURN_IF_ERROR(store.EnsureBuffer(&variable));
  Request request;
  request.tensor = assignment.source->tensor;
  request.slice_spec = assignment.source->slice_spec;
  request.dtype = variable.dtype;
  request.shape = assignment.reshape && stored && HaveSameCount(*stored, variable.shape)
                      ? *stored
                      : variable.shape;
  request.buffer = variable.buffer;
  request.strings = variable.dtype == DType::kString ? &variable.strings : nullptr;
  request.requester = variable.op_name;
  return request;
}

}  // namespace

RestoreOutcome RunRequests(const CheckpointReader& reader, std::span<const Request> requests,
                           Grouping grouping, const RestoreOptions& options) {
  const auto start = std::chrono::steady_clock::now();
  const int threads = ThreadCount(options.threads);
  const Result<Plan> plan = BuildPlan(reader, requests,
                                      {.threads = threads,
                                       .verify = options.verify,
                                       .isolate_requests = grouping == Grouping::kEachAlone});
  if (!plan.ok()) return Refused(requests.size(), plan.status());

  const Executor& executor = options.inline_executor ? InlineExecutor() : GraphExecutor();
  Settlement settlement = executor.Run(*plan, reader, requests,
                                       {.threads = threads,
                                        .memory_budget = options.memory_budget,
                                        .poison = options.poison,
                                        .cancel = options.cancel,
                                        .progress = options.progress});
  RestoreOutcome outcome;
  outcome.status = settlement.status;
  // What the plan refused failed first; only a cancellation is more than that.
  if (!plan->refusals.empty() && outcome.status.code() != StatusCode::kCancelled) {
    outcome.status = plan->refusals.front().status;
  }
  outcome.requests = std::move(settlement.requests);
  outcome.restored_bytes = settlement.restored_bytes;
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return outcome;
}

VariablesOutcome RestoreVariables(const CheckpointReader& reader,
                                  std::span<const VariableAssignment> assignments,
                                  Grouping grouping, const RestoreOptions& options,
                                  VariableStore& store) {
  VariablesOutcome outcome;
  outcome.statuses.resize(assignments.size());
  std::vector<Request> requests;
  std::vector<std::size_t> owners;  // by request: the assignment it is for
  std::vector<Shape> declared;      // by request: put back if it fails
  for (std::size_t a = 0; a < assignments.size(); ++a) {
    Shape shape = assignments[a].variable->shape;
    Result<Request> request = MakeRequest(reader, assignments[a], store);
    if (!request.ok()) {
      outcome.statuses[a] = request.status();
      if (outcome.status.ok()) outcome.status = request.status();
      if (grouping == Grouping::kTogether) return outcome;
      continue;
    }
    requests.push_back(*std::move(request));
    owners.push_back(a);
    declared.push_back(std::move(shape));
  }

  const RestoreOutcome restored = RunRequests(reader, requests, grouping, options);
  if (outcome.status.ok()) outcome.status = restored.status;
  outcome.restored_bytes = restored.restored_bytes;
  for (std::size_t r = 0; r < requests.size(); ++r) {
    Variable& variable = *assignments[owners[r]].variable;
    outcome.statuses[owners[r]] = restored.requests[r].status;
    if (restored.requests[r].state == BufferState::kDone) {
      variable.is_initialized = true;
    } else {
      variable.shape = declared[r];
      // What a poisoned buffer held is lost; an untouched one keeps its value.
      if (restored.requests[r].state == BufferState::kPoisoned) variable.is_initialized = false;
    }
  }
  return outcome;
}

}  // namespace thaw
