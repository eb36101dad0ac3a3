#include "engine/assign/suggest.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "engine/assign/name_match.h"
#include "engine/assign/resolver.h"
#include "engine/assign/scope_cover.h"

namespace thaw {
namespace {

// A score has four decimals: more would only show how sums are rounded.
constexpr double kScoreSteps = 1e4;

enum class Form { kScopesWherePossible, kSingleEntries };

// From matches to a map that the resolver agrees with.
class Suggester {
 public:
  Suggester(const std::shared_ptr<const CheckpointReader>& checkpoint, const VariableStore& store)
      : checkpoint_(checkpoint),
        store_(store),
        targets_(MatchTargets(store)),
        matches_(MatchNames(targets_, *checkpoint)) {}

  Suggestion Run() {
    AssignmentMap map = MakeMap(Form::kScopesWherePossible);
    if (!Holds(map)) {
      // A scope reaches something that its names do not show, or a match breaks a rule.
      map = MakeMap(Form::kSingleEntries);
      WithdrawFailures(map);
      map = MakeMap(Form::kSingleEntries);
    }
    Suggestion suggestion;
    suggestion.map = std::move(map);
    FillRest(&suggestion);
    return suggestion;
  }

 private:
  std::string TensorName(std::size_t index) const {
    return std::string(checkpoint_->tensor(index).name);
  }

  // What an entry calls the tensor of a match.
  std::string KeyFor(const NameMatch& match) const {
    return match.full_name.empty() ? TensorName(match.tensors[0]) : match.full_name;
  }

  // The name by which an entry finds the target in the store.
  static std::string StoreName(const MatchTarget& target) {
    const Variable& first = *target.variables.front();
    return first.slice_info ? first.slice_info->full_name : first.key;
  }

  AssignmentMap MakeMap(Form form) const {
    AssignmentMap map;
    std::map<std::string, CoverName> names;  // every name of the store that a scope would see
    for (const std::string_view key : store_.keys()) {
      std::string name(key.substr(0, key.find("/part_")));
      names.try_emplace(name, CoverName{name, "", ""});
    }
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      const std::vector<std::size_t>& tensors = matches_[i].tensors;
      if (tensors.empty()) continue;
      const std::string name = targets_[i].in_store() ? StoreName(targets_[i]) : "";
      const auto cover = names.find(name);
      const bool in_cover = form == Form::kScopesWherePossible && tensors.size() == 1 &&
                            targets_[i].in_store() && cover != names.end();
      if (in_cover) {
        cover->second.tensor = KeyFor(matches_[i]);
        cover->second.value = name;
      } else {
        AddSingle(targets_[i], matches_[i], &map);
      }
    }
    if (form == Form::kScopesWherePossible) {
      std::vector<CoverName> sorted;
      for (auto& [name, cover] : names) sorted.push_back(std::move(cover));
      AddCoveringEntries(sorted, &map);
    }
    return Sorted(map);
  }

  // In the order in which the resolver works through them.
  static AssignmentMap Sorted(const AssignmentMap& map) {
    std::vector<MapEntry> entries = map.entries();
    std::stable_sort(entries.begin(), entries.end(),
                     [](const MapEntry& a, const MapEntry& b) { return a.key < b.key; });
    AssignmentMap sorted;
    for (MapEntry& entry : entries) sorted.Add(std::move(entry));
    return sorted;
  }

  void AddSingle(const MatchTarget& target, const NameMatch& match, AssignmentMap* map) const {
    const std::vector<std::size_t>& tensors = match.tensors;
    if (tensors.size() > 1) {
      for (std::size_t i = 0; i < tensors.size(); ++i) {
        const Variable& part = *target.variables[i];
        if (part.in_store()) {
          map->Add(TensorName(tensors[i]), part.key);
        } else {
          map->AddVariable(TensorName(tensors[i]), part.op_name);
        }
      }
    } else if (target.in_store()) {
      map->Add(KeyFor(match), StoreName(target));
    } else if (target.is_partitioned()) {
      std::vector<std::string> parts;
      for (const Variable* part : target.variables) parts.push_back(part->op_name);
      map->AddParts(KeyFor(match), std::move(parts));
    } else {
      map->AddVariable(KeyFor(match), target.op_name);
    }
  }

  std::size_t TensorOf(const NameMatch& match, std::size_t part) const {
    return match.tensors.size() > 1 ? match.tensors[part] : match.tensors[0];
  }

  // The map assigns to each variable just its match, and nothing fails.
  bool Holds(const AssignmentMap& map) const {
    const Resolution resolution = ResolveAll(checkpoint_, map, store_);
    if (!resolution.errors.empty()) return false;
    std::unordered_map<const Variable*, const std::string*> assigned;
    for (const Assignment& assignment : resolution.assignments) {
      assigned[assignment.variable] = &assignment.source.tensor;
    }
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      for (std::size_t part = 0; part < targets_[i].variables.size(); ++part) {
        const auto found = assigned.find(targets_[i].variables[part]);
        const bool is_matched = !matches_[i].tensors.empty();
        if (is_matched != (found != assigned.end())) return false;
        if (is_matched && *found->second != TensorName(TensorOf(matches_[i], part))) return false;
      }
    }
    return true;
  }

  // Takes back the matches whose entries fail; the error is the reason.
  void WithdrawFailures(const AssignmentMap& map) {
    const Resolution resolution = ResolveAll(checkpoint_, map, store_);
    std::unordered_map<std::string_view, const Status*> failed;  // by tensor
    for (const MapError& error : resolution.errors) failed.emplace(error.tensor, &error.status);
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      for (const std::size_t tensor : std::vector<std::size_t>(matches_[i].tensors)) {
        const auto error = failed.find(TensorName(tensor));
        if (error == failed.end()) continue;
        matches_[i].tensors.clear();
        matches_[i].why_not = error->second->message();
      }
    }
  }

  void FillRest(Suggestion* suggestion) const {
    double sum = 0.0;
    std::unordered_set<std::size_t> used;
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      if (matches_[i].tensors.empty()) {
        suggestion->unmatched.push_back({targets_[i].op_name, matches_[i].why_not});
      } else {
        sum += MatchScore(matches_[i].kind);
        used.insert(matches_[i].tensors.begin(), matches_[i].tensors.end());
      }
    }
    if (!targets_.empty()) {
      const double mean = sum / static_cast<double>(targets_.size());
      suggestion->score = std::round(mean * kScoreSteps) / kScoreSteps;
    }
    for (std::size_t t = 0; t < checkpoint_->num_tensors(); ++t) {
      if (!used.contains(t)) suggestion->unused_tensors.push_back(TensorName(t));
    }
  }

  const std::shared_ptr<const CheckpointReader>& checkpoint_;
  const VariableStore& store_;
  const std::vector<MatchTarget> targets_;
  std::vector<NameMatch> matches_;
};

}  // namespace

Suggestion SuggestMap(const std::shared_ptr<const CheckpointReader>& checkpoint,
                      const VariableStore& store) {
  return Suggester(checkpoint, store).Run();
}

}  // namespace thaw
