#include "tools/cli/usage_error.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <vector>

#include "io/base/nearest_names.h"
#include "tools/cli/argument_escape.h"
#include "tools/cli/option_rows.h"

namespace thaw {
namespace {

Status Wrong(std::string what, const std::string& hint) {
  return InvalidArgumentError(std::move(what)).WithTfClass(Status::kNoTfClass).WithHint(hint);
}

std::string HelpHint(const CommandTree::Node* node) {
  if (node == nullptr) return "thaw --help lists the commands and options";
  const CommandInfo& info = node->command->info();
  return fmt::format("usage: thaw {} {} (more: thaw {} --help)", info.name,
                     UsageText(OptionRows(*node->app)), info.name);
}

std::string NearestHint(const std::string& typed, const std::vector<std::string>& candidates,
                        const std::string& otherwise) {
  const std::string hint = DidYouMean(NearestNames(typed, candidates));
  return hint.empty() ? otherwise : hint;
}

Status UnknownCommand(const CommandTree& tree, const std::string& typed) {
  std::vector<std::string> commands;
  for (const auto& node : tree.nodes()) commands.emplace_back(node.command->info().name);
  return Wrong(fmt::format("there is no command '{}'", typed),
               NearestHint(typed, commands, HelpHint(nullptr)));
}

Status UnexpectedArgument(const CommandTree& tree, const std::string& typed) {
  const CommandTree::Node* node = tree.chosen();
  if (typed.empty() || typed.front() != '-') {
    return Wrong(fmt::format("unexpected argument '{}'", typed), HelpHint(node));
  }
  std::vector<OptionRow> rows = OptionRows(tree.root());
  if (node != nullptr) {
    for (OptionRow& row : OptionRows(*node->app)) rows.push_back(std::move(row));
  }
  std::vector<std::string> options;
  for (const OptionRow& row : rows) {
    options.insert(options.end(), row.names.begin(), row.names.end());
  }
  const std::string name = typed.substr(0, typed.find('='));
  return Wrong(fmt::format("unknown option '{}'", name),
               NearestHint(name, options, HelpHint(node)));
}

}  // namespace

Status UsageError(const CommandTree& tree, const CLI::ParseError& error) {
  const std::vector<std::string> extra = tree.root().remaining(true);
  const std::string typed = extra.empty() ? "" : UnescapeArgument(extra.front());
  const CommandTree::Node* node = tree.chosen();
  if (node == nullptr && !extra.empty() && extra.front().front() != '-') {
    return UnknownCommand(tree, typed);
  }
  if (!extra.empty()) return UnexpectedArgument(tree, typed);
  if (node == nullptr && dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    return Wrong("no command was given", HelpHint(nullptr));
  }
  return Wrong(error.what(), HelpHint(node));
}

}  // namespace thaw
