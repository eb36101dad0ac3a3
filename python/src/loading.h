// Loading: checkpoints opened, listed, and loaded into arrays.
//
// Role in the flow: bulk loading by name, below tensorthaw/_loading.py. It must not know variables.

#ifndef THAW_PYTHON_SRC_LOADING_H_
#define THAW_PYTHON_SRC_LOADING_H_

#include <nanobind/nanobind.h>

namespace thaw::python {

void BindLoading(nanobind::module_& module);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_LOADING_H_
