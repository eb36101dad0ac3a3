#include "engine/assign/tensor_hints.h"

#include "io/base/nearest_names.h"
#include "io/checkpoint/object_graph/tensor_lookup.h"

namespace thaw {

bool TensorHints::Has(std::string_view name) const {
  return FindTensor(checkpoint_, name).index.has_value();
}

std::vector<std::string> TensorHints::Nearest(std::string_view name, std::size_t max) {
  if (num_searches_ == kMaxSearches) return {};
  ++num_searches_;
  return NearestTensorNames(checkpoint_, name, max);
}

std::string TensorHints::DidYouMeanTensor(std::string_view name) {
  const std::string hint = FindTensor(checkpoint_, name).hint;
  return hint.empty() ? DidYouMean(Nearest(name)) : hint;
}

std::string ScopeThatFits(const CheckpointReader& checkpoint, std::string_view key,
                          std::string_view variable) {
  const std::string prefix(key == "/" ? "" : key);
  const auto has = [&](std::string_view rest) {
    return FindTensor(checkpoint, prefix + std::string(rest)).index.has_value();
  };
  if (has(variable)) return "/";
  for (std::size_t slash = variable.find('/'); slash != std::string_view::npos;
       slash = variable.find('/', slash + 1)) {
    if (has(variable.substr(slash + 1))) return std::string(variable.substr(0, slash + 1));
  }
  return "";
}

}  // namespace thaw
