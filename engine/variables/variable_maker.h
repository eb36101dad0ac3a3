// Variable maker: the last step of get_variable and Variable, where a new variable gets its op
// name, its initial value's shape and dtype, and its place in the table.
//
// Role in the flow: under the getter. It knows nothing of reuse or partitioners.

#ifndef THAW_ENGINE_VARIABLES_VARIABLE_MAKER_H_
#define THAW_ENGINE_VARIABLES_VARIABLE_MAKER_H_

#include <functional>
#include <optional>
#include <string>

#include "engine/variables/initializers/initializer.h"
#include "engine/variables/variable.h"
#include "engine/variables/variable_table.h"
#include "io/base/result.h"

namespace thaw {

// What a new variable starts with.
struct InitialValue {
  Initializer initializer = ZerosInitializer{};
  DType dtype = DType::kFloat32;
  // Of the value; with unknown dimensions only where an initializer fills any shape.
  Shape shape;
};

struct NewVariable {
  Variable variable;              // all but op name, dtype, shapes and initializer
  std::string name_scope;         // its op name is below this
  std::string wanted_op_name;     // before it is made unique
  std::string explicit_op_name;   // taken as it is, unless empty
  std::optional<Shape> declared;  // nullopt: that of the value
  bool validate_shape = true;
  InnerOps inner_ops = InnerOps::kNone;
  // Called once, after the name was taken: names stay taken when it fails, as in TensorFlow.
  std::function<Result<InitialValue>()> initial_value;
};

// Errors: InvalidArgument (ValueError)  not a valid name; a dtype that no variable has; an initial
//         value of another shape than declared, or that CheckInitializer refuses.
Result<Variable*> MakeVariable(VariableTable& table, NewVariable made);

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_VARIABLE_MAKER_H_
