#include "engine/assign/resolver.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "engine/assign/map_errors.h"
#include "engine/assign/source_check.h"
#include "io/checkpoint/object_graph/tensor_lookup.h"

namespace thaw {
namespace {

// What the value of an entry stands for: one variable, or a list of parts.
struct Target {
  std::vector<Variable*> variables;
  bool is_list = false;
};

// text[1:] of Python: without its first character, which UTF-8 may spread over several bytes.
std::string_view DropFirstCharacter(std::string_view text) {
  if (text.empty()) return text;
  std::size_t next = 1;
  while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xc0) == 0x80) ++next;
  return text.substr(next);
}

// text[n:] of Python, which is empty beyond the end.
std::string_view DropPrefix(std::string_view text, std::size_t n) {
  return text.substr(std::min(n, text.size()));
}

// The scope that a value names: the text before its last slash, so "a/b" means "a" and "foo" the
// whole store.
std::string_view ScopeOf(std::string_view value) {
  const std::size_t slash = value.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : value.substr(0, slash);
}

// The tensor that `variable` takes in a scope entry.
std::string ScopeTensor(const MapEntry& entry, std::string_view scope, std::string_view variable) {
  std::string_view rest = DropPrefix(variable, scope.size());
  if (entry.value.name != "/") rest = DropFirstCharacter(rest);
  std::string tensor = entry.key == "/" ? std::string(rest) : entry.key + std::string(rest);
  if (tensor.ends_with('/')) tensor.pop_back();
  return tensor;
}

// One run over a map. checkpoint_utils.py: _init_from_checkpoint, branch by branch; the numbers in
// the comments are those of docs/tensorflow_rules.md.
class MapResolver {
 public:
  enum class AfterError { kStop, kGoOn };

  MapResolver(const std::shared_ptr<const CheckpointReader>& checkpoint, const AssignmentMap& map,
              const VariableStore& store, AfterError after_error)
      : checkpoint_(checkpoint),
        map_(map),
        store_(store),
        errors_(*checkpoint, store),
        after_error_(after_error) {}

  Resolution Run() {
    // Rule 2: by key alone, and stable, so that the pairs of one key keep their order.
    std::vector<std::size_t> order(map_.entries().size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
      return map_.entries()[a].key < map_.entries()[b].key;
    });
    for (const std::size_t index : order) {
      WorkThrough(index);
      if (stopped_) break;
    }
    return std::move(resolution_);
  }

 private:
  void WorkThrough(std::size_t index) {
    applied_ = AppliedEntry();
    applied_.index = index;
    const std::size_t assignments_before = resolution_.assignments.size();
    const std::size_t errors_before = resolution_.errors.size();
    const MapEntry& entry = map_.entries()[index];
    if (entry.value.kind != MapValue::Kind::kName) {
      WorkThroughObject(entry);
    } else if (const auto target = FindNameOrParts(entry.value.name)) {
      OneToOne(entry, *target, AssignmentRule::kName);
    } else {
      ScopeToScope(entry);
    }
    const std::size_t num_matches = resolution_.assignments.size() - assignments_before;
    const bool failed = resolution_.errors.size() > errors_before;
    applied_.checkpoint = checkpoint_;
    applied_.map_key = entry.key;
    applied_.map_value = entry.value;
    applied_.num_matches = num_matches;
    applied_.failed = failed;
    resolution_.applied_entries.push_back(std::move(applied_));
    if (num_matches == 0 && !failed) resolution_.entries_without_match.push_back(index);
  }

  // Rule 3a: a variable object, or a list of them.
  void WorkThroughObject(const MapEntry& entry) {
    Target target;
    target.is_list = entry.value.kind == MapValue::Kind::kVariables;
    const std::vector<std::string> single = {entry.value.name};
    for (const std::string& op_name : target.is_list ? entry.value.variables : single) {
      Variable* variable = store_.FindOpName(op_name);
      if (variable == nullptr) {
        return Fail(entry.key, op_name, errors_.NoSuchObject(entry, op_name));
      }
      target.variables.push_back(variable);
    }
    OneToOne(entry, target, AssignmentRule::kObject);
  }

  // Rule 3b: a key of the store, or the parts under it up to the first gap in their numbers.
  std::optional<Target> FindNameOrParts(std::string_view name) {
    if (Variable* variable = store_.FindKey(name)) return Target{{variable}, false};
    Target parts{{}, true};
    const std::string part_prefix = std::string(name) + "/part_";
    for (std::size_t i = 0;; ++i) {
      Variable* part = store_.FindKey(part_prefix + std::to_string(i));
      if (part == nullptr) break;
      parts.variables.push_back(part);
    }
    if (parts.variables.empty()) return std::nullopt;
    if (NumParts(part_prefix) > parts.variables.size()) {
      applied_.missing_parts.push_back(part_prefix + std::to_string(parts.variables.size()));
    }
    return parts;
  }

  // Keys "NAME/part_N", gaps or not.
  std::size_t NumParts(const std::string& part_prefix) {
    std::size_t count = 0;
    for (auto key = std::lower_bound(Keys().begin(), Keys().end(), part_prefix);
         key != Keys().end() && key->starts_with(part_prefix); ++key) {
      if (key->find_first_not_of("0123456789", part_prefix.size()) == std::string::npos) ++count;
    }
    return count;
  }

  // Rule 4: the key is a tensor.
  void OneToOne(const MapEntry& entry, const Target& target, AssignmentRule rule) {
    const TensorLookup found = FindTensor(*checkpoint_, entry.key);
    if (!found.index) return Fail(entry.key, NameOf(target), errors_.TensorNotFound(entry));
    if (!target.is_list) {
      const Dims stored = checkpoint_->tensor(*found.index).shape;
      const Variable& variable = *target.variables.front();
      if (!variable.Accepts(stored)) {
        return Fail(entry.key, variable.op_name, errors_.ShapeMismatch(entry, variable, stored));
      }
    }
    Assign(entry, target, found, rule);
  }

  // Rule 5: both sides are scopes.
  void ScopeToScope(const MapEntry& entry) {
    const std::string_view scope = ScopeOf(entry.value.name);
    if (!entry.key.ends_with('/')) {
      return Fail(entry.key, entry.value.name, errors_.ScopeToTensor(entry, scope));
    }
    applied_.is_scope = true;
    for (const std::string& variable : VariablesInScope(scope)) {
      const std::string tensor = ScopeTensor(entry, scope, variable);
      const TensorLookup found = FindTensor(*checkpoint_, tensor);
      if (!found.index) {
        Fail(tensor, variable,
             errors_.ScopeTensorNotFound(entry, variable, tensor,
                                         DropPrefix(variable, scope.size() + 1)));
      } else if (const auto target = FindNameOrParts(variable)) {
        Assign(entry, *target, found, AssignmentRule::kScope);
      } else {
        Fail(tensor, variable, errors_.CutNameNotFound(entry, variable, tensor));
      }
      if (stopped_) return;
    }
  }

  // Rule 5.3: keys below the scope, in order, each cut at its first "/part_".
  std::set<std::string> VariablesInScope(std::string_view scope) {
    const std::string prefix = scope.empty() ? std::string() : std::string(scope) + "/";
    std::set<std::string> variables;
    for (auto key = std::lower_bound(Keys().begin(), Keys().end(), prefix);
         key != Keys().end() && key->starts_with(prefix); ++key) {
      variables.emplace(key->substr(0, key->find("/part_")));
    }
    return variables;
  }

  // The store's, in byte order. A map of names alone never asks, so that a call for each of many
  // variables costs no more than the variables.
  const std::vector<std::string_view>& Keys() {
    if (keys_.empty()) keys_ = store_.keys();
    return keys_;
  }

  // Rule 6: sets the source of each variable of the target. The parts before a faulty one stay set.
  void Assign(const MapEntry& entry, const Target& target, const TensorLookup& found,
              AssignmentRule rule) {
    const std::string tensor(checkpoint_->tensor(*found.index).name);
    const Variable* first = target.variables.empty() ? nullptr : target.variables.front();
    for (Variable* variable : target.variables) {
      std::string slice_spec;
      if (target.is_list) {
        if (!variable->slice_info) {
          return Fail(tensor, variable->op_name, errors_.NotAPart(entry, *variable));
        }
        if (variable->slice_info->full_name != first->slice_info->full_name) {
          return Fail(tensor, variable->op_name, errors_.MixedParts(entry, *first, *variable));
        }
        slice_spec = variable->slice_info->spec();
      }
      resolution_.assignments.push_back(
          {variable,
           {checkpoint_, tensor, found.form, slice_spec, rule, entry.key, entry.value},
           applied_.index});
    }
  }

  // The name that stands for a target in messages.
  static std::string_view NameOf(const Target& target) {
    if (target.variables.empty()) return "";
    const Variable& first = *target.variables.front();
    return target.is_list && first.slice_info ? first.slice_info->full_name : first.op_name;
  }

  void Fail(std::string_view tensor, std::string_view variable, Fault fault) {
    resolution_.errors.push_back({applied_.index, std::string(tensor), std::string(variable),
                                  fault.code, std::move(fault.status)});
    stopped_ = after_error_ == AfterError::kStop;
  }

  const std::shared_ptr<const CheckpointReader>& checkpoint_;
  const AssignmentMap& map_;
  const VariableStore& store_;
  MapErrors errors_;
  const AfterError after_error_;
  std::vector<std::string_view> keys_;  // once asked for
  AppliedEntry applied_;                // the entry in work
  bool stopped_ = false;
  Resolution resolution_;
};

}  // namespace

Resolution Resolve(const std::shared_ptr<const CheckpointReader>& checkpoint,
                   const AssignmentMap& map, const VariableStore& store) {
  return MapResolver(checkpoint, map, store, MapResolver::AfterError::kStop).Run();
}

Resolution ResolveAll(const std::shared_ptr<const CheckpointReader>& checkpoint,
                      const AssignmentMap& map, const VariableStore& store) {
  Resolution resolution = MapResolver(checkpoint, map, store, MapResolver::AfterError::kGoOn).Run();
  // Only the assignment that wins is ever read.
  std::unordered_map<const Variable*, const Assignment*> winners;
  for (const Assignment& assignment : resolution.assignments) {
    winners[assignment.variable] = &assignment;
  }
  for (const Assignment& assignment : resolution.assignments) {
    if (winners[assignment.variable] != &assignment) continue;
    Fault fault = CheckSource(*assignment.variable, assignment.source);
    if (fault.ok()) continue;
    resolution.errors.push_back({assignment.entry, assignment.source.tensor,
                                 assignment.variable->op_name, fault.code,
                                 std::move(fault.status)});
  }
  return resolution;
}

void Apply(const Resolution& resolution, VariableStore& store) {
  std::vector<AppliedEntry> applied = resolution.applied_entries;
  std::unordered_map<std::size_t, AppliedEntry*> by_index;
  for (AppliedEntry& entry : applied) by_index[entry.index] = &entry;
  for (const Assignment& assignment : resolution.assignments) {
    Variable& variable = *assignment.variable;
    if (variable.source) variable.overridden_sources.push_back(std::move(*variable.source));
    variable.source = assignment.source;
    if (variable.is_initialized) {
      by_index[assignment.entry]->initialized_before.push_back(variable.op_name);
    }
  }
  for (AppliedEntry& entry : applied) store.RecordEntry(std::move(entry));
}

}  // namespace thaw
