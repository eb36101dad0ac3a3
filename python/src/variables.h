// Variables: a store's variables and partitioned variables as Python sees them.
//
// Role in the flow: what the store's bindings return. One Python object per variable, as long as
// somebody holds it; it keeps the store alive.

#ifndef THAW_PYTHON_SRC_VARIABLES_H_
#define THAW_PYTHON_SRC_VARIABLES_H_

#include <nanobind/nanobind.h>

#include "engine/variables/variable.h"

namespace thaw::python {

void BindVariables(nanobind::module_& module);

// The Python object of a variable of `store`, a tensorthaw VariableStore.
nanobind::object VariableToPython(Variable* variable, nanobind::handle store);
nanobind::object PartitionedToPython(PartitionedVariable* variable, nanobind::handle store);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_VARIABLES_H_
