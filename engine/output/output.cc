#include "engine/output/output.h"

namespace thaw {

Result<std::uint64_t> ArrayBytes(const ArraySpec& array) {
  if (!IsFixedSize(array.dtype)) {
    return InvalidArgumentError("elements of dtype " + std::string(DTypeName(array.dtype)) +
                                " have no fixed size");
  }
  const std::optional<std::int64_t> elements = NumElements(array.shape);
  std::uint64_t bytes;
  if (!elements ||
      !CheckedMul(static_cast<std::uint64_t>(*elements), ElementSize(array.dtype), &bytes) ||
      bytes > INT64_MAX) {
    return InvalidArgumentError("an array of shape " + ShapeToString(array.shape) +
                                " is too large");
  }
  return bytes;
}

}  // namespace thaw
