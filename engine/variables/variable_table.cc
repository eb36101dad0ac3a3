#include "engine/variables/variable_table.h"

#include <utility>

namespace thaw {

Variable* VariableTable::Add(Variable variable) {
  Variable* added = &owned_.emplace_back(std::move(variable));
  in_order_.push_back(added);
  by_op_name_.emplace(added->op_name, added);
  if (added->in_store()) by_key_.emplace(added->key, added);
  return added;
}

PartitionedVariable* VariableTable::AddPartitioned(PartitionedVariable variable) {
  PartitionedVariable* added = &partitioned_.emplace_back(std::move(variable));
  partitioned_by_name_.emplace(added->name, added);
  return added;
}

std::vector<std::string_view> VariableTable::keys() const {
  std::vector<std::string_view> keys;
  keys.reserve(by_key_.size());
  for (const auto& [key, variable] : by_key_) keys.push_back(key);
  return keys;
}

Variable* VariableTable::FindKey(std::string_view key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : found->second;
}

Variable* VariableTable::FindOpName(std::string_view op_name) const {
  const auto found = by_op_name_.find(std::string(op_name));
  return found == by_op_name_.end() ? nullptr : found->second;
}

PartitionedVariable* VariableTable::FindPartitioned(std::string_view name) const {
  const auto found = partitioned_by_name_.find(name);
  return found == partitioned_by_name_.end() ? nullptr : found->second;
}

}  // namespace thaw
