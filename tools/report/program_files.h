// Program files: the model and the map of explain and restore, from paths to a store.
//
// Role in the flow: reads the files; the engine parses them. A malformed file is a usage error.

#ifndef THAW_TOOLS_REPORT_PROGRAM_FILES_H_
#define THAW_TOOLS_REPORT_PROGRAM_FILES_H_

#include <optional>
#include <string>

#include "engine/assign/assignment_map.h"
#include "engine/variables/variable_store.h"
#include "io/base/result.h"
#include "tools/cli/option_helpers.h"
#include "tools/command.h"

namespace thaw {

// The whole content of a file, "-" for standard input.
// Errors: NotFound, PermissionDenied, Unavailable; ResourceExhausted above 256 MiB.
Result<std::string> ReadTextFile(const std::string& path);

// "--model FILE", required, and "--map FILE".
CLI::Option* AddModelOption(CLI::App& app, std::string* path);
CLI::Option* AddMapOption(CLI::App& app, std::string* path);

struct Program {
  VariableStore store;
  AssignmentMap map;  // empty without a map file
};

// Reads the model and, unless `map_path` is empty, the map. Returns the error to end with, or OK
// and a filled *program.
Outcome LoadProgram(const std::string& model_path, const std::string& map_path, Program* program);

// Opens the checkpoint of a program. A directory whose state file is missing, malformed or leads
// nowhere is a case of its own (no_checkpoint_state).
Outcome OpenProgramCheckpoint(const CommandContext& context, const std::string& path,
                              std::optional<Checkpoint>* checkpoint);

}  // namespace thaw

#endif  // THAW_TOOLS_REPORT_PROGRAM_FILES_H_
