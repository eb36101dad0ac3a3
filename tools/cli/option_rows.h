// OptionRow: what an argument or option is called, takes and does, without CLI11's types.
//
// Role in the flow: read off the CLI11 tree once; help, man page and completions are written from
// these rows, so they cannot disagree with what the parser accepts.

#ifndef THAW_TOOLS_CLI_OPTION_ROWS_H_
#define THAW_TOOLS_CLI_OPTION_ROWS_H_

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace thaw {

enum class ValueKind { kNone, kText, kPath, kFolder, kChoice };

struct OptionRow {
  std::vector<std::string> names;  // "-q", "--quiet"; empty for a positional argument
  std::string value;               // the metavariable; empty for a flag
  ValueKind kind = ValueKind::kNone;
  std::vector<std::string> choices;  // of kChoice
  std::string help;
  bool is_required = false;
  bool is_repeated = false;

  bool is_positional() const { return names.empty(); }
};

// The arguments and options that `app` itself declares, in order.
std::vector<OptionRow> OptionRows(const CLI::App& app);

// The rows that share no name with one of `others`: the global options that a command does not
// declare anew.
std::vector<OptionRow> RowsBeside(const std::vector<OptionRow>& rows,
                                  const std::vector<OptionRow>& others);

// "[OPTIONS] CKPT [GLOB…]": what follows the command's name.
std::string UsageText(const std::vector<OptionRow>& rows);

// "-o, --out FILE"
std::string OptionTerm(const OptionRow& row);

}  // namespace thaw

#endif  // THAW_TOOLS_CLI_OPTION_ROWS_H_
