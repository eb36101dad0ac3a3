// thaw suggest: proposes an assignment map.

#ifndef THAW_TOOLS_CMD_SUGGEST_H_
#define THAW_TOOLS_CMD_SUGGEST_H_

#include <memory>

#include "tools/command.h"

namespace thaw {

std::unique_ptr<Command> MakeSuggestCommand();

}  // namespace thaw

#endif  // THAW_TOOLS_CMD_SUGGEST_H_
