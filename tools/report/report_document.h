// Report document: thaw.restore/1 and thaw.explain/1.
//
// Role in the flow: the engine's report as JSON, field by field as the interface has it.

#ifndef THAW_TOOLS_REPORT_REPORT_DOCUMENT_H_
#define THAW_TOOLS_REPORT_REPORT_DOCUMENT_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/assign/assignment_map.h"
#include "engine/assign/resolver.h"
#include "engine/report.h"
#include "tools/print/json_writer.h"

namespace thaw {

// The fields that both documents share: "checkpoint" to "totals" and "findings", into an object
// that is begun.
void WriteReportFields(const Report& report, JsonWriter& json);

// How bytes were fetched, as the object `key`; nothing when none were.
void WriteIoField(std::string_view key, const IoSummary& io, JsonWriter& json);

// [key, value]: an entry as a map file has it.
void WriteMapPair(const MapEntry& entry, JsonWriter& json);

// "errors": the errors of a map, each with the entry that caused it.
void WriteMapErrors(std::span<const MapError> errors, const AssignmentMap& map, JsonWriter& json);

// TensorFlow's text of a part's slice, e.g. "0,5:0,16"; empty for a whole tensor.
std::string SliceTextOf(const CheckpointSource& source);

}  // namespace thaw

#endif  // THAW_TOOLS_REPORT_REPORT_DOCUMENT_H_
