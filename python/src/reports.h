// Reports: what a restore did, for Python.
//
// Role in the flow: the engine's Report as the fields of the document thaw.restore/1, which
// tensorthaw/_report.py presents.

#ifndef THAW_PYTHON_SRC_REPORTS_H_
#define THAW_PYTHON_SRC_REPORTS_H_

#include <nanobind/nanobind.h>

#include "engine/report.h"

namespace thaw::python {

// A tensorthaw.Report. Needs the GIL.
nanobind::object ReportToPython(const Report& report);

// Raises the report's error, if it has one, with the report in `.report`.
void RaiseIfFailed(const Report& report);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_REPORTS_H_
