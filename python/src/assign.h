// Assign: init_from_checkpoint for Python.
//
// Role in the flow: from an assignment map as Python has it to the engine's. Which Python values
// may stand where, and what they raise, is decided here; what names and scopes mean is the
// engine's business.

#ifndef THAW_PYTHON_SRC_ASSIGN_H_
#define THAW_PYTHON_SRC_ASSIGN_H_

#include <nanobind/nanobind.h>

namespace thaw::python {

void BindAssign(nanobind::module_& module);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_ASSIGN_H_
