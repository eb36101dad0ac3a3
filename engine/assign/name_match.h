// NameMatch: which tensor of a checkpoint a variable probably means.
//
// Role in the flow: the heart of suggest. It compares names, shapes and dtypes; it knows no rule of
// assignment maps. Where two answers are as good as each other it gives none and says so.

#ifndef THAW_ENGINE_ASSIGN_NAME_MATCH_H_
#define THAW_ENGINE_ASSIGN_NAME_MATCH_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "engine/variables/variable_store.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

// A variable, or all parts of a partitioned one: what takes one tensor.
struct MatchTarget {
  std::string name;     // scoped name without a slash at its end; of parts, their full name
  std::string op_name;  // as reports and maps name it; of parts, their full name
  std::vector<const Variable*> variables;  // one, or the parts in order
  DType dtype = DType::kInvalid;
  Shape shape;  // of parts, the full shape

  bool is_partitioned() const { return variables.front()->slice_info.has_value(); }
  bool in_store() const { return variables.front()->in_store(); }
};

// The variables of a store in order of creation, parts joined.
std::vector<MatchTarget> MatchTargets(const VariableStore& store);

// How a match was found, the surest first.
enum class MatchKind {
  kExact,         // the same name
  kScopeRename,   // the same but for a scope at the front that several variables agree on
  kSlot,          // a slot of a variable that is matched
  kAverage,       // the tensor is the variable's exponential moving average, or the other way round
  kObjectPath,    // the tensor's object path or full name in TF2
  kOpSuffix,      // the same but for the "_1" that made an op name unique
  kParts,         // the checkpoint has each part as a tensor of its own
  kSingleRename,  // as kScopeRename, for this variable alone
};
// How sure it is, in (0, 1].
double MatchScore(MatchKind kind);

struct NameMatch {
  // Indices into the checkpoint's tensors: one, or one per part (kParts). Empty: none.
  std::vector<std::size_t> tensors;
  MatchKind kind = MatchKind::kExact;
  // What a map calls the tensor instead of its key: its full name in TF2's object graph, which
  // scope entries can reach. Empty: the key.
  std::string full_name;
  std::string why_not;  // a sentence, when there is none
};

// One per target. No tensor is given to two targets, but for an average and its variable.
// Cost: some seconds for 100,000 targets and as many tensors.
std::vector<NameMatch> MatchNames(const std::vector<MatchTarget>& targets,
                                  const CheckpointReader& checkpoint);

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_NAME_MATCH_H_
