#include "io/checkpoint/safetensors/safetensors_index.h"

#include <utility>

#include "io/json/json_document.h"

namespace thaw {
namespace {

// "part-1.safetensors", "parts/1.safetensors"; not "/x", "a/../x", "./x", "a//x".
bool StaysBelow(std::string_view path) {
  if (path.find('\0') != std::string_view::npos) return false;
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string_view component = path.substr(0, slash);
    if (component.empty() || component == "." || component == "..") return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

Status CheckFileName(const std::string& name, const JsonNode& file) {
  if (!file.is(JsonNode::Kind::kString)) {
    return DataLossError("weight_map: a file name is expected, not " +
                         std::string(JsonKindName(file.kind)))
        .WithTensor(name);
  }
  if (name.empty()) return DataLossError("weight_map: a tensor with an empty name");
  if (!StaysBelow(file.text)) {
    return DataLossError("weight_map: the file '" + file.text +
                         "' does not lie below the folder of the index")
        .WithTensor(name);
  }
  return Status();
}

Result<SafetensorsIndex> ReadWeightMap(const JsonNode& root) {
  const JsonNode* weight_map = FindMember(root, "weight_map");
  if (weight_map == nullptr) return DataLossError("no weight_map");
  if (!weight_map->is(JsonNode::Kind::kObject)) {
    return DataLossError("weight_map: an object is expected, not " +
                         std::string(JsonKindName(weight_map->kind)));
  }
  std::map<std::string_view, std::uint32_t> numbers;
  for (std::size_t i = 0; i < weight_map->keys.size(); ++i) {
    THAW_RETURN_IF_ERROR(CheckFileName(weight_map->keys[i], weight_map->items[i]));
    numbers.try_emplace(weight_map->items[i].text, 0);
  }
  if (numbers.size() > kMaxSafetensorsFiles) {
    return UnimplementedError("weight_map names " + std::to_string(numbers.size()) +
                              " files; at most " + std::to_string(kMaxSafetensorsFiles) +
                              " are read");
  }
  SafetensorsIndex index;
  for (auto& [file, number] : numbers) {
    number = static_cast<std::uint32_t>(index.files.size());
    index.files.emplace_back(file);
  }
  for (std::size_t i = 0; i < weight_map->keys.size(); ++i) {
    index.file_of.emplace(weight_map->keys[i], numbers[weight_map->items[i].text]);
  }
  return index;
}

}  // namespace

Result<SafetensorsIndex> ParseSafetensorsIndex(std::string_view text, std::string_view file_name) {
  const Result<JsonNode> root = ParseJson(text, file_name);
  if (!root.ok()) {
    const Status status = root.status();
    if (status.code() != StatusCode::kInvalidArgument) return status;
    return DataLossError(status.what()).WithFile(file_name);
  }
  if (!root->is(JsonNode::Kind::kObject)) {
    return DataLossError("an object is expected, not " + std::string(JsonKindName(root->kind)))
        .WithFile(file_name);
  }
  Result<SafetensorsIndex> index = ReadWeightMap(*root);
  return index.ok() ? std::move(index) : index.status().WithFile(file_name);
}

}  // namespace thaw
