// Saver variables: which variables a Saver saves and restores, and under which names.
//
// Role in the flow: what the caller of a Saver names (its `var_list`) becomes a flat list of keys,
// in the order in which their tensors stand in the data file. No checkpoint is known here.
// Source: saveable_object_util.py, op_list_to_dict and validate_and_slice_inputs.

#ifndef THAW_ENGINE_ASSIGN_SAVER_VARIABLES_H_
#define THAW_ENGINE_ASSIGN_SAVER_VARIABLES_H_

#include <string>
#include <utility>
#include <vector>

#include "engine/variables/variable_store.h"
#include "io/base/result.h"

namespace thaw {

// One thing that a `var_list` holds.
struct SaverValue {
  enum class Kind {
    kVariable,     // one variable, or one part by itself
    kPartitioned,  // a partitioned variable: `name` and its parts in order
    kParts         // a list of parts
  };
  Kind kind = Kind::kVariable;
  std::string name;                  // kPartitioned: its full name
  std::vector<Variable*> variables;  // one (kVariable) or any number
};

// `var_list`: with names (a map), or without (a list; nested ones are flat by now).
struct SaverVarList {
  bool has_names = false;
  std::vector<std::pair<std::string, SaverValue>> values;  // the names are empty without has_names
};

// One tensor, or slice of a tensor, of the checkpoints of a Saver.
struct SaverItem {
  std::string key;
  Variable* variable = nullptr;
  // The variable's place in the full tensor counts; else it is stored as a tensor of its own.
  bool is_slice = false;

  // TensorFlow's shape_and_slice; empty for a tensor of its own.
  std::string slice_spec() const { return is_slice ? variable->slice_info->spec() : ""; }
};

// The list that a Saver without `var_list` takes: every global variable, parts one by one.
SaverVarList DefaultSaverVariables(const VariableStore& store);

// The items, sorted by key; the parts of one key in the order of the list, or of their names where
// the list has none.
// Errors: InvalidArgument (ValueError)  no variables; two with the same name; one that two names
//         would restore; parts among whole variables of the same name; parts of different tensors.
Result<std::vector<SaverItem>> ResolveSaverVariables(const SaverVarList& var_list);

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_SAVER_VARIABLES_H_
