// The command line: from argv to an exit code.
//
// Role in the flow: parses with CLI11, runs the chosen command and reports its outcome. It must not
// know what any command does.

#ifndef THAW_TOOLS_CLI_COMMAND_LINE_H_
#define THAW_TOOLS_CLI_COMMAND_LINE_H_

#include "tools/cli/command_tree.h"

namespace thaw {

// No exception leaves it.
int RunCommandLine(const CommandList& commands, int argc, const char* const* argv);

}  // namespace thaw

#endif  // THAW_TOOLS_CLI_COMMAND_LINE_H_
