// Map file: an assignment map written down as JSON.
//
// Role in the flow: text in, AssignmentMap out. It knows of the store only the op names, so that an
// object that no program made is refused here, where the line is known. It opens no file.
//
// An object, or a list of pairs (order and duplicates kept):
//    {"old/": "new/", "w": {"variable": "w_1"}, "emb": {"variables": ["emb/part_0", "emb/part_1"]}}
//    [["w", "a/w"], ["w", "b/w"]]

#ifndef THAW_ENGINE_ASSIGN_MAP_FILE_H_
#define THAW_ENGINE_ASSIGN_MAP_FILE_H_

#include <string_view>

#include "engine/assign/assignment_map.h"
#include "engine/variables/variable_store.h"
#include "io/base/result.h"

namespace thaw {

// Untrusted input: yes. `file_name` is for messages only.
// Errors: InvalidArgument (no TensorFlow class)  not JSON, a value of another form, a key twice in
//         an object, an op name that `store` lacks; the message names file, line and field.
Result<AssignmentMap> ParseMap(std::string_view text, std::string_view file_name,
                               const VariableStore& store);

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_MAP_FILE_H_
