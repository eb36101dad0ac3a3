// Man page: thaw(1), written from the command tree.
//
// Role in the flow: `thaw completion man` prints it, the build installs it.

#ifndef THAW_TOOLS_CLI_MAN_PAGE_H_
#define THAW_TOOLS_CLI_MAN_PAGE_H_

#include <string>

#include "tools/cli/command_tree.h"

namespace thaw {

// mdoc source.
std::string ManPage(const CommandTree& tree);

}  // namespace thaw

#endif  // THAW_TOOLS_CLI_MAN_PAGE_H_
