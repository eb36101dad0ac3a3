// InitializerSnapshot: the initializers of a store's variables as they were at one moment.
//
// Role in the flow: what global_variables_initializer() holds in TensorFlow. An assignment that
// comes later changes the variables, not the snapshot; engine/restore runs it.

#ifndef THAW_ENGINE_VARIABLES_INITIALIZER_SNAPSHOT_H_
#define THAW_ENGINE_VARIABLES_INITIALIZER_SNAPSHOT_H_

#include <optional>
#include <vector>

#include "engine/variables/variable.h"
#include "engine/variables/variable_store.h"

namespace thaw {

struct InitializerSnapshot {
  struct Entry {
    Variable* variable = nullptr;
    // nullopt: the initializer that the variable was made with.
    std::optional<CheckpointSource> source;
  };
  std::vector<Entry> entries;  // in order of creation
};

// The initializers of the group's variables as they are now. Valid as long as the store.
InitializerSnapshot TakeInitializers(const VariableStore& store, VariableGroup group);

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_INITIALIZER_SNAPSHOT_H_
