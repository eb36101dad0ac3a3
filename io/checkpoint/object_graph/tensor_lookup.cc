#include "io/checkpoint/object_graph/tensor_lookup.h"

#include <algorithm>
#include <vector>

#include "io/base/nearest_names.h"
#include "io/checkpoint/object_graph/object_graph.h"

namespace thaw {
namespace {

// So many keys of an ambiguous name are named.
constexpr std::size_t kMaxKeysNamed = 3;

std::string AmbiguousHint(std::string_view name, const std::vector<std::string_view>& keys) {
  std::string text = std::to_string(keys.size()) + " tensors have the full name '" +
                     std::string(name) + "'; write the key of one: ";
  for (std::size_t i = 0; i < keys.size() && i < kMaxKeysNamed; ++i) {
    text += (i == 0 ? "'" : ", '") + std::string(keys[i]) + "'";
  }
  return keys.size() > kMaxKeysNamed ? text + ", …" : text;
}

TensorLookup FindInGraph(const CheckpointReader& reader, const ObjectGraph& graph,
                         std::string_view name) {
  TensorLookup lookup;
  const std::vector<std::string_view> keys =
      name.empty() ? std::vector<std::string_view>() : graph.KeysOfFullName(name);
  if (keys.size() == 1) {
    lookup.form = NameForm::kFullName;
    lookup.index = reader.Find(keys.front());
    if (lookup.index) return lookup;
  }
  lookup.form = NameForm::kObjectPath;
  lookup.index = reader.Find(std::string(name) + std::string(kVariableValueSuffix));
  if (!lookup.index) {
    if (const auto key = graph.KeyOfPath(name)) lookup.index = reader.Find(*key);
  }
  if (!lookup.index && keys.size() > 1) lookup.hint = AmbiguousHint(name, keys);
  return lookup;
}

}  // namespace

std::string_view NameFormName(NameForm form) {
  switch (form) {
    case NameForm::kKey:
      return "key";
    case NameForm::kFullName:
      return "full name";
    case NameForm::kObjectPath:
      return "object path";
  }
  return "";
}

TensorLookup FindTensor(const CheckpointReader& reader, std::string_view name) {
  TensorLookup lookup;
  lookup.index = reader.Find(name);
  if (lookup.index) return lookup;
  const Result<const ObjectGraph*> graph = reader.object_graph();
  if (!graph.ok()) {
    lookup.graph_status = graph.status();
    lookup.hint =
        "the object graph, which knows other names, cannot be read: " + graph.status().message();
    return lookup;
  }
  return *graph == nullptr ? lookup : FindInGraph(reader, **graph, name);
}

std::vector<std::string> NearestTensorNames(const CheckpointReader& reader, std::string_view name,
                                            std::size_t max) {
  std::vector<std::string_view> names;
  names.reserve(reader.num_tensors());
  for (std::size_t i = 0; i < reader.num_tensors(); ++i) names.push_back(reader.tensor(i).name);
  if (const auto graph = reader.object_graph(); graph.ok() && *graph != nullptr) {
    for (std::size_t i = 0; i < reader.num_tensors(); ++i) {
      if (!names[i].ends_with(kVariableValueSuffix)) continue;
      names.push_back(names[i].substr(0, names[i].size() - kVariableValueSuffix.size()));
    }
    for (const std::string_view full_name : (*graph)->FullNames()) {
      if (FindTensor(reader, full_name).index) names.push_back(full_name);
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
  }
  return NearestNames(name, names, max);
}

std::string MissingTensorHint(const CheckpointReader& reader, std::string_view name) {
  const TensorLookup lookup = FindTensor(reader, name);
  return lookup.hint.empty() ? DidYouMean(NearestTensorNames(reader, name)) : lookup.hint;
}

}  // namespace thaw
