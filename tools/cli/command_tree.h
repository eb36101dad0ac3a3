// CommandTree: all commands and their options as one CLI11 tree.
//
// Role in the flow: the one table of truth. It is parsed against argv, and help, man page and
// completions are written from it.

#ifndef THAW_TOOLS_CLI_COMMAND_TREE_H_
#define THAW_TOOLS_CLI_COMMAND_TREE_H_

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "tools/command.h"

namespace thaw {

using CommandList = std::vector<std::unique_ptr<Command>>;

// The commands must outlive the tree. One thread.
class CommandTree {
 public:
  explicit CommandTree(const CommandList& commands);
  ~CommandTree();
  CommandTree(const CommandTree&) = delete;
  CommandTree& operator=(const CommandTree&) = delete;

  struct Node {
    Command* command = nullptr;
    const CLI::App* app = nullptr;
  };

  CLI::App& root() { return *root_; }
  const CLI::App& root() const { return *root_; }
  const std::vector<Node>& nodes() const { return nodes_; }

  // As parsed.
  GlobalOptions globals() const;
  // The command that was parsed; nullptr before that.
  const Node* chosen() const;

 private:
  void AddGlobalOptions();

  GlobalOptions raw_;  // without the fields that follow from the three below
  std::size_t io_choice_ = 0;
  std::size_t progress_choice_ = 0;
  bool no_verify_ = false;
  std::unique_ptr<CLI::App> root_;
  std::vector<Node> nodes_;
};

}  // namespace thaw

#endif  // THAW_TOOLS_CLI_COMMAND_TREE_H_
