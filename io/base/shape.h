// Shape: the dimensions of a tensor.
//
// Role in the flow: vocabulary. Dimensions are in row-major order, outermost first; a scalar has
// none. Partially known shapes exist only for variables (kUnknownDim); stored tensors never have
// them.

#ifndef THAW_IO_BASE_SHAPE_H_
#define THAW_IO_BASE_SHAPE_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace thaw {

using Dims = std::span<const std::int64_t>;
using Shape = std::vector<std::int64_t>;

// A dimension of a variable that is not known before it is initialised.
inline constexpr std::int64_t kUnknownDim = -1;

// TensorShape::MaxDimensions() in TensorFlow.
inline constexpr std::size_t kMaxRank = 254;

// The product of the dimensions (1 for a scalar). nullopt when a dimension is negative or the
// product leaves int64. Untrusted input: yes.
std::optional<std::int64_t> NumElements(Dims dims);

// "[10,20]": TensorFlow's C++ form. Unknown dimensions print as "?".
std::string ShapeToString(Dims dims);
// "(10, 20)": the form of TensorFlow's Python messages. Unknown dimensions print as "None".
std::string ShapeToTuple(Dims dims);
// "[10, 20]": a Python list.
std::string ShapeToList(Dims dims);

// TensorShape.is_compatible_with: same rank, and each pair of dimensions equal or one unknown.
bool ShapesCompatible(Dims a, Dims b);

}  // namespace thaw

#endif  // THAW_IO_BASE_SHAPE_H_
