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

std::string ScopeThatFits(const CheckpointReader& checkpoint, std::string_view key,
                          std::string_view variable) {
  const std::string prefix(key == "/" ? "" : key);
  const auto has = [&](std::string_view rest) {
    return checkpoint.Find(prefix + std::string(rest)).has_value();
  };
  if (has(variable)) return "/";
  for (std::size_t slash = variable.find('/'); slash != std::string_view::npos;
       slash = variable.find('/', slash + 1)) {
    if (has(variable.substr(slash + 1))) return std::string(variable.substr(0, slash + 1));
  }
  return "";
}

}  // namespace thaw
