#include "engine/assign/map_file.h"

#include <string>
#include <utility>
#include <vector>

#include "io/base/nearest_names.h"
#include "io/json/json_document.h"

namespace thaw {
namespace {

using JsonKind = JsonNode::Kind;

// Reads one map; holds what every step needs for its messages.
class MapReader {
 public:
  MapReader(std::string_view file_name, const VariableStore& store)
      : file_name_(file_name), store_(store) {}

  Result<AssignmentMap> Read(const JsonNode& root) {
    if (root.is(JsonKind::kObject)) {
      for (std::size_t i = 0; i < root.items.size(); ++i) {
        THAW_RETURN_IF_ERROR(ReadValue(root.keys[i], root.items[i], EntryField(root.keys[i])));
      }
      return std::move(map_);
    }
    if (!root.is(JsonKind::kArray)) return Expected(root, "", "an object or a list of pairs");
    for (std::size_t i = 0; i < root.items.size(); ++i) {
      THAW_RETURN_IF_ERROR(ReadPair(root.items[i], JsonElement("", i)));
    }
    return std::move(map_);
  }

 private:
  static std::string EntryField(std::string_view key) { return "[\"" + std::string(key) + "\"]"; }

  Status Error(const JsonNode& node, std::string_view field, std::string_view what) const {
    return JsonError(file_name_, node.line, field, what);
  }
  Status Expected(const JsonNode& node, std::string_view field, std::string_view what) const {
    return Error(
        node, field,
        "expected " + std::string(what) + ", found " + std::string(JsonKindName(node.kind)));
  }

  Status ReadPair(const JsonNode& pair, const std::string& field) {
    if (!pair.is(JsonKind::kArray)) return Expected(pair, field, "a pair [key, value]");
    if (pair.items.size() != 2) {
      return Error(
          pair, field,
          "a pair [key, value] has 2 elements, this list " + std::to_string(pair.items.size()));
    }
    const JsonNode& key = pair.items[0];
    if (!key.is(JsonKind::kString)) return Expected(key, JsonElement(field, 0), "a string");
    return ReadValue(key.text, pair.items[1], JsonElement(field, 1));
  }

  Status ReadValue(const std::string& key, const JsonNode& value, const std::string& field) {
    if (value.is(JsonKind::kString)) {
      map_.Add(key, value.text);
      return Status();
    }
    if (value.is(JsonKind::kObject) && value.keys.size() == 1) {
      const std::string member = JsonMember(field, value.keys[0]);
      if (value.keys[0] == "variable") return ReadVariable(key, value.items[0], member);
      if (value.keys[0] == "variables") return ReadParts(key, value.items[0], member);
    }
    return Error(value, field,
                 "a value is a variable or scope name, {\"variable\": OP_NAME}, or "
                 "{\"variables\": [OP_NAME, …]}");
  }

  Status ReadVariable(const std::string& key, const JsonNode& node, const std::string& field) {
    THAW_RETURN_IF_ERROR(CheckOpName(node, field));
    map_.AddVariable(key, node.text);
    return Status();
  }

  Status ReadParts(const std::string& key, const JsonNode& node, const std::string& field) {
    if (!node.is(JsonKind::kArray)) return Expected(node, field, "a list of op names");
    std::vector<std::string> op_names;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      THAW_RETURN_IF_ERROR(CheckOpName(node.items[i], JsonElement(field, i)));
      op_names.push_back(node.items[i].text);
    }
    map_.AddParts(key, std::move(op_names));
    return Status();
  }

  Status CheckOpName(const JsonNode& node, const std::string& field) const {
    if (!node.is(JsonKind::kString)) return Expected(node, field, "a string");
    if (store_.FindOpName(node.text) != nullptr) return Status();
    return Error(node, field, "the model has no variable with the op name '" + node.text + "'")
        .WithHint(HintFor(node.text));
  }

  // What somebody may have meant by an op name that is not there.
  std::string HintFor(const std::string& op_name) const {
    if (op_name.ends_with(":0") &&
        store_.FindOpName(op_name.substr(0, op_name.size() - 2)) != nullptr) {
      return "op names have no \":0\" here; write \"" + op_name.substr(0, op_name.size() - 2) +
             "\"";
    }
    std::string parts;
    std::vector<std::string_view> op_names;
    for (const Variable* variable : store_.variables()) {
      op_names.push_back(variable->op_name);
      if (variable->slice_info && variable->slice_info->full_name == op_name) {
        parts += (parts.empty() ? "\"" : ", \"") + variable->op_name + "\"";
      }
    }
    if (!parts.empty()) {
      return "'" + op_name + "' is partitioned; write {\"variables\": [" + parts + "]}";
    }
    return DidYouMean(NearestNames(op_name, op_names));
  }

  std::string_view file_name_;
  const VariableStore& store_;
  AssignmentMap map_;
};

}  // namespace

Result<AssignmentMap> ParseMap(std::string_view text, std::string_view file_name,
                               const VariableStore& store) {
  THAW_ASSIGN_OR_RETURN(const JsonNode root, ParseJson(text, file_name));
  return MapReader(file_name, store).Read(root);
}

}  // namespace thaw
