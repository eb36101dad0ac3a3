// Checkpoint files: which checkpoints a directory holds, for Python.
//
// Role in the flow: below tensorthaw/_checkpoints.py, over engine/checkpoint_management. No tensor
// is read here.

#ifndef THAW_PYTHON_SRC_CHECKPOINT_FILES_H_
#define THAW_PYTHON_SRC_CHECKPOINT_FILES_H_

#include <nanobind/nanobind.h>

#include <string>

#include "engine/saver/checkpoint_management.h"

namespace thaw::python {

// The path of a directory or prefix, which may be empty: the working directory.
// Errors: as PathFromPython.
std::string PathOrEmptyFromPython(nanobind::handle path, const char* argument);

// 1 and 2, or tensorthaw.SaverDef's V1 and V2.
// Errors: TypeError  no int. ValueError  another number.
SaverVersion VersionFromPython(nanobind::handle version, const char* argument);

// Hands a warning to the logger "tensorthaw"; nothing for an empty text.
void LogWarning(const std::string& text);

void BindCheckpointFiles(nanobind::module_& module);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_CHECKPOINT_FILES_H_
