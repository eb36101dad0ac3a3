#include "engine/variables/variable_maker.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace thaw {
namespace {

// A seed for a variable that was given none: 64-bit FNV-1a of its name, never 0.
std::uint64_t SeedOf(std::string_view name) {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  }
  return hash | 1;
}

void GiveSeed(Initializer* initializer, std::string_view name) {
  std::visit(
      [&](auto& value) {
        if constexpr (requires { value.seed; }) {
          if (value.seed == 0) value.seed = SeedOf(name);
        }
      },
      *initializer);
}

// The op name, or where a resource variable's shape is checked before its op exists, the name only.
Result<std::string> ChooseOpName(OpNames& op_names, const NewVariable& made) {
  if (!made.explicit_op_name.empty()) return made.explicit_op_name;
  if (!made.wanted_op_name.empty()) {
    return op_names.OpenScope(made.name_scope, made.wanted_op_name);
  }
  // An empty name leads to the root, where the op is called after its type.
  return op_names.OpenScope("", made.variable.use_resource ? "VarHandleOp" : "VariableV2");
}

Status TakeOpName(OpNames& op_names, const NewVariable& made, const std::string& op_name) {
  return made.explicit_op_name.empty() ? op_names.Take(op_name, made.inner_ops)
                                       : op_names.ClaimExactly(op_name);
}

Status CheckShape(const NewVariable& made, const InitialValue& value) {
  // A reference variable takes any shape when it is told not to look.
  if (!made.declared || (!made.validate_shape && !made.variable.use_resource)) return Status();
  if (ShapesCompatible(*made.declared, value.shape)) return Status();
  return TfValueError("Shapes must be equal: '" + made.variable.name + "' is declared as " +
                      ShapeToTuple(*made.declared) + ", its initial value's shape is " +
                      ShapeToTuple(value.shape) + ": not compatible");
}

// Sizes that a variable cannot have; unknown dimensions are for the value to fill.
Status CheckDimensions(const std::string& name, const Shape& shape) {
  const bool has_bad_dim = std::any_of(
      shape.begin(), shape.end(), [](std::int64_t dim) { return dim < 0 && dim != kUnknownDim; });
  const bool is_defined = std::find(shape.begin(), shape.end(), kUnknownDim) == shape.end();
  if (!has_bad_dim && (!is_defined || NumElements(shape))) return Status();
  return TfValueError("'" + name + "' cannot have the shape " + ShapeToTuple(shape));
}

}  // namespace

Result<Variable*> MakeVariable(VariableTable& table, NewVariable made) {
  OpNames& op_names = table.op_names();
  Variable& variable = made.variable;
  THAW_ASSIGN_OR_RETURN(variable.op_name, ChooseOpName(op_names, made));
  THAW_ASSIGN_OR_RETURN(InitialValue value, made.initial_value());
  if (!IsFixedSize(value.dtype) && value.dtype != DType::kString) {
    return TfValueError("'" + variable.name + "': no variable holds dtype " +
                        std::string(DTypeName(value.dtype)));
  }
  THAW_RETURN_IF_ERROR(CheckDimensions(variable.name, value.shape));
  const Shape& full_shape = variable.slice_info ? variable.slice_info->full_shape : value.shape;
  const Status fits = CheckInitializer(value.initializer, value.dtype, value.shape, full_shape);
  if (!fits.ok()) return fits.WithContext("'" + variable.name + "'");
  // TensorFlow compares the shapes before it makes a resource variable's op, but in the assignment
  // to a reference variable, whose op then stays, as does the name of the assignment.
  const Status shapes_fit = CheckShape(made, value);
  if (!shapes_fit.ok()) {
    if (!variable.use_resource) {
      THAW_RETURN_IF_ERROR(op_names.Take(variable.op_name, InnerOps::kNone));
      THAW_RETURN_IF_ERROR(op_names.OpenScope(variable.op_name, "Assign").status());
    }
    return shapes_fit;
  }
  THAW_RETURN_IF_ERROR(TakeOpName(op_names, made, variable.op_name));

  GiveSeed(&value.initializer,
           variable.slice_info ? variable.slice_info->full_name : variable.name);
  variable.dtype = value.dtype;
  variable.initializer = std::move(value.initializer);
  const bool has_any_rank = !made.declared && !made.validate_shape && !variable.use_resource;
  if (!has_any_rank) variable.static_shape = made.declared ? *made.declared : value.shape;
  variable.shape = std::move(value.shape);
  return table.Add(std::move(variable));
}

}  // namespace thaw
