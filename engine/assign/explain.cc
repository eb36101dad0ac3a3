#include "engine/assign/explain.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "engine/assign/map_text.h"
#include "engine/assign/quoted_text.h"
#include "engine/assign/tensor_hints.h"

namespace thaw {
namespace {

using Kind = MapValue::Kind;

// The key of a variable in the store lies in the scope that an entry's value names.
bool LiesInScope(const Variable& variable, const std::string& value) {
  const std::size_t slash = value.rfind('/');
  const std::string_view scope = slash == std::string::npos || slash == 0
                                     ? std::string_view()
                                     : std::string_view(value).substr(0, slash + 1);
  return variable.key.starts_with(scope);
}

// The name that a map knows the variable by: parts go by their full name.
const std::string& StoreName(const Variable& variable) {
  return variable.slice_info ? variable.slice_info->full_name : variable.key;
}

// The entries that failed, by what they name: a map may have as many as the store has variables.
class FailedEntries {
 public:
  void Add(const AppliedEntry& entry) {
    switch (entry.map_value.kind) {
      case Kind::kName:
        names_.emplace(entry.map_value.name, &entry);
        if (entry.is_scope) scopes_.push_back(&entry);
        break;
      case Kind::kVariable:
        objects_.emplace(entry.map_value.name, &entry);
        break;
      case Kind::kVariables:
        for (const std::string& part : entry.map_value.variables) objects_.emplace(part, &entry);
        break;
    }
  }

  // The one that stands for the variable: by its object, its name, or a scope around it.
  const AppliedEntry* Find(const Variable& variable) const {
    const auto object = objects_.find(variable.op_name);
    if (object != objects_.end()) return object->second;
    if (!variable.in_store()) return nullptr;
    for (const std::string* name : {&variable.key, &StoreName(variable)}) {
      const auto named = names_.find(*name);
      if (named != names_.end()) return named->second;
    }
    for (const AppliedEntry* entry : scopes_) {
      if (LiesInScope(variable, entry->map_value.name)) return entry;
    }
    return nullptr;
  }

 private:
  std::unordered_map<std::string_view, const AppliedEntry*> names_;    // by the entry's value
  std::unordered_map<std::string_view, const AppliedEntry*> objects_;  // by op name
  std::vector<const AppliedEntry*> scopes_;
};

// Says so when another name than the key was used.
std::string FoundAsCause(const CheckpointSource& source) {
  if (source.found_as == NameForm::kKey) return "";
  const std::string name = source.map_key.ends_with('/') ? "its name" : "'" + source.map_key + "'";
  return name + " was found as the " + std::string(NameFormName(source.found_as)) +
         " of the key '" + source.tensor + "'";
}

// Gives one variable its reason, the cause in words, and advice.
class KeptExplainer {
 public:
  KeptExplainer(const VariableStore& store, const CheckpointReader& checkpoint)
      : checkpoint_(checkpoint), notation_(store.map_notation()), tensors_(checkpoint) {
    for (const AppliedEntry& entry : store.applied_entries()) {
      if (entry.failed) failed_.Add(entry);
      if (entry.is_scope) scopes_.push_back(&entry);
    }
  }

  void Explain(const Variable& variable, VariableReport* report) {
    if (const AppliedEntry* failed = failed_.Find(variable)) {
      report->reason = KeptReason::kOverridden;
      report->cause = "the entry " + Text(failed->map_key, failed->map_value) +
                      " that stands for '" + variable.op_name + "' failed";
      report->advice = "see its error";
    } else if (!variable.in_store()) {
      report->reason = KeptReason::kNotInStore;
      ExplainNotInStore(variable, report);
    } else if (const AppliedEntry* meant = EntryThatMatchedNothing(variable)) {
      report->reason = KeptReason::kScopeMatchedNothing;
      ExplainMatchedNothing(*meant, variable, report);
    } else if (!scopes_.empty()) {
      report->reason = KeptReason::kOutsideScope;
      report->cause =
          "'" + StoreName(variable) + "' lies outside the scopes of the map (" + ScopeList() + ")";
      report->advice = WriteInstead(variable);
    } else {
      report->reason = KeptReason::kNoMapEntry;
      report->cause = "no entry of the map names '" + StoreName(variable) + "'";
      report->advice = WriteInstead(variable);
    }
  }

 private:
  std::string Text(std::string_view key, const MapValue& value) const {
    return EntryText(key, value, notation_);
  }

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
    return "write " + Text(tensor, value);
  }

  void ExplainNotInStore(const Variable& variable, VariableReport* report) {
    report->cause =
        "'" + variable.op_name + "' was made by Variable: it is not in the variable store";
    if (!scopes_.empty()) {
      report->cause += ", and " + Text(scopes_[0]->map_key, scopes_[0]->map_value) +
                       " reaches only what get_variable made";
    }
    report->advice = WriteInstead(variable);
    if (tensors_.Has(variable.op_name)) {
      report->advice += notation_ == MapNotation::kPython ? ", or restore it with a Saver"
                                                          : " or restore with --saver";
    }
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
      if (!ScopeThatFits(checkpoint_, entry->map_key, StoreName(variable)).empty()) return entry;
      if (first == nullptr) first = entry;
    }
    return any_matched ? nullptr : first;
  }

  void ExplainMatchedNothing(const AppliedEntry& entry, const Variable& variable,
                             VariableReport* report) {
    report->cause = "no variable of the store lies in '" + entry.map_value.name + "', so " +
                    Text(entry.map_key, entry.map_value) + " matched nothing";
    const std::string scope = ScopeThatFits(checkpoint_, entry.map_key, StoreName(variable));
    report->advice = "for '" + variable.op_name + "' " +
                     (scope.empty() ? WriteInstead(variable)
                                    : "write " + Text(entry.map_key, {Kind::kName, scope, {}}));
  }

  // `"a/", "b/" and 7 more`.
  std::string ScopeList() const {
    std::string list;
    const std::size_t shown = std::min(scopes_.size(), kMaxScopes);
    for (std::size_t i = 0; i < shown; ++i) {
      list += (i == 0 ? "" : ", ") + DoubleQuoted(scopes_[i]->map_value.name);
    }
    if (shown < scopes_.size()) list += " and " + std::to_string(scopes_.size() - shown) + " more";
    return list;
  }

  static constexpr std::size_t kMaxScopes = 4;

  const CheckpointReader& checkpoint_;
  const MapNotation notation_;
  FailedEntries failed_;
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

std::string VariableReport::hint() const {
  return cause.empty() || advice.empty() ? cause + advice : cause + "; " + advice;
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
    if (variable->source) {
      report.cause = FoundAsCause(*variable->source);
    } else {
      explainer.Explain(*variable, &report);
    }
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
