// Model file: a program's variables written down as JSON.
//
// Role in the flow: text in, VariableStore out. It calls the store as the program itself would, one
// variable after the other, so every rule of the store holds for files, too. It opens no file.
//
// {"variables": [
//    {"made_by": "get_variable", "name": "s/emb", "shape": [100, 16], "dtype": "float32",
//     "initializer": "zeros", "partitions": [5, 1], "use_resource": false, "op_name": "emb"}, …]}

#ifndef THAW_ENGINE_VARIABLES_MODEL_FILE_H_
#define THAW_ENGINE_VARIABLES_MODEL_FILE_H_

#include <string_view>

#include "engine/variables/variable_store.h"
#include "io/base/result.h"

namespace thaw {

// Untrusted input: yes. `file_name` is for messages only.
// Errors: InvalidArgument (no TensorFlow class)  not JSON, an unknown field, an impossible value,
// or
//         a variable that the store refuses; the message names file, line and field:
//         "model.json: line 4: variables[2].shape[0]: …".
Result<VariableStore> ParseModel(std::string_view text, std::string_view file_name);

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLES_MODEL_FILE_H_
