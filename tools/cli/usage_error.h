// Usage errors: what was typed wrong, and what was probably meant.
//
// Role in the flow: turns CLI11's complaint into a Status in our words.

#ifndef THAW_TOOLS_CLI_USAGE_ERROR_H_
#define THAW_TOOLS_CLI_USAGE_ERROR_H_

#include <string>

#include "tools/cli/command_tree.h"

namespace CLI {
class ParseError;
}

namespace thaw {

// InvalidArgument without a TensorFlow class, and a hint: the nearest command or option, or the
// usage line.
Status UsageError(const CommandTree& tree, const CLI::ParseError& error);

}  // namespace thaw

#endif  // THAW_TOOLS_CLI_USAGE_ERROR_H_
