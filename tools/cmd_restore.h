// thaw restore: runs a restore and reports it.

#ifndef THAW_TOOLS_CMD_RESTORE_H_
#define THAW_TOOLS_CMD_RESTORE_H_

#include <memory>

#include "tools/command.h"

namespace thaw {

std::unique_ptr<Command> MakeRestoreCommand();

}  // namespace thaw

#endif  // THAW_TOOLS_CMD_RESTORE_H_
