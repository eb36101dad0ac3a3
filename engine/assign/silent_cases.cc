#include "engine/assign/silent_cases.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "engine/assign/map_text.h"
#include "engine/assign/quoted_text.h"
#include "io/base/nearest_names.h"

namespace thaw {
namespace {

using Kind = MapValue::Kind;

// A part goes by the name of its whole: parts share a tensor by nature.
const std::string& OwnerName(const Variable& variable) {
  const bool is_slice = variable.slice_info && !variable.source->slice_spec.empty();
  return is_slice ? variable.slice_info->full_name : variable.op_name;
}

class SilentCases {
 public:
  SilentCases(const VariableStore& store, std::span<const VariableReport> variables,
              std::span<const std::string> unused)
      : store_(store), variables_(variables), unused_(unused), keys_(store.keys()) {}

  std::vector<Finding> Find() {
    CountScopes();
    FindInEntries(store_.applied_entries());
    FindKept();
    FindOverridden();
    FindExpansions();
    FindSharedTensors();
    if (!store_.applied_entries().empty()) FindLeftOver(AdviceForMaps());
    FindRestored();
    return Sorted();
  }

  std::vector<Finding> FindOfSaver() {
    FindLeftOutBySaver();
    FindLeftOver("a Saver takes a dict from the tensors' names to the variables, too");
    FindRestored();
    return Sorted();
  }

  std::vector<Finding> FindOfEntries(std::span<const AppliedEntry> entries) {
    FindInEntries(entries);
    return std::move(findings_);
  }

 private:
  std::vector<Finding> Sorted() {
    std::stable_sort(findings_.begin(), findings_.end(),
                     [](const Finding& a, const Finding& b) { return a.severity < b.severity; });
    return std::move(findings_);
  }

  std::string Text(std::string_view key, const MapValue& value) const {
    return EntryText(key, value, store_.map_notation());
  }
  std::string TextOf(const AppliedEntry& entry) const {
    return Text(entry.map_key, entry.map_value);
  }
  std::string TextOf(const CheckpointSource& source) const {
    return Text(source.map_key, source.map_value);
  }

  void FindInEntries(std::span<const AppliedEntry> entries) {
    for (const AppliedEntry& entry : entries) {
      FindUnmatched(entry);
      FindScopeForms(entry);
      FindMissingParts(entry);
      FindCutNames(entry);
      FindInitializedBefore(entry);
    }
  }

  // What an entry that is a scope reached, by how the sources name it.
  struct Reached {
    const Variable* first = nullptr;
    std::size_t count = 0;
  };
  using EntryName = std::pair<std::string_view, std::string_view>;  // key and value

  Finding& Add(FindingCode code, Severity severity, std::string message, std::string hint = "") {
    Finding& finding = findings_.emplace_back();
    finding.code = code;
    finding.severity = severity;
    finding.message = std::move(message);
    finding.hint = std::move(hint);
    return finding;
  }

  Finding& AddFor(const AppliedEntry& entry, FindingCode code, Severity severity,
                  std::string message, std::string hint = "") {
    Finding& finding = Add(code, severity, std::move(message), std::move(hint));
    finding.map_key = entry.map_key;
    finding.map_value = entry.map_value;
    return finding;
  }

  void CountScopes() {
    for (const Variable* variable : store_.variables()) {
      if (!variable->source || variable->source->rule != AssignmentRule::kScope) continue;
      Reached& reached = reached_[{variable->source->map_key, variable->source->map_value.name}];
      if (reached.first == nullptr) reached.first = variable;
      ++reached.count;
    }
  }

  void FindUnmatched(const AppliedEntry& entry) {
    if (entry.num_matches > 0 || entry.failed) return;
    if (entry.map_value.kind == Kind::kVariables) {
      AddFor(entry, FindingCode::kEmptyList, Severity::kWarning,
             "the list of parts in " + TextOf(entry) + " is empty, so it assigns nothing",
             "name the parts, or the partitioned variable");
      return;
    }
    const std::string& scope = entry.map_value.name;
    std::string hint = keys_.empty() ? "the variable store is empty: nothing was made by "
                                       "get_variable; map the variables as objects"
                                     : DidYouMean(NearestNames(scope, Scopes()));
    if (hint.empty()) hint = "scopes of the store: " + NameList(Scopes());
    AddFor(entry, FindingCode::kScopeMatchedNothing, Severity::kWarning,
           TextOf(entry) + " matched no variable: nothing in the variable store lies in '" + scope +
               "'",
           std::move(hint));
  }

  // "a/", "a/b/": every scope that has a variable; the outermost first.
  const std::vector<std::string>& Scopes() {
    if (!scopes_.empty() || keys_.empty()) return scopes_;
    std::set<std::string> scopes;
    for (const std::string_view key : keys_) {
      for (std::size_t slash = key.find('/'); slash != std::string_view::npos;
           slash = key.find('/', slash + 1)) {
        scopes.emplace(key.substr(0, slash + 1));
      }
    }
    scopes_.assign(scopes.begin(), scopes.end());
    scopes_.insert(scopes_.begin(), "/");
    return scopes_;
  }

  // A value without a slash at its end: more than the store's names are taken off.
  void FindScopeForms(const AppliedEntry& entry) {
    const std::string& value = entry.map_value.name;
    if (!entry.is_scope || entry.failed || value.ends_with('/')) return;
    const std::size_t slash = value.rfind('/');
    const std::string fix =
        "write " + Text(entry.map_key, {Kind::kName, value.empty() ? "/" : value + "/", {}});
    if (slash == std::string::npos) {
      AddFor(entry, FindingCode::kScopeWithoutSlash, Severity::kWarning,
             TextOf(entry) + " is not the scope '" + value +
                 "/': without a slash at the end it stands for the whole store, and the first "
                 "letter of every name is cut off",
             fix);
    } else {
      AddFor(entry, FindingCode::kParentScope, Severity::kWarning,
             TextOf(entry) + " stands for the scope '" + value.substr(0, slash + 1) + "', not '" +
                 value + "/': what follows the last slash is dropped",
             fix);
    }
  }

  void FindMissingParts(const AppliedEntry& entry) {
    for (const std::string& part : entry.missing_parts) {
      const std::string name = part.substr(0, part.rfind("/part_"));
      AddFor(entry, FindingCode::kPartMissing, Severity::kWarning,
             SingleQuoted(part) + " is missing in the variable store: the parts of '" + name +
                 "' are taken up to the first gap in their numbers, and those behind it keep "
                 "their initializers",
             "make '" + name + "' with a partitioner, or map the parts behind the gap one by one")
          .variable = name;
    }
  }

  // Keys in the scope that contain "/part_" and are no parts: their shortened names stand for
  // other variables, so nothing reaches them.
  void FindCutNames(const AppliedEntry& entry) {
    if (!entry.is_scope || entry.failed) return;
    const std::string& value = entry.map_value.name;
    const std::size_t slash = value.rfind('/');
    const std::string_view prefix = slash == std::string::npos || slash == 0
                                        ? std::string_view()
                                        : std::string_view(value).substr(0, slash + 1);
    for (auto key = std::lower_bound(keys_.begin(), keys_.end(), prefix);
         key != keys_.end() && key->starts_with(prefix); ++key) {
      const std::size_t cut = key->find("/part_");
      if (cut == std::string_view::npos) continue;
      const Variable& variable = *store_.FindKey(*key);
      const std::string name(key->substr(0, cut));
      if (variable.source || (variable.slice_info && variable.slice_info->full_name == name)) {
        continue;
      }
      AddFor(entry, FindingCode::kNameCutAtPart, Severity::kWarning,
             TextOf(entry) + " passes over '" + std::string(*key) +
                 "': names are cut at \"/part_\", and '" + name + "' is another variable",
             "map it by name: \"" + std::string(*key) + "\"")
          .variable = variable.op_name;
    }
  }

  void FindInitializedBefore(const AppliedEntry& entry) {
    if (entry.initialized_before.empty()) return;
    Finding& finding =
        AddFor(entry, FindingCode::kAlreadyInitialized, Severity::kWarning,
               TextOf(entry) + " was given after " + NameList(entry.initialized_before) +
                   " had been initialized: the call itself changes no value",
               "call init_from_checkpoint before the initializers run, or run them again");
    if (entry.initialized_before.size() == 1) finding.variable = entry.initialized_before[0];
  }

  static FindingCode CodeOf(KeptReason reason) {
    switch (reason) {
      case KeptReason::kNotInStore:
        return FindingCode::kNotInStore;
      case KeptReason::kNoMapEntry:
        return FindingCode::kNoMapEntry;
      case KeptReason::kOutsideScope:
        return FindingCode::kOutsideScope;
      case KeptReason::kScopeMatchedNothing:
        return FindingCode::kScopeMatchedNothing;
      case KeptReason::kOverridden:
        break;
    }
    return FindingCode::kEntryFailed;
  }

  void FindKept() {
    for (const VariableReport& variable : variables_) {
      if (!variable.reason) continue;
      Add(CodeOf(*variable.reason), Severity::kWarning, variable.cause, variable.advice).variable =
          variable.op_name;
    }
  }

  // A Saver knows the variables that it was made with; the others it passes over.
  void FindLeftOutBySaver() {
    for (std::size_t i = 0; i < variables_.size(); ++i) {
      if (!variables_[i].reason) continue;
      const bool has_value = store_.variables()[i]->has_value();
      Add(CodeOf(*variables_[i].reason), has_value ? Severity::kNote : Severity::kWarning,
          variables_[i].cause, variables_[i].advice)
          .variable = variables_[i].op_name;
    }
  }

  void FindOverridden() {
    for (const Variable* variable : store_.variables()) {
      if (!variable->source) continue;
      const CheckpointSource& winner = *variable->source;
      for (const CheckpointSource& loser : variable->overridden_sources) {
        if (loser.map_key == winner.map_key && loser.map_value == winner.map_value) continue;
        Finding& finding =
            Add(FindingCode::kOverridden, Severity::kWarning,
                "'" + variable->op_name + "' is assigned by " + TextOf(loser) + " and by " +
                    TextOf(winner) + "; the last one wins, so it gets '" + winner.tensor +
                    "', not '" + loser.tensor + "'",
                "entries are worked through in the order of their keys, calls one after the other; "
                "leave one of the two out if the other was meant");
        finding.variable = variable->op_name;
        finding.tensor = winner.tensor;
        finding.map_key = loser.map_key;
        finding.map_value = loser.map_value;
      }
    }
  }

  // What a scope entry makes of a name, and what its sibling would.
  void FindExpansions() {
    for (const AppliedEntry& entry : store_.applied_entries()) {
      if (!entry.is_scope) continue;
      const auto reached = reached_.find({entry.map_key, entry.map_value.name});
      if (reached == reached_.end()) continue;
      const Variable& first = *reached->second.first;
      const std::string& value = entry.map_value.name;
      const std::string name = OwnerName(first);
      std::string message = TextOf(entry) + " assigns " +
                            Counted(reached->second.count, "variable") + ": '" + name + "' gets '" +
                            first.source->tensor + "'";
      message += value == "/" ? ", its whole name" : ", its name without '" + value + "'";
      if (entry.map_key != "/") message += " and with '" + entry.map_key + "' in front";
      const std::string other = value == "/" ? name.substr(0, name.find('/') + 1) : "/";
      std::string hint;
      if (!other.empty()) {
        hint = Text(entry.map_key, {Kind::kName, other, {}}) +
               (other == "/" ? " would keep whole names" : " would take '" + other + "' off");
      }
      Finding& finding = AddFor(entry, FindingCode::kScopeExpansion, Severity::kNote,
                                std::move(message), std::move(hint));
      finding.variable = first.op_name;
      finding.tensor = first.source->tensor;
      reached_.erase(reached);  // once, even if two calls have the same entry
    }
  }

  void FindSharedTensors() {
    std::map<std::pair<const CheckpointReader*, std::string_view>, std::vector<std::string>> owners;
    for (const Variable* variable : store_.variables()) {
      if (!variable->source) continue;
      std::vector<std::string>& names =
          owners[{variable->source->checkpoint.get(), variable->source->tensor}];
      const std::string& owner = OwnerName(*variable);
      if (names.empty() || names.back() != owner) names.push_back(owner);
    }
    for (const auto& [tensor, names] : owners) {
      if (names.size() < 2) continue;
      Add(FindingCode::kTensorShared, Severity::kNote,
          "'" + std::string(tensor.second) + "' goes to " + Counted(names.size(), "variable") +
              ": " + NameList(names),
          "each gets a copy; of one key a list of pairs takes several entries, an object or dict "
          "only one")
          .tensor = tensor.second;
    }
  }

  std::string AdviceForMaps() const {
    return store_.map_notation() == MapNotation::kPython
               ? "give what is left over entries of its own, by name or by object"
               : "thaw suggest proposes a map for what is left over";
  }

  void FindLeftOver(std::string advice) {
    std::vector<std::string> kept;
    for (const VariableReport& variable : variables_) {
      if (!variable.source) kept.push_back(variable.op_name);
    }
    if (kept.empty() || unused_.empty()) return;
    Finding& finding = Add(
        FindingCode::kLeftOver, Severity::kNote,
        Counted(kept.size(), "variable") + (kept.size() == 1 ? " gets" : " get") + " no tensor (" +
            NameList(kept) + "), and " + Counted(unused_.size(), "tensor") + " of the checkpoint" +
            (unused_.size() == 1 ? " is" : " are") + " not used (" + NameList(unused_) + ")",
        std::move(advice));
    if (kept.size() == 1) finding.variable = kept[0];
    if (unused_.size() == 1) finding.tensor = unused_[0];
  }

  void FindRestored() {
    std::vector<std::string> restored;
    for (const VariableReport& variable : variables_) {
      if (variable.source) restored.push_back(variable.op_name);
    }
    if (restored.empty()) return;
    Finding& finding =
        Add(FindingCode::kRestored, Severity::kNote,
            std::to_string(restored.size()) + " of " + Counted(variables_.size(), "variable") +
                " from the checkpoint: " + NameList(restored));
    if (restored.size() == 1) finding.variable = restored[0];
  }

  const VariableStore& store_;
  const std::span<const VariableReport> variables_;
  const std::span<const std::string> unused_;
  const std::vector<std::string_view> keys_;  // in byte order
  std::vector<std::string> scopes_;
  std::map<EntryName, Reached> reached_;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> FindSilentCases(const VariableStore& store,
                                     std::span<const VariableReport> variables,
                                     std::span<const std::string> unused) {
  return SilentCases(store, variables, unused).Find();
}

std::vector<Finding> FindSaverCases(const VariableStore& store,
                                    std::span<const VariableReport> variables,
                                    std::span<const std::string> unused) {
  return SilentCases(store, variables, unused).FindOfSaver();
}

std::vector<Finding> EntryWarnings(const VariableStore& store,
                                   std::span<const AppliedEntry> entries) {
  const bool is_remarkable =
      std::any_of(entries.begin(), entries.end(), [](const AppliedEntry& entry) {
        return entry.is_scope || (entry.num_matches == 0 && !entry.failed) ||
               !entry.missing_parts.empty() || !entry.initialized_before.empty();
      });
  if (!is_remarkable) return {};
  return SilentCases(store, {}, {}).FindOfEntries(entries);
}

}  // namespace thaw
