// Saver keys: which tensor, and which slice of it, a Saver takes for each of its variables.
//
// Role in the flow: the resolver's sibling for a Saver: items and an index in, assignments out, no
// I/O.

#ifndef THAW_ENGINE_ASSIGN_SAVER_KEYS_H_
#define THAW_ENGINE_ASSIGN_SAVER_KEYS_H_

#include <memory>
#include <span>
#include <vector>

#include "engine/assign/resolver.h"
#include "engine/assign/saver_variables.h"
#include "io/base/result.h"
#include "io/checkpoint/checkpoint_reader.h"
#include "io/checkpoint/object_graph/object_graph.h"

namespace thaw {

// One assignment per item, in their order, as TensorFlow's RestoreV2 gets them; `entry` is not
// used. Dtypes, shapes and slices are the planner's to check.
// Errors: NotFound  a key is not in the checkpoint: the first in byte order.
Result<std::vector<Assignment>> SaverAssignments(
    const std::shared_ptr<const CheckpointReader>& checkpoint, std::span<const SaverItem> items);

// The same for a checkpoint of an object graph, whose keys are paths of objects.
//   graph: the checkpoint's; its full names are the names that a Saver would have used.
// Errors: NotFound  names that the graph lacks: all of them, and which it has instead.
Result<std::vector<Assignment>> ObjectGraphAssignments(
    const std::shared_ptr<const CheckpointReader>& checkpoint, std::span<const SaverItem> items,
    const ObjectGraph& graph);

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_SAVER_KEYS_H_
