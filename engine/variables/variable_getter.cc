#include "engine/variables/variable_getter.h"

#include <algorithm>
#include <utility>

#include "engine/variables/partitioning/partitioning.h"
#include "engine/variables/variable_maker.h"

namespace thaw {
namespace {

std::string PartName(std::string_view name, std::size_t part) {
  return std::string(name) + "/part_" + std::to_string(part);
}

bool IsFullyDefined(const Shape& shape) {
  return std::find(shape.begin(), shape.end(), kUnknownDim) == shape.end();
}

std::string ShapeText(const std::optional<Shape>& shape) {
  return shape ? ShapeToTuple(*shape) : "<unknown>";
}

// A dtype as TensorFlow names that of a variable.
std::string DTypeText(const Variable& variable) {
  return std::string(DTypeName(variable.dtype)) + (variable.use_resource ? "" : "_ref");
}

bool IsFloat8(DType dtype) {
  return dtype == DType::kFloat8E5M2 || dtype == DType::kFloat8E4M3FN ||
         dtype == DType::kFloat8E4M3FNUZ || dtype == DType::kFloat8E4M3B11FNUZ ||
         dtype == DType::kFloat8E5M2FNUZ;
}

InitialValue FromArray(const ArrayValue& value) {
  return {ArrayInitializer{value}, value.dtype, value.shape};
}

// ---- One variable ----

// A whole variable, or a part with its place in the whole.
struct SingleRequest {
  const VariableRequest& request;
  std::string name;
  std::optional<Shape> shape;
  std::optional<SliceInfo> part;
};

Status CheckReuse(const SingleRequest& single, const Variable& found) {
  const std::string trying = "Trying to share variable " + single.name + ", but specified ";
  if (single.request.reuse == Reuse::kNo) {
    return TfValueError("Variable " + single.name + " already exists: get_variable made it before")
        .WithHint(
            "give one of the two another name, or set reuse=True or reuse=AUTO_REUSE in the "
            "variable scope");
  }
  if (single.shape && !found.Accepts(*single.shape)) {
    return TfValueError(trying + "shape " + ShapeToTuple(*single.shape) + " and found shape " +
                        ShapeText(found.static_shape) + ".");
  }
  if (*single.request.dtype != found.dtype) {
    return TfValueError(trying + "dtype " + std::string(DTypeName(*single.request.dtype)) +
                        " and found dtype " + DTypeText(found) + ".");
  }
  return Status();
}

// What the initializer gives for a shape that is fully defined.
Result<InitialValue> ForShape(const SingleRequest& single, const InitializerArgument& argument) {
  const DType dtype = *single.request.dtype;
  if (const auto* initializer = std::get_if<Initializer>(&argument.initializer)) {
    return InitialValue{*initializer, dtype, *single.shape};
  }
  PartitionInfo info;
  if (single.part) {
    info.full_shape = single.part->full_shape;
    for (const SliceDim& dim : single.part->slice.dims) info.offset.push_back(dim.start);
  }
  const auto& function = std::get<InitializerFunction>(argument.initializer);
  THAW_ASSIGN_OR_RETURN(Initializer made,
                        function.make(*single.shape, dtype, single.part ? &info : nullptr));
  // A function may return another shape than it was asked for; the maker compares.
  const auto* array = std::get_if<ArrayInitializer>(&made);
  Shape shape = array != nullptr ? array->value.shape : *single.shape;
  return InitialValue{std::move(made), dtype, std::move(shape)};
}

Status NeedsShape(const SingleRequest& single) {
  return TfValueError("The initializer passed is not valid for '" + single.name +
                      "', whose shape is " + ShapeText(single.shape) +
                      ": the shape should be fully defined, or the initializer a function without "
                      "arguments");
}

using MakeInitialValue = std::function<Result<InitialValue>()>;

// How the new variable comes by its initial value. variable_scope.py: _get_single_variable.
Result<MakeInitialValue> ChooseInitialValue(const SingleRequest& single, InnerOps* inner_ops) {
  const auto& argument = single.request.initializer;
  if (argument && argument->value() != nullptr) {
    return MakeInitialValue([value = *argument->value(), part = single.part]() {
      InitialValue initial = FromArray(value);
      if (part) initial.shape = SliceShape(part->slice);
      return Result<InitialValue>(std::move(initial));
    });
  }
  *inner_ops =
      single.request.use_resource.value_or(false) ? InnerOps::kResource : InnerOps::kRefFunction;
  const bool is_defined = single.shape && IsFullyDefined(*single.shape);
  if (!argument) {
    if (!single.shape) {
      return TfValueError("Variable " + single.name +
                          " did not get an initializer, so its `shape` argument must be specified");
    }
    Result<Initializer> chosen = DefaultInitializer(*single.request.dtype);
    if (!chosen.ok()) chosen = chosen.status().WithContext("variable " + single.name);
    // TensorFlow has an initializer for floats of any size, which refuses those of 8 bits.
    if (!chosen.ok() && !IsFloat8(*single.request.dtype)) return chosen.status();
    if (!is_defined) return NeedsShape(single);
    return MakeInitialValue([&single, chosen]() -> Result<InitialValue> {
      THAW_RETURN_IF_ERROR(chosen.status());
      return InitialValue{*chosen, *single.request.dtype, *single.shape};
    });
  }
  if (is_defined)
    return MakeInitialValue([&single] { return ForShape(single, *single.request.initializer); });
  const auto* function = std::get_if<InitializerFunction>(&argument->initializer);
  if (function == nullptr || !function->make_value) return NeedsShape(single);
  return MakeInitialValue([function]() -> Result<InitialValue> {
    THAW_ASSIGN_OR_RETURN(const ArrayValue value, function->make_value());
    return FromArray(value);
  });
}

// variable_scope.py: _get_single_variable.
Result<Variable*> GetSingle(VariableTable& table, const SingleRequest& single) {
  const VariableRequest& request = single.request;
  const bool has_value = request.initializer && request.initializer->value() != nullptr;
  if (single.shape && has_value && !single.part) {
    return TfValueError("If initializer is a constant, do not specify shape: '" + single.name +
                        "' has that of its initial value");
  }
  if (Variable* found = table.FindKey(single.name)) {
    THAW_RETURN_IF_ERROR(CheckReuse(single, *found));
    if (single.part) found->slice_info = single.part;
    return found;
  }
  if (request.reuse == Reuse::kYes) {
    return TfValueError("Variable " + single.name +
                        " does not exist, or was not created with get_variable")
        .WithHint("set reuse=AUTO_REUSE in the variable scope to make what is missing");
  }
  NewVariable made;
  made.inner_ops = request.use_resource.value_or(false) ? InnerOps::kResource : InnerOps::kNone;
  THAW_ASSIGN_OR_RETURN(made.initial_value, ChooseInitialValue(single, &made.inner_ops));
  made.variable.name = single.name;
  made.variable.key = single.name;
  made.variable.made_by = MadeBy::kGetVariable;
  made.variable.use_resource = request.use_resource.value_or(false);
  made.variable.is_local = request.is_local;
  made.variable.trainable = request.trainable && !request.is_local;
  made.variable.slice_info = single.part;
  made.wanted_op_name = single.name;
  made.explicit_op_name = request.op_name;
  if (!has_value) made.declared = single.shape;
  THAW_ASSIGN_OR_RETURN(Variable* const variable, MakeVariable(table, std::move(made)));
  if (request.on_made) THAW_RETURN_IF_ERROR(request.on_made(*variable));
  return variable;
}

// ---- A partitioned variable ----

// The shape of the whole: what the call gives and what its value knows. TensorShape.merge_with.
Result<std::optional<Shape>> MergedShape(const VariableRequest& request) {
  const ArrayValue* value = request.initializer ? request.initializer->value() : nullptr;
  if (value == nullptr) return request.shape;
  if (request.shape && !ShapesCompatible(*request.shape, value->shape)) {
    return TfValueError("Shapes " + ShapeToTuple(*request.shape) + " and " +
                        ShapeToTuple(value->shape) + " are not compatible: '" + request.name +
                        "' and its initial value");
  }
  return std::optional<Shape>(value->shape);
}

Status CheckReusePartitioned(const VariableRequest& request, const std::optional<Shape>& shape,
                             const std::optional<Partitions>& partitions,
                             const PartitionedVariable& found) {
  if (request.reuse == Reuse::kNo) {
    return TfValueError("Partitioned variable with name " + request.name + " already exists")
        .WithHint(
            "give one of the two another name, or set reuse=True or reuse=AUTO_REUSE in the "
            "variable scope");
  }
  const std::string trying =
      "Trying to reuse partitioned variable " + request.name + ", but specified ";
  if (shape && !ShapesCompatible(*shape, found.shape)) {
    return TfValueError(trying + "shape " + ShapeToTuple(*shape) + " and found shape " +
                        ShapeToTuple(found.shape) + ".");
  }
  if (*request.dtype != found.dtype) {
    return TfValueError(trying + "dtype " + std::string(DTypeName(*request.dtype)) +
                        " and found dtype " + std::string(DTypeName(found.dtype)) + ".");
  }
  if (partitions && !(*partitions == found.partitions)) {
    return TfValueError(trying + "partitions " + partitions->ToString() + " and found partitions " +
                        found.partitions.ToString() + ".");
  }
  return Status();
}

// Parts of that name that another get_variable made one by one.
Status CheckStaleParts(const VariableTable& table, const std::string& name, std::size_t num_parts) {
  if (table.FindKey(PartName(name, 0)) == nullptr) return Status();
  const std::string found =
      "Partitioner returned a different partitioning than what was already found: " +
      std::to_string(num_parts) + " shards, and shard " + PartName(name, 0) + " was found, but ";
  if (table.FindKey(PartName(name, num_parts - 1)) == nullptr) {
    return TfValueError(found + PartName(name, num_parts - 1) + " was not.");
  }
  if (table.FindKey(PartName(name, num_parts)) != nullptr) {
    return TfValueError(found + "so was the extra shard " + PartName(name, num_parts) + ".");
  }
  return Status();
}

Result<Partitions> CallPartitioner(const VariableRequest& request,
                                   const std::optional<Shape>& shape) {
  THAW_RETURN_IF_ERROR(CheckPartitionable(request.name, shape));
  THAW_ASSIGN_OR_RETURN(Partitions partitions,
                        request.partitioner->partition(*shape, *request.dtype));
  THAW_RETURN_IF_ERROR(CheckPartitions(request.name, *shape, partitions));
  return partitions;
}

Result<PartitionedVariable*> MakeParts(VariableTable& table, const VariableRequest& request,
                                       const Shape& shape, const Partitions& partitions) {
  PartSlices slices(shape, partitions);
  THAW_RETURN_IF_ERROR(CheckStaleParts(table, request.name, slices.size()));
  VariableRequest part_request = request;
  const ArrayValue* value = request.initializer ? request.initializer->value() : nullptr;
  if (value != nullptr) part_request.dtype = value->dtype;
  PartitionedVariable whole{request.name, *part_request.dtype, shape, partitions, {}};
  for (std::size_t i = 0; i < slices.size(); ++i) {
    THAW_ASSIGN_OR_RETURN(const TensorSlice slice, slices.Slice(request.name, i));
    if (!request.op_name.empty()) part_request.op_name = PartName(request.op_name, i);
    SingleRequest part{part_request, PartName(request.name, i), std::nullopt,
                       SliceInfo{request.name, shape, slice}};
    if (value == nullptr) part.shape = SliceShape(slice);
    // TensorFlow evaluates the part's initial value in a scope of its own.
    THAW_RETURN_IF_ERROR(
        table.op_names().OpenScope("", part.name + "/PartitionedInitializer").status());
    THAW_ASSIGN_OR_RETURN(Variable* const variable, GetSingle(table, part));
    whole.parts.push_back(variable);
  }
  return table.AddPartitioned(std::move(whole));
}

// variable_scope.py: _get_partitioned_variable.
Result<PartitionedVariable*> GetPartitioned(VariableTable& table, const VariableRequest& request) {
  if (table.FindKey(request.name) != nullptr) {
    return TfValueError(
               "A partitioner was provided, but an unpartitioned version of the variable was "
               "found: " +
               request.name)
        .WithHint("another get_variable made '" + request.name + "'; give one another name");
  }
  THAW_ASSIGN_OR_RETURN(const std::optional<Shape> shape, MergedShape(request));
  std::optional<Partitions> partitions;
  if (request.partitioner) {
    THAW_ASSIGN_OR_RETURN(partitions, CallPartitioner(request, shape));
  }
  if (PartitionedVariable* found = table.FindPartitioned(request.name)) {
    THAW_RETURN_IF_ERROR(CheckReusePartitioned(request, shape, partitions, *found));
    return found;
  }
  if (request.reuse == Reuse::kYes) {
    return TfValueError("PartitionedVariable " + request.name +
                        " does not exist, or was not created with get_variable")
        .WithHint("set reuse=AUTO_REUSE in the variable scope to make what is missing");
  }
  return MakeParts(table, request, *shape, *partitions);
}

// variable_scope.py: _VariableStore.get_variable, its true getter.
Result<GotVariable> Get(VariableTable& table, const VariableRequest& request) {
  const bool is_scalar = request.shape && request.shape->empty();
  const bool is_partitioned =
      request.partitioner
          ? !is_scalar
          : request.reuse == Reuse::kYes && table.FindPartitioned(request.name) != nullptr;
  if (is_partitioned) {
    THAW_ASSIGN_OR_RETURN(PartitionedVariable* const variable, GetPartitioned(table, request));
    return GotVariable{nullptr, variable};
  }
  if (table.FindKey(PartName(request.name, 0)) != nullptr) {
    return TfValueError(
               "No partitioner was provided, but a partitioned version of the variable was "
               "found: " +
               PartName(request.name, 0))
        .WithHint("another get_variable made parts of '" + request.name +
                  "'; give one another name, or the same partitioner");
  }
  THAW_ASSIGN_OR_RETURN(Variable* const variable,
                        GetSingle(table, {request, request.name, request.shape, std::nullopt}));
  return GotVariable{variable, nullptr};
}

}  // namespace

Result<GotVariable> GetVariableIn(VariableTable& table, const VariableRequest& request) {
  Result<GotVariable> got = Get(table, request);
  if (!got.ok()) return got.status().WithVariable(request.name);
  return got;
}

Result<Variable*> MakePlainVariable(VariableTable& table, const std::string& name_scope,
                                    const PlainVariableRequest& request) {
  NewVariable made;
  made.variable.name = request.name;
  made.variable.made_by = MadeBy::kVariable;
  made.variable.use_resource = request.use_resource.value_or(false);
  made.variable.trainable = request.trainable;
  made.name_scope = name_scope;
  made.wanted_op_name = request.name;
  made.explicit_op_name = request.op_name;
  made.declared = request.shape;
  made.validate_shape = request.validate_shape;
  const bool is_value = request.initial_value.value() != nullptr;
  made.inner_ops = made.variable.use_resource ? InnerOps::kResource
                   : is_value                 ? InnerOps::kRefValue
                                              : InnerOps::kRefFunction;
  made.initial_value = [&]() -> Result<InitialValue> {
    const auto& initial = request.initial_value.initializer;
    if (is_value) return FromArray(std::get<ArrayValue>(initial));
    if (const auto* function = std::get_if<InitializerFunction>(&initial)) {
      THAW_ASSIGN_OR_RETURN(const ArrayValue value, function->make_value());
      return FromArray(value);
    }
    return InitialValue{std::get<Initializer>(initial), request.dtype.value_or(DType::kFloat32),
                        request.shape.value_or(Shape())};
  };
  return MakeVariable(table, std::move(made));
}

}  // namespace thaw
