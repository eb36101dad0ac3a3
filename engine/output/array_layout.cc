#include "engine/output/array_layout.h"

#include <set>
#include <string_view>
#include <utility>

namespace thaw {

Status ArrayLayout::Declare(std::span<const ArraySpec> arrays, WhyNotFn why_not) {
  if (std::exchange(is_declared_, true)) return FailedPreconditionError("arrays declared twice");
  std::set<std::string_view> names;
  for (const ArraySpec& array : arrays) {
    if (!names.insert(array.name).second) {
      return InvalidArgumentError("two arrays of one name").WithTensor(array.name);
    }
    std::string why = why_not(array);
    if (!why.empty()) {
      skipped_.push_back({array.name, std::move(why)});
      place_of_.push_back(kSkipped);
      continue;
    }
    Result<std::uint64_t> bytes = ArrayBytes(array);
    if (!bytes.ok()) return bytes.status().WithTensor(array.name);
    place_of_.push_back(placed_.size());
    placed_.push_back({.spec = array, .bytes = *bytes});
  }
  return Status();
}

Result<PlacedArray*> ArrayLayout::Take(std::size_t index, std::uint64_t bytes) {
  if (!is_declared_) return FailedPreconditionError("written before it was declared");
  if (index >= place_of_.size()) return InvalidArgumentError("no array of that number");
  if (place_of_[index] == kSkipped) return nullptr;
  PlacedArray* array = &placed_[place_of_[index]];
  if (bytes != array->bytes) {
    return InvalidArgumentError("was declared with " + std::to_string(array->bytes) +
                                " bytes and given with " + std::to_string(bytes))
        .WithTensor(array->spec.name);
  }
  array->is_written = true;
  return array;
}

Status ArrayLayout::CheckComplete() const {
  if (!is_declared_) return FailedPreconditionError("nothing was declared");
  for (const PlacedArray& array : placed_) {
    if (!array.is_written) {
      return FailedPreconditionError("the array was declared and not written")
          .WithTensor(array.spec.name);
    }
  }
  return Status();
}

}  // namespace thaw
