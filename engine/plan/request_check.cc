#include "engine/plan/request_check.h"

#include <algorithm>

#include "engine/kernels/dtype_conversions.h"
#include "io/checkpoint/object_graph/tensor_lookup.h"

namespace thaw {
namespace {

// The whole buffer is filled, so it must have just the size of its shape.
Status CheckBuffer(const Request& request) {
  const std::optional<std::int64_t> elements = NumElements(request.shape);
  if (request.dtype == DType::kString) {
    if (request.strings != nullptr) return Status();
    return InvalidArgumentError("a string tensor needs a receiver of strings")
        .WithTfClass(Status::kNoTfClass);
  }
  std::uint64_t size = 0;
  if (!elements ||
      !CheckedMul(static_cast<std::uint64_t>(*elements), ElementSize(request.dtype), &size)) {
    return InvalidArgumentError("a shape of impossible size: " + ShapeToString(request.shape));
  }
  if (request.buffer.size() != size) {
    return InvalidArgumentError("the buffer has " + std::to_string(request.buffer.size()) +
                                " bytes, its shape " + ShapeToString(request.shape) + " of " +
                                std::string(DTypeName(request.dtype)) + " takes " +
                                std::to_string(size))
        .WithTfClass(Status::kNoTfClass);
  }
  return Status();
}

Result<TensorSlice> ParseSlice(const TensorInfo& tensor, const Request& request) {
  THAW_ASSIGN_OR_RETURN(const ShapeAndSlice spec, ParseShapeAndSlice(request.slice_spec));
  if (!std::equal(spec.full_shape.begin(), spec.full_shape.end(), tensor.shape.begin(),
                  tensor.shape.end())) {
    return InvalidArgumentError(
        "tensor_name = " + request.tensor + "; shape in shape_and_slice spec " +
        ShapeToString(spec.full_shape) +
        " does not match the shape stored in checkpoint: " + ShapeToString(tensor.shape));
  }
  return ResolveSlice(spec.slice, tensor.shape);
}

}  // namespace

Status KeyNotFoundError(const CheckpointReader& reader, const std::string& name) {
  return NotFoundError("Key " + name + " not found in checkpoint")
      .WithFile(reader.prefix())
      .WithTensor(name)
      .WithHint(MissingTensorHint(reader, name));
}

Status CheckDType(const CheckpointReader& reader, const TensorInfo& tensor, const Request& request,
                  const Kernel** kernel) {
  *kernel = nullptr;
  const bool same = tensor.dtype == request.dtype;
  if (same && !IsFixedSize(tensor.dtype)) return Status();
  if (same || request.allow_conversion) {
    *kernel = FindKernel(tensor.dtype, request.dtype, reader.is_byte_swapped());
    if (*kernel != nullptr) return Status();
  }
  const Status status = InvalidArgumentError(
      "tensor_name = " + request.tensor + "; expected dtype " +
      std::string(DTypeName(request.dtype)) + " does not equal original dtype " +
      std::string(DTypeName(tensor.dtype)));
  return request.allow_conversion ? status.WithHint("there is no conversion between them") : status;
}

Result<std::optional<TensorSlice>> FindWanted(const TensorInfo& tensor, const Request& request) {
  if (tensor.dtype == DType::kVariant || tensor.dtype == DType::kResource) {
    return UnimplementedError("tensors of dtype " + std::string(DTypeName(tensor.dtype)) +
                              " are not restored")
        .WithTfClass(Status::kNoTfClass);
  }
  std::optional<TensorSlice> slice;
  if (request.slice_spec.empty()) return slice;
  THAW_ASSIGN_OR_RETURN(slice, ParseSlice(tensor, request));
  return slice;
}

Status CheckReceiver(Dims shape, const Request& request) {
  if (!request.cannot_take.ok()) return request.cannot_take;
  if (std::equal(shape.begin(), shape.end(), request.shape.begin(), request.shape.end())) {
    return CheckBuffer(request);
  }
  const Status status =
      InvalidArgumentError("Assign requires shapes of both tensors to match. lhs shape= " +
                           ShapeToString(request.shape) + " rhs shape= " + ShapeToString(shape));
  return request.requester.empty() ? status
                                   : status.WithContext("variable '" + request.requester + "'");
}

}  // namespace thaw
