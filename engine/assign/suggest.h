// Suggest: an assignment map for a model and a checkpoint, from their names, shapes and dtypes.
//
// Role in the flow: the resolver's way back. It matches names (name_match), covers the matches with
// as few entries as it can (scope_cover), and has the resolver confirm every one of them. It reads
// no tensor data.

#ifndef THAW_ENGINE_ASSIGN_SUGGEST_H_
#define THAW_ENGINE_ASSIGN_SUGGEST_H_

#include <memory>
#include <string>
#include <vector>

#include "engine/assign/assignment_map.h"
#include "engine/variables/variable_store.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

struct Suggestion {
  struct Unmatched {
    std::string name;  // op name; of a partitioned variable, its full name
    std::string why;   // where the search stopped
  };

  // Resolves without an error, and assigns each variable that is not unmatched.
  AssignmentMap map;
  // The mean over all variables of how sure their match is (MatchScore), 0 for unmatched ones; a
  // partitioned variable counts once, a model without variables as 1.
  double score = 1.0;
  std::vector<Unmatched> unmatched;         // in order of creation
  std::vector<std::string> unused_tensors;  // in byte order
};

Suggestion SuggestMap(const std::shared_ptr<const CheckpointReader>& checkpoint,
                      const VariableStore& store);

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_SUGGEST_H_
