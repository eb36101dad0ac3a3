// Sharing: checkpoints in shared memory, as mappings of names to read-only arrays.
//
// Role in the flow: SharedCheckpoint for Python. It turns arguments and tensors into the other
// language's, and decides nothing.

#ifndef THAW_PYTHON_SRC_SHARING_H_
#define THAW_PYTHON_SRC_SHARING_H_

#include <nanobind/nanobind.h>

namespace thaw::python {

void BindSharing(nanobind::module_& module);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_SHARING_H_
