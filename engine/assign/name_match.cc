#include "engine/assign/name_match.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "engine/assign/other_names.h"
#include "engine/assign/quoted_text.h"
#include "engine/assign/scope_rename.h"
#include "io/base/utf8.h"
#include "io/checkpoint/object_graph/object_graph.h"
#include "io/checkpoint/object_graph/tensor_lookup.h"

namespace thaw {
namespace {

// Rounds in which a tensor that was taken decides between two for another variable.
constexpr int kMaxRounds = 8;

// A name without the slash that keeps a slot's key apart from its op name.
std::string WithoutSlash(std::string_view name) {
  return std::string(name.ends_with('/') ? name.substr(0, name.size() - 1) : name);
}

class NameMatcher {
 public:
  NameMatcher(const std::vector<MatchTarget>& targets, const CheckpointReader& checkpoint)
      : targets_(targets),
        checkpoint_(checkpoint),
        matches_(targets.size()),
        owner_(checkpoint.num_tensors(), kFree) {
    for (std::size_t i = 0; i < targets.size(); ++i) by_name_.emplace(targets[i].name, i);
  }

  std::vector<NameMatch> Run() {
    // An op name is what a Saver writes, so it comes first.
    MatchSame([](const MatchTarget& target) { return target.op_name; });
    MatchSame([](const MatchTarget& target) { return target.name; });
    CollectOtherNames();
    MatchOtherNames();
    MatchRenames();
    MatchSlotsAndAverages();
    MatchParts();
    SayWhyNot();
    return std::move(matches_);
  }

 private:
  static constexpr std::size_t kFree = ~std::size_t{0};

  bool IsOpen(std::size_t target) const {
    return matches_[target].tensors.empty() && matches_[target].why_not.empty();
  }

  bool Fits(std::size_t target, std::size_t tensor) const {
    const TensorInfo info = checkpoint_.tensor(tensor);
    return info.dtype == targets_[target].dtype &&
           ShapesCompatible(targets_[target].shape, info.shape);
  }

  void Give(std::size_t target, std::size_t tensor, MatchKind kind) {
    matches_[target].tensors.push_back(tensor);
    matches_[target].kind = kind;
    matches_[target].why_not.clear();
    owner_[tensor] = target;
  }

  std::string Mismatch(std::size_t target, std::size_t tensor) const {
    const MatchTarget& wanted = targets_[target];
    const TensorInfo info = checkpoint_.tensor(tensor);
    std::string why = "tensor " + SingleQuoted(info.name) + " does not fit: ";
    if (info.dtype != wanted.dtype) {
      return why + "it has dtype " + std::string(DTypeName(info.dtype)) + ", the variable " +
             std::string(DTypeName(wanted.dtype));
    }
    why += "it has shape " + ShapeToString(info.shape) + ", the variable " +
           ShapeToString(wanted.shape);
    const Shape reversed(info.shape.rbegin(), info.shape.rend());
    if (info.shape.size() > 1 && ShapesCompatible(wanted.shape, reversed)) {
      why += "; that is the transpose, and a map transposes nothing";
    }
    return why;
  }

  // The same name: a tensor that does not fit ends the search, for nothing else is as likely.
  template <typename NameOf>
  void MatchSame(NameOf name_of) {
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      if (!IsOpen(i)) continue;
      const std::string name = name_of(targets_[i]);
      const TensorLookup found = FindTensor(checkpoint_, name);
      const std::optional<std::size_t> tensor = found.index;
      if (!tensor || owner_[*tensor] != kFree) continue;
      if (Fits(i, *tensor)) {
        const bool is_own = targets_[i].in_store() || name == targets_[i].op_name;
        Give(i, *tensor,
             !is_own                        ? MatchKind::kOpSuffix
             : found.form == NameForm::kKey ? MatchKind::kExact
                                            : MatchKind::kObjectPath);
        SetFullName(i, name);
      } else if (name_of(targets_[i]) == targets_[i].name) {
        matches_[i].why_not = Mismatch(i, *tensor);
      }
    }
  }

  // A map may use the name itself if it is the tensor's full name.
  void SetFullName(std::size_t target, const std::string& name) {
    const TensorLookup found = FindTensor(checkpoint_, name);
    if (found.form == NameForm::kFullName && found.index == matches_[target].tensors[0]) {
      matches_[target].full_name = name;
    }
  }

  // The full name of a tensor in TF2's object graph, if it belongs to it alone.
  static std::string_view FullNameOf(const ObjectGraph* graph, std::string_view key) {
    const std::string_view name = graph == nullptr ? std::string_view() : graph->FullNameOf(key);
    return !name.empty() && graph->KeysOfFullName(name).size() == 1 ? name : std::string_view();
  }

  // The names that free tensors may be meant by: their own, those behind averages and paths, and
  // full names. An object graph that cannot be read is no help and no hindrance.
  void CollectOtherNames() {
    const Result<const ObjectGraph*> read = checkpoint_.object_graph();
    const ObjectGraph* graph = read.ok() ? *read : nullptr;
    for (std::size_t t = 0; t < checkpoint_.num_tensors(); ++t) {
      if (owner_[t] != kFree) continue;
      const std::string_view name = checkpoint_.tensor(t).name;
      if (!IsValidUtf8(name)) continue;  // a map file cannot name it
      names_.push_back({std::string(name), t});
      if (const std::string_view weight = AveragedName(name); !weight.empty()) {
        if (!checkpoint_.Find(weight)) names_.push_back({std::string(weight), t});
      } else if (std::string object = ObjectName(name); !object.empty()) {
        names_.push_back({std::move(object), t});
      }
      if (const std::string_view full = FullNameOf(graph, name); !full.empty()) {
        names_.push_back({std::string(full), t});
      }
    }
  }

  MatchKind KindOfName(std::string_view name, std::size_t tensor, MatchKind own_name) const {
    const std::string_view own = checkpoint_.tensor(tensor).name;
    if (name == own) return own_name;
    return AveragedName(own).empty() ? MatchKind::kObjectPath : MatchKind::kAverage;
  }

  void MatchOtherNames() {
    for (const CandidateName& name : names_) {
      const auto target = by_name_.find(name.name);
      if (target == by_name_.end() || !IsOpen(target->second)) continue;
      if (owner_[name.candidate] != kFree || !Fits(target->second, name.candidate)) continue;
      Give(target->second, name.candidate,
           KindOfName(name.name, name.candidate, MatchKind::kExact));
      SetFullName(target->second, name.name);
    }
  }

  ScopeRenames::FitsFn FitOf(std::size_t target) const {
    return [this, target](std::size_t tensor) {
      if (owner_[tensor] != kFree) return CandidateFit::kTaken;
      return Fits(target, tensor) ? CandidateFit::kFits : CandidateFit::kDoesNotFit;
    };
  }

  void MatchRenames() {
    ScopeRenames renames(names_);
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      if (IsOpen(i)) {
        open.push_back(i);
        renames.Vote(targets_[i].name, FitOf(i));
      } else if (!matches_[i].tensors.empty()) {
        exact_names_.push_back(targets_[i].name);
      }
    }
    renames.CountVotes();
    std::sort(exact_names_.begin(), exact_names_.end());
    for (int round = 0; round < kMaxRounds && !open.empty(); ++round) {
      const std::size_t before = open.size();
      MatchRenamesOnce(renames, &open);
      if (open.size() == before) break;
    }
  }

  struct Claim {
    std::size_t target = 0;
    RenameChoice choice;
  };

  // Each open target claims its best tensor; of several claims on one the best is granted.
  void MatchRenamesOnce(const ScopeRenames& renames, std::vector<std::size_t>* open) {
    std::vector<Claim> claims;
    for (const std::size_t target : *open) {
      matches_[target].why_not.clear();
      const auto choices = renames.Choices(targets_[target].name, FitOf(target));
      if (choices.empty()) continue;
      matches_[target].why_not = WhyNotClear(target, choices);
      if (matches_[target].why_not.empty()) claims.push_back({target, choices[0]});
    }
    std::stable_sort(claims.begin(), claims.end(), [](const Claim& a, const Claim& b) {
      return a.choice.IsBetterThan(b.choice);
    });
    std::unordered_map<std::size_t, std::vector<const Claim*>> by_tensor;
    for (const Claim& claim : claims) by_tensor[claim.choice.candidate].push_back(&claim);
    for (const Claim& claim : claims) {
      const std::vector<const Claim*>& rivals = by_tensor[claim.choice.candidate];
      if (rivals.front() == &claim) Grant(rivals);
    }
    std::erase_if(*open, [this](std::size_t target) { return !matches_[target].tensors.empty(); });
  }

  // A best choice that does not fit, two that are as good, or one that hangs on a single word are
  // no answer.
  std::string WhyNotClear(std::size_t target, const std::vector<RenameChoice>& choices) const {
    const RenameChoice& best = choices[0];
    const bool adds_scope = best.from.empty() || best.to.empty();
    const bool is_likely = adds_scope || best.votes > 1 || best.shared > 1;
    const std::string name = SingleQuoted(checkpoint_.tensor(best.candidate).name);
    if (!is_likely)
      return "too little to go by: only the last part of its name agrees with " + name;
    if (!best.fits) return Mismatch(target, best.candidate);
    // One tensor may be there under two names.
    const auto rival = std::find_if(choices.begin(), choices.end(), [&](const RenameChoice& other) {
      return other.IsAsGoodAs(best) && other.candidate != best.candidate;
    });
    if (rival != choices.end()) {
      return "ambiguous: tensors " + name + " and " +
             SingleQuoted(checkpoint_.tensor(rival->candidate).name) + " fit alike";
    }
    if (NumExactBelow(best.from) > best.votes) {
      return "doubtful: only " + name +
             " has a name like it, while others of its scope are there under their own names";
    }
    return "";
  }

  // Names that begin with `scope` and are in the checkpoint as they are.
  std::size_t NumExactBelow(std::string_view scope) const {
    const auto is_before = [&](std::string_view name) { return name < scope; };
    const auto is_below = [&](std::string_view name) { return name.starts_with(scope); };
    const auto first = std::partition_point(exact_names_.begin(), exact_names_.end(), is_before);
    return static_cast<std::size_t>(std::partition_point(first, exact_names_.end(), is_below) -
                                    first);
  }

  void Grant(const std::vector<const Claim*>& rivals) {
    const Claim& best = *rivals.front();
    const std::size_t tensor = best.choice.candidate;
    if (rivals.size() > 1 && rivals[1]->choice.IsAsGoodAs(best.choice)) {
      for (const Claim* rival : rivals) {
        const Claim& other = rival == &best ? *rivals[1] : best;
        matches_[rival->target].why_not =
            "ambiguous: tensor " + SingleQuoted(checkpoint_.tensor(tensor).name) + " would fit " +
            SingleQuoted(targets_[other.target].op_name) + " as well";
      }
      return;
    }
    const std::string name =
        std::string(best.choice.to) + targets_[best.target].name.substr(best.choice.from.size());
    Give(best.target, tensor,
         KindOfName(name, tensor,
                    best.choice.votes > 1 ? MatchKind::kScopeRename : MatchKind::kSingleRename));
    SetFullName(best.target, name);
  }

  // "w/Adam" for the variable w that is matched: the slot beside w's tensor.
  void MatchSlotsAndAverages() {
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      if (!matches_[i].tensors.empty()) continue;
      const std::string& name = targets_[i].name;
      const std::size_t slash = name.rfind('/');
      if (slash == std::string::npos) continue;
      const auto base = by_name_.find(std::string_view(name).substr(0, slash));
      if (base == by_name_.end() || matches_[base->second].tensors.size() != 1) continue;
      MatchSlot(i, matches_[base->second].tensors[0], std::string_view(name).substr(slash + 1));
    }
  }

  void MatchSlot(std::size_t target, std::size_t base, std::string_view slot) {
    const std::string base_name(checkpoint_.tensor(base).name);
    const auto same = checkpoint_.Find(base_name + "/" + std::string(slot));
    if (same && owner_[*same] == kFree && Fits(target, *same)) {
      return Give(target, *same, MatchKind::kSlot);
    }
    std::vector<std::size_t> slots = ObjectSlots(checkpoint_, base_name, slot);
    std::erase_if(slots, [&](std::size_t t) { return owner_[t] != kFree || !Fits(target, t); });
    if (slots.size() == 1) return Give(target, slots[0], MatchKind::kSlot);
    if (slot == kAverageSlot && Fits(target, base)) {
      const std::size_t owner = owner_[base];
      Give(target, base, MatchKind::kAverage);
      owner_[base] = owner;
    } else if (matches_[target].why_not.empty()) {
      matches_[target].why_not =
          "the checkpoint has no '" + std::string(slot) + "' beside " + SingleQuoted(base_name);
    }
  }

  // Parts that were saved one by one, as if each were a variable.
  void MatchParts() {
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      const MatchTarget& target = targets_[i];
      if (!matches_[i].tensors.empty() || !target.is_partitioned()) continue;
      std::vector<std::size_t> tensors;
      for (const Variable* part : target.variables) {
        const auto tensor = checkpoint_.Find(part->in_store() ? part->key : part->op_name);
        if (!tensor || owner_[*tensor] != kFree) break;
        const TensorInfo info = checkpoint_.tensor(*tensor);
        if (info.dtype != part->dtype || !ShapesCompatible(part->shape, info.shape)) break;
        tensors.push_back(*tensor);
      }
      if (tensors.size() != target.variables.size()) continue;
      for (const std::size_t tensor : tensors) Give(i, tensor, MatchKind::kParts);
    }
  }

  void SayWhyNot() {
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      NameMatch& match = matches_[i];
      if (!match.tensors.empty() || !match.why_not.empty()) continue;
      const auto same = checkpoint_.Find(targets_[i].name);
      match.why_not = same && owner_[*same] != kFree
                          ? "tensor " + SingleQuoted(targets_[i].name) + " goes to " +
                                SingleQuoted(targets_[owner_[*same]].op_name) + " already"
                          : "no tensor that is left has a name like it";
    }
  }

  const std::vector<MatchTarget>& targets_;
  const CheckpointReader& checkpoint_;
  std::vector<NameMatch> matches_;
  std::vector<std::size_t> owner_;  // target of each tensor
  std::unordered_map<std::string_view, std::size_t> by_name_;
  std::vector<CandidateName> names_;
  std::vector<std::string_view> exact_names_;  // sorted
};

}  // namespace

std::vector<MatchTarget> MatchTargets(const VariableStore& store) {
  std::vector<MatchTarget> targets;
  std::unordered_map<std::string_view, std::size_t> wholes;
  for (const Variable* variable : store.variables()) {
    if (variable->slice_info) {
      const SliceInfo& slice = *variable->slice_info;
      const auto [whole, is_new] = wholes.emplace(slice.full_name, targets.size());
      if (is_new) {
        targets.push_back({WithoutSlash(slice.full_name),
                           slice.full_name,
                           {},
                           variable->dtype,
                           slice.full_shape});
      }
      targets[whole->second].variables.push_back(variable);
    } else {
      targets.push_back({WithoutSlash(variable->name),
                         variable->op_name,
                         {variable},
                         variable->dtype,
                         variable->shape});
    }
  }
  return targets;
}

double MatchScore(MatchKind kind) {
  switch (kind) {
    case MatchKind::kExact:
      return 1.0;
    case MatchKind::kScopeRename:
    case MatchKind::kSlot:
      return 0.95;
    case MatchKind::kAverage:
    case MatchKind::kObjectPath:
      return 0.9;
    case MatchKind::kOpSuffix:
    case MatchKind::kParts:
      return 0.8;
    case MatchKind::kSingleRename:
      return 0.7;
  }
  return 0.0;
}

std::vector<NameMatch> MatchNames(const std::vector<MatchTarget>& targets,
                                  const CheckpointReader& checkpoint) {
  return NameMatcher(targets, checkpoint).Run();
}

}  // namespace thaw
