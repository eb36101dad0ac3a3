// thaw show: the values of one tensor.

#ifndef THAW_TOOLS_CMD_SHOW_H_
#define THAW_TOOLS_CMD_SHOW_H_

#include <memory>

#include "tools/command.h"

namespace thaw {

std::unique_ptr<Command> MakeShowCommand();

}  // namespace thaw

#endif  // THAW_TOOLS_CMD_SHOW_H_
