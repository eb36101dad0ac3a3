#include "engine/assign/assignment_map.h"

namespace thaw {

AssignmentMap::AssignmentMap(std::initializer_list<std::pair<std::string, std::string>> names) {
  for (const auto& [key, name] : names) Add(key, name);
}

void AssignmentMap::Add(std::string key, std::string name_or_scope) {
  entries_.push_back({std::move(key), {MapValue::Kind::kName, std::move(name_or_scope), {}}});
}

void AssignmentMap::AddVariable(std::string key, std::string op_name) {
  entries_.push_back({std::move(key), {MapValue::Kind::kVariable, std::move(op_name), {}}});
}

void AssignmentMap::AddParts(std::string key, std::vector<std::string> op_names) {
  entries_.push_back({std::move(key), {MapValue::Kind::kVariables, {}, std::move(op_names)}});
}

}  // namespace thaw
