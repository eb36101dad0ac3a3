// Saver keys: which tensor, and which slice of it, a Saver takes for each variable.
//
// Role in the flow: the resolver's sibling for `--saver`: names in, assignments out, no I/O. Every
// variable by its op name; the parts of a partitioned variable by their full name and slice.

#ifndef THAW_ENGINE_ASSIGN_SAVER_KEYS_H_
#define THAW_ENGINE_ASSIGN_SAVER_KEYS_H_

#include <memory>
#include <vector>

#include "engine/assign/resolver.h"
#include "engine/variables/variable_store.h"
#include "io/base/result.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

// One assignment per variable, sorted by key as TensorFlow's RestoreV2 gets them (parts in order of
// their op names); `entry` is not used. Dtypes, shapes and slices are the planner's to check.
// Errors: NotFound                      a key is not in the checkpoint: the first in byte order.
//         InvalidArgument (ValueError)  the store is empty, or two variables have the same key.
Result<std::vector<Assignment>> SaverAssignments(
    const std::shared_ptr<const CheckpointReader>& checkpoint, const VariableStore& store);

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_SAVER_KEYS_H_
