// Saver restore: a Saver's variables from an open checkpoint.
//
// Role in the flow: keys to assignments, assignments to values, and TensorFlow's two ways to fail.
// How the variables came to their keys, and where the checkpoint was found, is not known here.

#ifndef THAW_ENGINE_SAVER_SAVER_RESTORE_H_
#define THAW_ENGINE_SAVER_SAVER_RESTORE_H_

#include <span>

#include "engine/assign/saver_variables.h"
#include "engine/checkpoint.h"
#include "engine/report.h"
#include "engine/restore.h"

namespace thaw {

// Restores the items of `store`. Where keys are missing and the checkpoint holds an object graph,
// the keys are taken for the names that variables had when it was written; such a restore does not
// reshape, as in TensorFlow.
//   reshape: a tensor of another shape with as many elements fits.
// Errors of the report: NotFound         a key is missing, or a data file.
//                       InvalidArgument  a dtype, shape or slice that differs.
//                       else             of reading.
// After one of the first two, unless a data file is missing, no variable is changed.
Report RestoreItems(const Checkpoint& checkpoint, std::span<const SaverItem> items, bool reshape,
                    VariableStore& store, const RestoreOptions& options);

// tf.compat.v1.train.Saver().restore: every variable by its op name, parts by their slice. A
// missing key, a wrong dtype, shape or slice changes no variable. Sources and initializers stay as
// they are.
Report RestoreSaver(const Checkpoint& checkpoint, VariableStore& store,
                    const RestoreOptions& options = {});

}  // namespace thaw

#endif  // THAW_ENGINE_SAVER_SAVER_RESTORE_H_
