// Completion scripts: what a shell needs to complete `thaw` on Tab.
//
// Role in the flow: written from the command tree's rows, so that a new option is completed without
// further work.

#ifndef THAW_TOOLS_CLI_COMPLETION_SCRIPT_H_
#define THAW_TOOLS_CLI_COMPLETION_SCRIPT_H_

#include <string>
#include <string_view>
#include <vector>

#include "tools/cli/command_tree.h"
#include "tools/cli/option_rows.h"

namespace thaw {

struct CommandRows {
  std::string name;
  std::string summary;
  std::vector<OptionRow> rows;
};

// The tree as the scripts need it.
struct CompletionTree {
  std::vector<OptionRow> globals;
  std::vector<CommandRows> commands;
};

CompletionTree CompletionTreeOf(const CommandTree& tree);

enum class Shell { kBash, kZsh, kFish };

// The whole script; ends with a newline.
std::string CompletionScript(Shell shell, const CompletionTree& tree);

}  // namespace thaw

#endif  // THAW_TOOLS_CLI_COMPLETION_SCRIPT_H_
