#include "engine/assign/source_check.h"

#include <algorithm>
#include <string>

#include "io/base/slice.h"

namespace thaw {
namespace {

bool SameDims(Dims a, Dims b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

Status CheckDType(const Variable& variable, const TensorInfo& tensor) {
  if (tensor.dtype == variable.dtype) return Status();
  return InvalidArgumentError("expected dtype " + std::string(DTypeName(variable.dtype)) +
                              " of variable '" + variable.op_name +
                              "' does not equal original dtype " +
                              std::string(DTypeName(tensor.dtype)))
      .WithHint("nothing is converted unasked; make '" + variable.op_name + "' with dtype " +
                std::string(DTypeName(tensor.dtype)) +
                ", or read the tensor with a conversion into a buffer of yours");
}

// How many elements of the box `wanted` the stored slices cover; they do not overlap.
std::int64_t CoveredElements(const TensorInfo& tensor, const TensorSlice& wanted) {
  std::int64_t covered = 0;
  for (const StoredPart& part : tensor.parts) {
    const Result<TensorSlice> stored = ResolveSlice(*part.slice, tensor.shape);
    if (!stored.ok()) continue;
    const auto common = Intersect(*stored, wanted);
    if (common) covered += NumElements(SliceShape(*common)).value_or(0);
  }
  return covered;
}

Status CheckCovered(const TensorInfo& tensor, const TensorSlice& wanted) {
  if (!tensor.is_sliced()) return Status();
  if (CoveredElements(tensor, wanted) == NumElements(SliceShape(wanted))) return Status();
  return InvalidArgumentError(
      "does not have sufficient slices for partitioned tensor to restore in slice_spec: " +
      wanted.ToString());
}

}  // namespace

Fault CheckSource(const Variable& variable, const CheckpointSource& source) {
  const TensorInfo tensor =
      source.checkpoint->tensor(source.checkpoint->Find(source.tensor).value());
  const auto fault = [&](FindingCode code, const Status& status) {
    return Fault{code, status.WithFile(source.checkpoint->prefix()).WithTensor(source.tensor)};
  };
  if (Status status = CheckDType(variable, tensor); !status.ok()) {
    return fault(FindingCode::kDTypeMismatch, status);
  }
  if (source.slice_spec.empty()) {
    if (!variable.Accepts(tensor.shape)) {
      return fault(
          source.rule == AssignmentRule::kScope ? FindingCode::kScopeShapeMismatch
                                                : FindingCode::kShapeMismatch,
          InvalidArgumentError("Assign requires shapes of both tensors to match: variable '" +
                               variable.op_name + "' has " + ShapeToString(variable.shape) +
                               ", the checkpoint " + ShapeToString(tensor.shape)));
    }
    return fault(
        FindingCode::kSlicesMissing,
        CheckCovered(tensor, *ResolveSlice(TensorSlice::Full(tensor.shape.size()), tensor.shape)));
  }
  const SliceInfo& part = *variable.slice_info;
  if (!SameDims(part.full_shape, tensor.shape)) {
    return fault(
        FindingCode::kPartShapeMismatch,
        InvalidArgumentError(
            "shape in shape_and_slice spec " + ShapeToString(part.full_shape) + " of variable '" +
            variable.op_name +
            "' does not match the shape stored in checkpoint: " + ShapeToString(tensor.shape)));
  }
  return fault(FindingCode::kSlicesMissing, CheckCovered(tensor, part.slice));
}

}  // namespace thaw
