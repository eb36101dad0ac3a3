// VarList: the variables that a caller gives to a Saver, as Python has them.
//
// Role in the flow: from `var_list` to SaverVarList. Which Python types may stand where is decided
// here; names and duplicates are engine/assign/saver_variables' business.

#ifndef THAW_PYTHON_SRC_VAR_LIST_H_
#define THAW_PYTHON_SRC_VAR_LIST_H_

#include <nanobind/nanobind.h>

#include <optional>

#include "engine/assign/saver_variables.h"

namespace thaw::python {

// nullopt for None. A list, tuple or set of variables and partitioned variables, where lists,
// tuples and dicts may hold them in turn; or a dict from names to a variable, a partitioned
// variable or a list of parts. Needs the GIL.
// Errors: TypeError   another type, or a name that is no str.
//         ValueError  what is no variable in a list of parts; None as a variable of a dict; lists
//                     with nothing in them.
std::optional<SaverVarList> VarListFromPython(nanobind::handle var_list);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_VAR_LIST_H_
