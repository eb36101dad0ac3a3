#include "engine/variables/initializer_snapshot.h"

namespace thaw {

InitializerSnapshot TakeInitializers(const VariableStore& store, VariableGroup group) {
  InitializerSnapshot snapshot;
  for (Variable* variable : store.variables(group)) {
    snapshot.entries.push_back({variable, variable->source});
  }
  return snapshot;
}

}  // namespace thaw
