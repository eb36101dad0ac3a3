// Saving: arrays into a V2 checkpoint.
//
// Role in the flow: tensorthaw.save. It must not know variables or the state file.

#ifndef THAW_PYTHON_SRC_SAVING_H_
#define THAW_PYTHON_SRC_SAVING_H_

#include <nanobind/nanobind.h>

namespace thaw::python {

void BindSaving(nanobind::module_& module);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_SAVING_H_
