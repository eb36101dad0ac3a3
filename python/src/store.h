// Store: a VariableStore as Python sees it.
//
// Role in the flow: below tensorthaw/_store.py, which has the signatures that people use and calls
// custom getters; the rules are the engine's.

#ifndef THAW_PYTHON_SRC_STORE_H_
#define THAW_PYTHON_SRC_STORE_H_

#include <nanobind/nanobind.h>

#include "engine/report.h"

namespace thaw::python {

void BindStore(nanobind::module_& module);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_STORE_H_
