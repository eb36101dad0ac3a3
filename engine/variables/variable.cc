#include "engine/variables/variable.h"

#include <algorithm>

namespace thaw {

std::string_view AssignmentRuleName(AssignmentRule rule) {
  switch (rule) {
    case AssignmentRule::kScope:
      return "scope";
    case AssignmentRule::kName:
      return "name";
    case AssignmentRule::kObject:
      return "object";
    case AssignmentRule::kSaver:
      return "saver";
  }
  return "";
}

// variable_ops: the kernel of VariableV2 takes a shape attribute that has every dimension.
Status CheckCanHoldValue(const Variable& variable) {
  if (variable.use_resource || !variable.static_shape) return Status();
  const Shape& shape = *variable.static_shape;
  if (std::find(shape.begin(), shape.end(), kUnknownDim) == shape.end()) return Status();
  return InvalidArgumentError(
             "Shape " + ShapeToString(shape) + " of variable '" + variable.op_name +
             "' is not fully defined: a reference variable can hold no value of it")
      .WithHint("make it with use_resource=True, or without unknown dimensions");
}

}  // namespace thaw
