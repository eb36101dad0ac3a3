// InitializerArgument: what a program may give get_variable as an initializer.
//
// Role in the flow: from the caller, or a variable scope's default, to the getter, which turns it
// into the Initializer that the new variable keeps.

#ifndef THAW_ENGINE_VARIABLES_INITIALIZERS_INITIALIZER_ARGUMENT_H_
#define THAW_ENGINE_VARIABLES_INITIALIZERS_INITIALIZER_ARGUMENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <variant>
#include <vector>

#include "engine/variables/initializers/array_value.h"
#include "engine/variables/initializers/initializer.h"
#include "io/base/dtype.h"
#include "io/base/result.h"
#include "io/base/shape.h"

namespace thaw {

// Where a part lies in its partitioned variable.
struct PartitionInfo {
  Shape full_shape;
  std::vector<std::int64_t> offset;
};

// A function that is called once, when the variable is made. Its errors are handed on as they are.
struct InitializerFunction {
  // For a shape that is fully defined. `part`: nullptr for a whole variable.
  std::function<Result<Initializer>(const Shape& shape, DType dtype, const PartitionInfo* part)>
      make;
  // Without arguments, where no shape is known; empty when the function needs some.
  std::function<Result<ArrayValue>()> make_value;
};

struct InitializerArgument {
  // A value brings its shape and dtype; an initializer and a function need both.
  std::variant<ArrayValue, Initializer, InitializerFunction> initializer = ZerosInitializer{};
  // The object of another language that this one stands for; handed back, never looked at.
  std::shared_ptr<const void> origin;

  const ArrayValue* value() const { return std::get_if<ArrayValue>(&initializer); }
};

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_INITIALIZERS_INITIALIZER_ARGUMENT_H_
