#include "engine/assign/tensor_hints.h"

#include "io/base/nearest_names.h"

namespace thaw {

std::vector<std::string> TensorHints::Nearest(std::string_view name, std::size_t max) {
  if (num_searches_ == kMaxSearches) return {};
  ++num_searches_;
  return NearestNames(
      name, checkpoint_.num_tensors(),
      [this](std::size_t index) { return checkpoint_.tensor(index).name; }, max);
}

std::string TensorHints::DidYouMeanTensor(std::string_view name) {
  return DidYouMean(Nearest(name));
}

}  // namespace thaw
