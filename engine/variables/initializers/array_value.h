// ArrayValue: a tensor's value in host memory.
//
// Role in the flow: what a program hands over as an initial value. Initializers share it; parts of
// a partitioned variable cut it. It knows no variable.

#ifndef THAW_ENGINE_VARIABLES_INITIALIZERS_ARRAY_VALUE_H_
#define THAW_ENGINE_VARIABLES_INITIALIZERS_ARRAY_VALUE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "io/base/dtype.h"
#include "io/base/shape.h"

namespace thaw {

// Row-major elements in host order. Immutable, so that copies share the memory.
struct ArrayValue {
  DType dtype = DType::kFloat32;
  Shape shape;
  // elements × width bytes; unused for strings.
  std::shared_ptr<const std::vector<std::byte>> bytes;
  // One per element of a string array; unused otherwise.
  std::shared_ptr<const std::vector<std::string>> strings;
};

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_INITIALIZERS_ARRAY_VALUE_H_
