// RunLoad: from targets to a report, or to an exception that carries one.
//
// Role in the flow: the end of every bulk load. It must not know where the targets come from.

#ifndef THAW_PYTHON_SRC_LOAD_RUN_H_
#define THAW_PYTHON_SRC_LOAD_RUN_H_

#include <nanobind/nanobind.h>

#include <string>
#include <vector>

#include "engine/checkpoint.h"
#include "engine/restore.h"
#include "python/src/load_targets.h"

namespace thaw::python {

// The options that all loads share, as Python gives them; None is the default of RestoreOptions.
// Errors: TypeError, ValueError  that name the argument.
RestoreOptions LoadOptionsFromPython(nanobind::handle threads, bool verify,
                                     nanobind::handle memory_budget);

// The `io` of an open.
// Errors: TypeError, ValueError.
OpenOptions OpenOptionsFromPython(nanobind::handle io);

// An iterable of names and globs.
// Errors: TypeError  no iterable, a text, an element that is no name.
std::vector<std::string> NamesFromPython(nanobind::handle names);

// Errors: TypeError  neither None nor callable.
void CheckProgress(nanobind::handle progress);

// Restores into the targets; Ctrl-C and an exception of `progress` stop it. Needs the GIL, and
// gives it away meanwhile.
//   Returns tensorthaw.LoadReport.
// Errors: the first in the order of the targets, or what interrupted the load; with the report as
// `.report`. A target that failed is filled with zeros; the others are done.
nanobind::object RunLoad(const Checkpoint& checkpoint, std::vector<LoadTarget>& targets,
                         const RestoreOptions& options, nanobind::handle progress);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_LOAD_RUN_H_
