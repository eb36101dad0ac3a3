// Savers: Saver and CheckpointManager for Python.
//
// Role in the flow: below tensorthaw/_saver.py, over engine/saver and engine/checkpoint_manager.

#ifndef THAW_PYTHON_SRC_SAVERS_H_
#define THAW_PYTHON_SRC_SAVERS_H_

#include <nanobind/nanobind.h>

namespace thaw::python {

void BindSaver(nanobind::module_& module);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_SAVERS_H_
