// thaw bench: how fast a checkpoint restores on this machine, beside the machine's own limits.

#ifndef THAW_TOOLS_CMD_BENCH_H_
#define THAW_TOOLS_CMD_BENCH_H_

#include <memory>

#include "tools/command.h"

namespace thaw {

std::unique_ptr<Command> MakeBenchCommand();

}  // namespace thaw

#endif  // THAW_TOOLS_CMD_BENCH_H_
