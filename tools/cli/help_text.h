// Help text: what --help prints.
//
// Role in the flow: written from the command tree's rows and each command's own words.

#ifndef THAW_TOOLS_CLI_HELP_TEXT_H_
#define THAW_TOOLS_CLI_HELP_TEXT_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tools/cli/command_tree.h"
#include "tools/cli/option_rows.h"

namespace thaw {

// `thaw --help`.
std::string HelpText(const CommandTree& tree);
// `thaw CMD --help`.
std::string HelpText(const CommandTree& tree, const CommandTree::Node& node);

// Exit codes with their meaning for one command (nullptr: for all), in ascending order.
std::vector<std::pair<int, std::string>> ExitCodeRows(const CommandInfo* info);

// Breaks `text` into lines of at most `width` columns where it has spaces.
std::vector<std::string> WrapText(std::string_view text, std::size_t width);

}  // namespace thaw

#endif  // THAW_TOOLS_CLI_HELP_TEXT_H_
