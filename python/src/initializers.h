// Initializers and partitioners: the engine's, as Python makes and calls them.
//
// Role in the flow: below tensorthaw/_initializers.py and _partitioners.py, which know what Python
// may pass. It must not know variables.

#ifndef THAW_PYTHON_SRC_INITIALIZERS_H_
#define THAW_PYTHON_SRC_INITIALIZERS_H_

#include <nanobind/nanobind.h>

namespace thaw::python {

void BindInitializers(nanobind::module_& module);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_INITIALIZERS_H_
