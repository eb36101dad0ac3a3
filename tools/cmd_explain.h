// thaw explain: what a map would restore, and why not.

#ifndef THAW_TOOLS_CMD_EXPLAIN_H_
#define THAW_TOOLS_CMD_EXPLAIN_H_

#include <memory>

#include "tools/command.h"

namespace thaw {

std::unique_ptr<Command> MakeExplainCommand();

}  // namespace thaw

#endif  // THAW_TOOLS_CMD_EXPLAIN_H_
