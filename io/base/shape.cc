#include "io/base/shape.h"

namespace thaw {
namespace {

std::string Join(Dims dims, std::string_view separator, std::string_view unknown) {
  std::string text;
  for (std::size_t i = 0; i < dims.size(); ++i) {
    if (i > 0) text += separator;
    if (dims[i] == kUnknownDim) {
      text += unknown;
    } else {
      text += std::to_string(dims[i]);
    }
  }
  return text;
}

}  // namespace

std::optional<std::int64_t> NumElements(Dims dims) {
  // From left to right as TensorFlow multiplies: a zero hides an overflow only after it.
  std::int64_t product = 1;
  for (const std::int64_t dim : dims) {
    if (dim < 0 || __builtin_mul_overflow(product, dim, &product)) return std::nullopt;
  }
  return product;
}

std::string ShapeToString(Dims dims) { return "[" + Join(dims, ",", "?") + "]"; }

std::string ShapeToTuple(Dims dims) {
  return "(" + Join(dims, ", ", "None") + (dims.size() == 1 ? ",)" : ")");
}

std::string ShapeToList(Dims dims) { return "[" + Join(dims, ", ", "None") + "]"; }

bool ShapesCompatible(Dims a, Dims b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && a[i] != kUnknownDim && b[i] != kUnknownDim) return false;
  }
  return true;
}

}  // namespace thaw
