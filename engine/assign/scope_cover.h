// ScopeCover: the fewest scope entries that say what many single entries would.
//
// Role in the flow: suggest's last step but one. It knows TensorFlow's rule that a scope entry
// fails when one variable in the scope has no tensor, so a scope is taken only where every key of
// the store below it agrees.

#ifndef THAW_ENGINE_ASSIGN_SCOPE_COVER_H_
#define THAW_ENGINE_ASSIGN_SCOPE_COVER_H_

#include <string>
#include <vector>

#include "engine/assign/assignment_map.h"

namespace thaw {

// A name of the store, as a scope entry would see it, and the tensor that it is to get.
struct CoverName {
  std::string name;    // a key, cut at "/part_"
  std::string tensor;  // empty: none, so no scope may contain it
  std::string value;   // what a single entry names it by
};

// Adds to `map` scope entries for whole scopes of two names or more and single entries for the
// rest. `names` are all names of the store, sorted, each once.
void AddCoveringEntries(const std::vector<CoverName>& names, AssignmentMap* map);

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_SCOPE_COVER_H_
