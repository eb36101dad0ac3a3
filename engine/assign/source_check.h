// Source check: what TensorFlow finds wrong with an assignment only when the initializer runs.
//
// Role in the flow: `explain` asks it ahead of time, from the index alone. A restore asks the
// planner, which knows the buffers, too.

#ifndef THAW_ENGINE_ASSIGN_SOURCE_CHECK_H_
#define THAW_ENGINE_ASSIGN_SOURCE_CHECK_H_

#include "engine/assign/finding.h"
#include "engine/variables/variable.h"

namespace thaw {

// In RestoreV2's order: the dtype, then the full shape and the slices of a part, or the shape of a
// whole variable. `source.tensor` is in the checkpoint.
// Errors: InvalidArgument  as the run would end; the message names tensor and variable.
Fault CheckSource(const Variable& variable, const CheckpointSource& source);

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_SOURCE_CHECK_H_
