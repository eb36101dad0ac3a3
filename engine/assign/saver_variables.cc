#include "engine/assign/saver_variables.h"

#include <algorithm>
#include <map>
#include <set>

namespace thaw {
namespace {

// What stands under one key before the parts are looked at.
using KeyedValues = std::map<std::string, SaverValue>;

// Python's `x.name`, by which a list is sorted.
std::string PythonName(const SaverValue& value) {
  return value.kind == SaverValue::Kind::kPartitioned ? value.name
                                                      : value.variables.front()->OutputName();
}

Status SameName(const std::string& what, const std::string& key, const SaverValue& value) {
  return TfValueError(what + ": " + key)
      .WithVariable(value.variables.front()->op_name)
      .WithHint("a Saver knows a variable by its op name and parts by their full name; give it a " +
                std::string("map with another name for '") + PythonName(value) + "'");
}

// Adds one value of a list under the key that it has by itself.
Status AddByOwnName(const SaverValue& value, KeyedValues* by_key) {
  if (value.kind == SaverValue::Kind::kPartitioned) {
    const bool is_new = by_key->emplace(value.name, value).second;
    return is_new ? Status()
                  : SameName("At least two variables have the same name", value.name, value);
  }
  Variable* variable = value.variables.front();
  if (!variable->slice_info) {
    const bool is_new = by_key->emplace(variable->op_name, value).second;
    return is_new ? Status()
                  : SameName("At least two variables have the same name", variable->op_name, value);
  }
  const std::string& full_name = variable->slice_info->full_name;
  const auto [entry, is_new] =
      by_key->try_emplace(full_name, SaverValue{SaverValue::Kind::kParts, "", {}});
  if (entry->second.kind != SaverValue::Kind::kParts) {
    return SameName("Mixing slices and non-slices with the same name", full_name, value);
  }
  entry->second.variables.push_back(variable);
  return Status();
}

Result<KeyedValues> ByKey(const SaverVarList& var_list) {
  KeyedValues by_key;
  if (var_list.has_names) {
    for (const auto& [name, value] : var_list.values) by_key.insert_or_assign(name, value);
    return by_key;
  }
  std::vector<SaverValue> values;
  for (const auto& [name, value] : var_list.values) values.push_back(value);
  std::stable_sort(values.begin(), values.end(), [](const SaverValue& a, const SaverValue& b) {
    return PythonName(a) < PythonName(b);
  });
  for (const SaverValue& value : values) THAW_RETURN_IF_ERROR(AddByOwnName(value, &by_key));
  return by_key;
}

// Whether `variable` may follow `first` among the parts of one key.
Status CheckPart(const Variable& variable, const Variable& first) {
  if (!variable.slice_info) {
    return TfValueError("Slices must all be slices, and '" + variable.op_name +
                        "' is a whole variable")
        .WithVariable(variable.op_name)
        .WithHint("give the variable itself, not a list that holds it");
  }
  const std::string& expected = first.slice_info->full_name;
  if (variable.slice_info->full_name == expected) return Status();
  return TfValueError("Slices must all be from the same tensor: " + expected + " != " +
                      variable.slice_info->full_name + " (part '" + variable.op_name + "')")
      .WithVariable(variable.op_name);
}

}  // namespace

SaverVarList DefaultSaverVariables(const VariableStore& store) {
  SaverVarList list;
  for (Variable* variable : store.variables(VariableGroup::kGlobal)) {
    list.values.push_back({"", {SaverValue::Kind::kVariable, "", {variable}}});
  }
  return list;
}

Result<std::vector<SaverItem>> ResolveSaverVariables(const SaverVarList& var_list) {
  if (var_list.values.empty()) return TfValueError("No variables to save");
  THAW_ASSIGN_OR_RETURN(const KeyedValues by_key, ByKey(var_list));
  std::vector<SaverItem> items;
  // TensorFlow tells a part that is taken as a tensor of its own from the same part as a slice.
  std::set<std::pair<const Variable*, bool>> seen;
  for (const auto& [key, value] : by_key) {
    const bool is_slice = value.kind != SaverValue::Kind::kVariable;
    for (Variable* variable : value.variables) {
      if (is_slice) THAW_RETURN_IF_ERROR(CheckPart(*variable, *value.variables.front()));
      if (!seen.insert({variable, is_slice}).second) {
        return TfValueError("The same variable will be restored with two names: '" +
                            variable->op_name + "', the second time as " + key)
            .WithVariable(variable->op_name);
      }
      items.push_back({key, variable, is_slice});
    }
  }
  if (items.empty()) return TfValueError("No variables to save: the lists of parts are empty");
  return items;
}

}  // namespace thaw
