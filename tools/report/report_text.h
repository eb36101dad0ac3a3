// Report text: what each variable got and why, for people.
//
// Role in the flow: explain and restore without --json.

#ifndef THAW_TOOLS_REPORT_REPORT_TEXT_H_
#define THAW_TOOLS_REPORT_REPORT_TEXT_H_

#include <span>
#include <string>

#include "engine/assign/assignment_map.h"
#include "engine/assign/resolver.h"
#include "engine/report.h"
#include "engine/variables/variable_store.h"
#include "tools/print/output_stream.h"

namespace thaw {

// A table of the variables and, below it, hints and unused tensors.
//   store: that of the report, to show the first elements of each value; nullptr: no values yet.
//   is_verbose: all unused tensors, not only the first ones.
void WriteReportText(const Report& report, const VariableStore* store, bool is_verbose,
                     OutputStream& out);

// One paragraph an error, with the entry that caused it; nothing when there is none.
void WriteMapErrorsText(std::span<const MapError> errors, const AssignmentMap& map,
                        OutputStream& out);

// `"old/": "new/"`, `"w": {"variable": "w_1"}`: as the map file has it.
std::string MapEntryText(const std::string& key, const MapValue& value);

}  // namespace thaw

#endif  // THAW_TOOLS_REPORT_REPORT_TEXT_H_
