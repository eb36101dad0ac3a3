// Variable arguments: Python's arguments of get_variable and variable_scope as the engine's
// requests, and back for custom getters.
//
// Role in the flow: under the bindings of the store. Wrong types end here, by the argument's name.

#ifndef THAW_PYTHON_SRC_VARIABLE_ARGUMENTS_H_
#define THAW_PYTHON_SRC_VARIABLE_ARGUMENTS_H_

#include <nanobind/nanobind.h>

#include "engine/variables/scopes/variable_scope.h"
#include "engine/variables/variable_request.h"

namespace thaw::python {

// From the keyword arguments "name", "shape", "dtype", "initializer", "regularizer", "reuse",
// "trainable", "partitioner", "use_resource" and "is_local". `store` is given to the regularizer's
// variables.
// Errors: TypeError, ValueError  that name the argument.
VariableRequest VariableRequestFromPython(const nanobind::dict& arguments, nanobind::handle store);

// The same arguments, as a custom getter gets them.
nanobind::dict VariableRequestToPython(const VariableRequest& request);

// From the keyword arguments of variable_scope, "name_or_scope" and "default_name" among them.
// Errors: TypeError, ValueError  that name the argument.
ScopeRequest ScopeRequestFromPython(const nanobind::dict& arguments);

// A bool or None.
std::optional<bool> OptionalBool(nanobind::handle value);

// A shape or None: a number of rows, or a sequence of dimensions that may be None.
std::optional<Shape> OptionalShape(nanobind::handle shape);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_VARIABLE_ARGUMENTS_H_
