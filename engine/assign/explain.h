// Explain: for each variable what it gets and by which rule, or why not and what to write instead.
//
// Role in the flow: reads the store after the resolver (its variables' sources and the entries
// applied to it) and the checkpoint's names. It reads no tensor data and changes nothing.

#ifndef THAW_ENGINE_ASSIGN_EXPLAIN_H_
#define THAW_ENGINE_ASSIGN_EXPLAIN_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/variables/variable.h"
#include "engine/variables/variable_store.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

// Why a variable kept its initializer (`reason` in JSON).
enum class KeptReason {
  kNotInStore,           // made by Variable; names and scopes do not see it
  kNoMapEntry,           // in the store, but no entry speaks of it
  kOutsideScope,         // scope entries exist, none covers it
  kScopeMatchedNothing,  // the entry meant for it matched no variable
  kOverridden,           // an entry that reached it failed, or was undone by a later one
};
// "not_in_store", …
std::string_view KeptReasonName(KeptReason reason);

struct VariableReport {
  std::string name;
  std::string op_name;
  MadeBy made_by = MadeBy::kVariable;
  DType dtype = DType::kFloat32;
  Shape shape;
  std::optional<SliceInfo> slice_info;
  // Set when the value comes from a checkpoint; else `reason` is.
  std::optional<CheckpointSource> source;
  std::optional<KeptReason> reason;
  // The reason in a sentence, or by which other name than its key the tensor was found; may be
  // empty.
  std::string cause;
  std::string advice;  // what to write instead; may be empty

  // Both in one line (`hint` in JSON).
  std::string hint() const;
};

// One element per variable of the store, in order of creation.
std::vector<VariableReport> ExplainVariables(const VariableStore& store,
                                             const CheckpointReader& checkpoint);

// Tensors of the checkpoint that no variable of the store gets, in byte order.
std::vector<std::string> UnusedTensors(const VariableStore& store,
                                       const CheckpointReader& checkpoint);

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_EXPLAIN_H_
