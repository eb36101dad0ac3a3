#include "tools/cli/help_text.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

namespace thaw {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kIndent = 2;
// A term longer than this gets a line of its own.
constexpr std::size_t kMaxTerm = 24;

struct Row {
  std::string term;
  std::string text;
};

std::string Section(std::string_view title, const std::vector<Row>& rows) {
  if (rows.empty()) return "";
  std::size_t column = 0;
  for (const Row& row : rows) {
    if (row.term.size() <= kMaxTerm) column = std::max(column, row.term.size());
  }
  column += kIndent + 2;

  std::string section = fmt::format("\n{}:\n", title);
  for (const Row& row : rows) {
    std::string line = std::string(kIndent, ' ') + row.term;
    if (line.size() + 2 > column) {
      section += line + "\n";
      line.clear();
    }
    for (const std::string& piece : WrapText(row.text, kWidth - column)) {
      line.resize(column, ' ');
      section += line + piece + "\n";
      line.clear();
    }
  }
  return section;
}

std::vector<Row> TermRows(const std::vector<OptionRow>& rows, bool positional) {
  std::vector<Row> terms;
  for (const OptionRow& row : rows) {
    if (row.is_positional() == positional) terms.push_back({OptionTerm(row), row.help});
  }
  return terms;
}

std::string Paragraph(std::string_view text) {
  std::string paragraph = "\n";
  for (const std::string& line : WrapText(text, kWidth)) paragraph += line + "\n";
  return paragraph;
}

std::string Examples(std::string_view examples) {
  std::string section = "\nExamples:\n";
  for (const std::string& line : CLI::detail::split(std::string(examples), '\n')) {
    section += "  " + line + "\n";
  }
  return section;
}

std::string ExitCodeSection(const CommandInfo* info) {
  std::vector<Row> rows;
  for (const auto& [code, meaning] : ExitCodeRows(info)) {
    rows.push_back({std::to_string(code), meaning});
  }
  return Section("Exit codes", rows);
}

}  // namespace

std::vector<std::pair<int, std::string>> ExitCodeRows(const CommandInfo* info) {
  std::vector<std::pair<int, std::string>> rows = {{0, "all is well"}};
  if (info == nullptr) {
    rows.emplace_back(1, "a finding: damaged tensors, a map that restores nothing or is wrong");
  } else if (!info->finding.empty()) {
    rows.emplace_back(1, std::string(info->finding));
  }
  rows.emplace_back(2, "wrong usage, or a malformed model or map file");
  rows.emplace_back(3, "nothing there, or not a checkpoint");
  rows.emplace_back(4, "corrupt, or refused by a rule of TensorFlow while reading");
  rows.emplace_back(5, "input or output failed, permission denied, or the output exists");
  rows.emplace_back(6, "over the memory budget");
  rows.emplace_back(130, "interrupted (SIGINT)");
  rows.emplace_back(143, "terminated (SIGTERM)");
  return rows;
}

std::vector<std::string> WrapText(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (text.size() > width) {
    std::size_t space = text.rfind(' ', width);
    if (space == std::string_view::npos) space = text.find(' ');
    if (space == std::string_view::npos) break;
    lines.emplace_back(text.substr(0, space));
    text.remove_prefix(space + 1);
  }
  lines.emplace_back(text);
  return lines;
}

std::string HelpText(const CommandTree& tree) {
  std::vector<Row> commands;
  for (const auto& node : tree.nodes()) {
    commands.push_back(
        {std::string(node.command->info().name), std::string(node.command->info().summary)});
  }
  return "Usage: thaw [OPTIONS] COMMAND ...\n" + Paragraph(tree.root().get_description()) +
         Section("Commands", commands) +
         Section("Options, before or after the command", TermRows(OptionRows(tree.root()), false)) +
         Examples(
             "thaw ls model.ckpt\n"
             "thaw explain model.ckpt --model model.json --map map.json\n"
             "thaw restore model.ckpt --model model.json --saver --out values.npz\n"
             "thaw restore --help") +
         ExitCodeSection(nullptr);
}

std::string HelpText(const CommandTree& tree, const CommandTree::Node& node) {
  const CommandInfo& info = node.command->info();
  const std::vector<OptionRow> rows = OptionRows(*node.app);
  std::vector<Row> globals;
  for (const OptionRow& row : RowsBeside(OptionRows(tree.root()), rows)) {
    if (row.names.back() == "--version") continue;  // the program's, not the command's
    globals.push_back({OptionTerm(row), row.help});
  }
  return fmt::format("Usage: thaw {} {}\n", info.name, UsageText(rows)) +
         Paragraph(info.description) + Section("Arguments", TermRows(rows, true)) +
         Section("Options", TermRows(rows, false)) + Section("Global options", globals) +
         Examples(info.examples) + ExitCodeSection(&info);
}

}  // namespace thaw
