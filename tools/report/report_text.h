// Report text: what each variable got and why, for people.
//
// Role in the flow: explain and restore without --json.

#ifndef THAW_TOOLS_REPORT_REPORT_TEXT_H_
#define THAW_TOOLS_REPORT_REPORT_TEXT_H_

#include <string>
#include <vector>

#include "engine/report.h"
#include "engine/variables/variable_store.h"
#include "tools/print/output_stream.h"

namespace thaw {

// A table of the variables and, below it, errors, warnings and unused tensors.
//   store: that of the report, to show the first elements of each value; nullptr: no values yet.
//   is_verbose: all findings and unused tensors, not only the first ones.
void WriteReportText(const Report& report, const VariableStore* store, bool is_verbose,
                     OutputStream& out);

// The findings that are only worth knowing, one line each: for stderr, with -v.
std::vector<std::string> NoteTexts(const Report& report);

}  // namespace thaw

#endif  // THAW_TOOLS_REPORT_REPORT_TEXT_H_
