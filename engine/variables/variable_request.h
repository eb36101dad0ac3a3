// VariableRequest: the arguments of get_variable and of Variable.
//
// Role in the flow: from the caller, completed by the current scope, to the getter. Plain data.

#ifndef THAW_ENGINE_VARIABLES_VARIABLE_REQUEST_H_
#define THAW_ENGINE_VARIABLES_VARIABLE_REQUEST_H_

#include <functional>
#include <optional>
#include <string>

#include "engine/variables/initializers/initializer_argument.h"
#include "engine/variables/partitioning/partitioner.h"
#include "engine/variables/scopes/variable_scope.h"
#include "engine/variables/variable.h"
#include "io/base/dtype.h"
#include "io/base/result.h"
#include "io/base/shape.h"

namespace thaw {

// tf.compat.v1.get_variable.
struct VariableRequest {
  std::string name;            // below the current scope; absolute once completed
  std::optional<Shape> shape;  // kUnknownDim for unknown dimensions; nullopt: not given
  std::optional<DType> dtype;
  std::optional<InitializerArgument> initializer;
  std::optional<Partitioner> partitioner;
  std::optional<bool> use_resource;
  Reuse reuse = Reuse::kDefault;
  bool is_local = false;
  bool trainable = true;
  std::string op_name;  // overrides the name that TensorFlow would make unique
  // Told of each variable that is made, after it is in the store; not of those that exist.
  std::function<Status(Variable&)> on_made;
};

// tf.compat.v1.Variable with its initial value.
struct PlainVariableRequest {
  std::string name = "Variable";  // below the current name scope
  InitializerArgument initial_value;
  std::optional<DType> dtype;  // of a function's or an initializer's values; a value has its own
  std::optional<Shape> shape;
  bool validate_shape = true;
  std::optional<bool> use_resource;  // nullopt: the variable scope's setting, or false
  bool trainable = true;
  std::string op_name;  // overrides the name that TensorFlow would make unique
};

// What the current scope adds: its name in front, and its settings where the call gives none.
// Errors: InvalidArgument (ValueError)  a value's dtype is not the dtype that the call gives.
Result<VariableRequest> CompleteRequest(const VariableScope& scope, VariableRequest request);

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_VARIABLE_REQUEST_H_
