// thaw completion: shell completions, written from the command tree.

#ifndef THAW_TOOLS_CMD_COMPLETION_H_
#define THAW_TOOLS_CMD_COMPLETION_H_

#include <memory>

#include "tools/command.h"

namespace thaw {

std::unique_ptr<Command> MakeCompletionCommand();

}  // namespace thaw

#endif  // THAW_TOOLS_CMD_COMPLETION_H_
