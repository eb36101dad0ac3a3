#include "engine/assign/saver_keys.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "engine/assign/tensor_hints.h"

namespace thaw {
namespace {

// One key of a Saver: a whole variable, or the parts of one.
struct SaverEntry {
  std::vector<Variable*> variables;
  bool is_sliced = false;
};

// Python's order of `variable.name`, which ends in ":0".
std::vector<Variable*> SortedByName(const VariableStore& store) {
  std::vector<std::pair<std::string, Variable*>> named;
  for (Variable* variable : store.variables())
    named.emplace_back(variable->op_name + ":0", variable);
  std::sort(named.begin(), named.end());
  std::vector<Variable*> sorted;
  for (const auto& [name, variable] : named) sorted.push_back(variable);
  return sorted;
}

Status SameKey(std::string what, const Variable& variable) {
  return InvalidArgumentError(std::move(what))
      .WithTfClass("ValueError")
      .WithHint("a Saver knows a variable by its op name and parts by their full name; rename '" +
                variable.op_name + "'");
}

// saveable_object_util.py: op_list_to_dict.
Result<std::map<std::string, SaverEntry>> GroupByKey(const VariableStore& store) {
  std::map<std::string, SaverEntry> by_key;
  for (Variable* variable : SortedByName(store)) {
    const bool is_part = variable->slice_info.has_value();
    const std::string& key = is_part ? variable->slice_info->full_name : variable->op_name;
    const auto [entry, is_new] = by_key.try_emplace(key);
    if (!is_new && !is_part) {
      return SameKey("At least two variables have the same name: " + key, *variable);
    }
    if (!is_new && !entry->second.is_sliced) {
      return SameKey("Mixing slices and non-slices with the same name: " + key, *variable);
    }
    entry->second.is_sliced = is_part;
    entry->second.variables.push_back(variable);
  }
  return by_key;
}

Status KeyNotFound(const CheckpointReader& checkpoint, const std::string& key) {
  return NotFoundError("Key " + key + " not found in checkpoint")
      .WithFile(checkpoint.prefix())
      .WithTensor(key)
      .WithHint(TensorHints(checkpoint).DidYouMeanTensor(key));
}

}  // namespace

Result<std::vector<Assignment>> SaverAssignments(
    const std::shared_ptr<const CheckpointReader>& checkpoint, const VariableStore& store) {
  if (store.variables().empty()) {
    return InvalidArgumentError("No variables to save: the model has none")
        .WithTfClass("ValueError");
  }
  THAW_ASSIGN_OR_RETURN(const auto by_key, GroupByKey(store));
  std::vector<Assignment> assignments;
  for (const auto& [key, entry] : by_key) {
    if (!checkpoint->Find(key)) return KeyNotFound(*checkpoint, key);
    for (Variable* variable : entry.variables) {
      CheckpointSource source;
      source.checkpoint = checkpoint;
      source.tensor = key;
      if (entry.is_sliced) source.slice_spec = variable->slice_info->spec();
      source.rule = AssignmentRule::kSaver;
      assignments.push_back({variable, std::move(source), 0});
    }
  }
  return assignments;
}

}  // namespace thaw
