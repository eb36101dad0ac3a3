// Variable output: the values of a model's variables as one file of arrays.
//
// Role in the flow: `thaw restore --out`. The engine's output formats write the bytes.

#ifndef THAW_TOOLS_REPORT_VARIABLE_OUTPUT_H_
#define THAW_TOOLS_REPORT_VARIABLE_OUTPUT_H_

#include <memory>
#include <string>
#include <vector>

#include "engine/output/output.h"
#include "engine/variables/variable_store.h"
#include "io/base/result.h"

namespace thaw {

// Writes one array per variable, named by op name, and publishes the file.
// `store` has all its values. *skipped is set to what the format has no place for.
// Errors: those of Output.
Status WriteVariables(const VariableStore& store, Output& output,
                      std::vector<SkippedArray>* skipped);

}  // namespace thaw

#endif  // THAW_TOOLS_REPORT_VARIABLE_OUTPUT_H_
