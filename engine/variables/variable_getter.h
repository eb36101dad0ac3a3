// VariableGetter: TensorFlow's get_variable and Variable, rule by rule.
//
// Role in the flow: from a completed request to a variable of the table, made or found again. It
// knows the rules of names, reuse, shapes, dtypes and parts; scopes have had their say before, and
// values are not filled in here.

#ifndef THAW_ENGINE_VARIABLES_VARIABLE_GETTER_H_
#define THAW_ENGINE_VARIABLES_VARIABLE_GETTER_H_

#include <optional>
#include <string>
#include <vector>

#include "engine/variables/variable_request.h"
#include "engine/variables/variable_table.h"
#include "io/base/result.h"
#include "io/base/slice.h"

namespace thaw {

// What get_variable returns: one of the two.
struct GotVariable {
  Variable* variable = nullptr;
  PartitionedVariable* partitioned = nullptr;
};

// The completed request's variable, made in `table` or found there. `request.dtype` is set.
// Errors: InvalidArgument (ValueError)  with TensorFlow's facts, in its order; those of the
//         request's functions as they are. Parts that were made before an error stay.
Result<GotVariable> GetVariableIn(VariableTable& table, const VariableRequest& request);

// A variable outside the store's keys, named below `name_scope`.
// Errors: InvalidArgument (ValueError)  as TensorFlow's.
Result<Variable*> MakePlainVariable(VariableTable& table, const std::string& name_scope,
                                    const PlainVariableRequest& request);

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_VARIABLE_GETTER_H_
