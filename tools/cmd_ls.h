// thaw ls: the tensors of a checkpoint.

#ifndef THAW_TOOLS_CMD_LS_H_
#define THAW_TOOLS_CMD_LS_H_

#include <memory>

#include "tools/command.h"

namespace thaw {

std::unique_ptr<Command> MakeLsCommand();

}  // namespace thaw

#endif  // THAW_TOOLS_CMD_LS_H_
