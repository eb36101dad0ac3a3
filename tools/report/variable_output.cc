#include "tools/report/variable_output.h"

namespace thaw {

Status WriteVariables(const VariableStore& store, Output& output,
                      std::vector<SkippedArray>* skipped) {
  const auto variables = store.variables();
  std::vector<ArraySpec> arrays;
  arrays.reserve(variables.size());
  for (const Variable* variable : variables) {
    arrays.push_back({variable->op_name, variable->dtype, variable->shape});
  }
  THAW_RETURN_IF_ERROR(output.Declare(arrays));
  *skipped = output.skipped();
  for (std::size_t i = 0; i < variables.size(); ++i) {
    THAW_RETURN_IF_ERROR(output.Write(i, variables[i]->buffer));
  }
  return output.Finish();
}

}  // namespace thaw
