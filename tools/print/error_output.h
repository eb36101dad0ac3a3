// Error output: the document thaw.error/1.
//
// Role in the flow: how a failed command ends with --json; without it, Talk::Error says the same.

#ifndef THAW_TOOLS_PRINT_ERROR_OUTPUT_H_
#define THAW_TOOLS_PRINT_ERROR_OUTPUT_H_

#include <optional>

#include "engine/assign/finding.h"
#include "io/base/status.h"
#include "tools/print/json_writer.h"

namespace thaw {

// The whole document. Facts that the status lacks are left out, and so is `finding`.
void WriteErrorDocument(const Status& status, std::optional<FindingCode> finding,
                        OutputStream& out);

// The fields "code", "tf_class" and "message", into an object that is begun.
void WriteErrorFields(const Status& status, JsonWriter& json);

}  // namespace thaw

#endif  // THAW_TOOLS_PRINT_ERROR_OUTPUT_H_
