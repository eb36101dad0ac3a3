// thaw verify: every checksum of a checkpoint.

#ifndef THAW_TOOLS_CMD_VERIFY_H_
#define THAW_TOOLS_CMD_VERIFY_H_

#include <memory>

#include "tools/command.h"

namespace thaw {

std::unique_ptr<Command> MakeVerifyCommand();

}  // namespace thaw

#endif  // THAW_TOOLS_CMD_VERIFY_H_
