#include "engine/assign/explain.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "engine/assign/map_errors.h"
#include "engine/assign/tensor_hints.h"

namespace thaw {
namespace {

using Kind = MapValue::Kind;

std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

// An entry whose value is a scope: it is none of the store's names.
bool IsScopeEntry(const AppliedEntry& entry, const VariableStore& store) {
  const std::string& name = entry.map_value.name;
  return entry.map_value.kind == Kind::kName && entry.map_key.ends_with('/') &&
         store.FindKey(name) == nullptr && store.FindKey(name + "/part_0") == nullptr;
}

// The entry's value stands for the variable: as an object, by its name, or by a scope around it.
bool Covers(const AppliedEntry& entry, bool is_scope, const Variable& variable) {
  const MapValue& value = entry.map_value;
  if (value.kind == Kind::kVariable) return value.name == variable.op_name;
  if (value.kind == Kind::kVariables) {
    return std::find(value.variables.begin(), value.variables.end(), variable.op_name) !=
           value.variables.end();
  }
  if (!variable.in_store()) return false;
  if (value.name == variable.key) return true;
  if (variable.slice_info && value.name == variable.slice_info->full_name) return true;
  if (!is_scope) return false;
  const std::size_t slash = value.name.rfind('/');
  const std::string scope =
      slash == std::string::npos || slash == 0 ? std::string() : value.name.substr(0, slash + 1);
  return variable.key.starts_with(scope);
}

// The name that a map knows the variable by: parts go by their full name.
const std::string& StoreName(const Variable& variable) {
  return variable.slice_info ? variable.slice_info->full_name : variable.key;
}

// Gives one variable its reason and hint.
class KeptExplainer {
 public:
  KeptExplainer(const VariableStore& store, const CheckpointReader& checkpoint)
      : tensors_(checkpoint) {
    for (const AppliedEntry& entry : store.applied_entries()) {
      const bool is_scope = IsScopeEntry(entry, store);
      if (entry.failed) failed_.push_back({&entry, is_scope});
      if (is_scope) scopes_.push_back(&entry);
    }
  }

  void Explain(const Variable& variable, VariableReport* report) {
    for (const auto& [entry, is_scope] : failed_) {
      if (Covers(*entry, is_scope, variable)) {
        report->reason = KeptReason::kOverridden;
        report->hint = "the entry " + EntryText(entry->map_key, entry->map_value) +
                       " that stands for '" + variable.op_name + "' failed; see its error";
        return;
      }
    }
    if (!variable.in_store()) {
      report->reason = KeptReason::kNotInStore;
      report->hint = NotInStoreHint(variable);
    } else if (const AppliedEntry* meant = EntryThatMatchedNothing(variable)) {
      report->reason = KeptReason::kScopeMatchedNothing;
      report->hint = MatchedNothingHint(*meant, variable);
    } else if (!scopes_.empty()) {
      report->reason = KeptReason::kOutsideScope;
      report->hint = OutsideScopeHint(variable);
    } else {
      report->reason = KeptReason::kNoMapEntry;
      report->hint =
          "no entry of the map names '" + StoreName(variable) + "'; " + WriteInstead(variable);
    }
  }

 private:
  // The tensor that is most likely the variable's own; empty when none comes near.
  std::string OwnTensor(std::string_view name) {
    if (tensors_.Has(name)) return std::string(name);
    const std::vector<std::string> near = tensors_.Nearest(name, 1);
    return near.empty() ? std::string() : near[0];
  }

  // The entry to write for the variable, by object or by name.
  std::string WriteInstead(const Variable& variable) {
    const std::string name = variable.in_store() ? StoreName(variable) : variable.op_name;
    const std::string tensor = OwnTensor(name);
    if (tensor.empty()) {
      return "the checkpoint has no tensor of a name like '" + name + "'";
    }
    const MapValue value =
        variable.in_store() ? MapValue{Kind::kName, name, {}} : MapValue{Kind::kVariable, name, {}};
    return "write " + EntryText(tensor, value);
  }

  std::string NotInStoreHint(const Variable& variable) {
    std::string text =
        "'" + variable.op_name + "' was made by Variable: it is not in the variable store";
    if (!scopes_.empty()) {
      text += ", and " + EntryText(scopes_[0]->map_key, scopes_[0]->map_value) +
              " reaches only what get_variable made";
    }
    text += "; " + WriteInstead(variable);
    if (tensors_.Has(variable.op_name)) text += " or restore with --saver";
    return text;
  }

  // A scope S around the variable such that {key: S} would restore it; empty when there is none.
  std::string ScopeThatFits(std::string_view key, const Variable& variable) const {
    const std::string& name = StoreName(variable);
    const std::string prefix = key == "/" ? std::string() : std::string(key);
    if (tensors_.Has(prefix + name)) return "/";
    for (std::size_t slash = name.find('/'); slash != std::string::npos;
         slash = name.find('/', slash + 1)) {
      if (tensors_.Has(prefix + name.substr(slash + 1))) return name.substr(0, slash + 1);
    }
    return "";
  }

  // The scope entry that matched nothing and was meant for the variable: with another scope as its
  // value it would restore it. When no scope entry matched anything, the first of them.
  const AppliedEntry* EntryThatMatchedNothing(const Variable& variable) const {
    const AppliedEntry* first = nullptr;
    bool any_matched = false;
    for (const AppliedEntry* entry : scopes_) {
      if (entry->num_matches > 0 || entry->failed) {
        any_matched = true;
        continue;
      }
      if (!ScopeThatFits(entry->map_key, variable).empty()) return entry;
      if (first == nullptr) first = entry;
    }
    return any_matched ? nullptr : first;
  }

  std::string MatchedNothingHint(const AppliedEntry& entry, const Variable& variable) {
    std::string text = "no variable of the store lies in '" + entry.map_value.name + "', so " +
                       EntryText(entry.map_key, entry.map_value) + " matched nothing; ";
    const std::string scope = ScopeThatFits(entry.map_key, variable);
    if (scope.empty()) return text + "for '" + variable.op_name + "' " + WriteInstead(variable);
    return text + "for '" + variable.op_name + "' write " +
           EntryText(entry.map_key, MapValue{Kind::kName, scope, {}});
  }

  std::string OutsideScopeHint(const Variable& variable) {
    std::string scopes;
    for (const AppliedEntry* entry : scopes_) {
      scopes += (scopes.empty() ? "" : ", ") + Quoted(entry->map_value.name);
    }
    return "'" + StoreName(variable) + "' lies outside the scopes of the map (" + scopes + "); " +
           WriteInstead(variable);
  }

  std::vector<std::pair<const AppliedEntry*, bool>> failed_;  // and whether each is a scope
  std::vector<const AppliedEntry*> scopes_;
  TensorHints tensors_;
};

}  // namespace

std::string_view KeptReasonName(KeptReason reason) {
  switch (reason) {
    case KeptReason::kNotInStore:
      return "not_in_store";
    case KeptReason::kNoMapEntry:
      return "no_map_entry";
    case KeptReason::kOutsideScope:
      return "outside_scope";
    case KeptReason::kScopeMatchedNothing:
      return "scope_matched_nothing";
    case KeptReason::kOverridden:
      return "overridden";
  }
  return "";
}

std::vector<VariableReport> ExplainVariables(const VariableStore& store,
                                             const CheckpointReader& checkpoint) {
  KeptExplainer explainer(store, checkpoint);
  std::vector<VariableReport> reports;
  for (const Variable* variable : store.variables()) {
    VariableReport report;
    report.name = variable->name;
    report.op_name = variable->op_name;
    report.made_by = variable->made_by;
    report.dtype = variable->dtype;
    report.shape = variable->shape;
    report.slice_info = variable->slice_info;
    report.source = variable->source;
    if (!variable->source) explainer.Explain(*variable, &report);
    reports.push_back(std::move(report));
  }
  return reports;
}

std::vector<std::string> UnusedTensors(const VariableStore& store,
                                       const CheckpointReader& checkpoint) {
  std::unordered_set<std::string_view> used;
  for (const Variable* variable : store.variables()) {
    if (variable->source) used.insert(variable->source->tensor);
  }
  std::vector<std::string> unused;
  for (std::size_t i = 0; i < checkpoint.num_tensors(); ++i) {
    const std::string_view name = checkpoint.tensor(i).name;
    if (!used.contains(name)) unused.emplace_back(name);
  }
  return unused;
}

}  // namespace thaw
