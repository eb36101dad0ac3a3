#include "tools/cli/man_page.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "tools/cli/help_text.h"
#include "tools/cli/option_rows.h"

namespace thaw {
namespace {

constexpr std::size_t kSourceWidth = 78;

// When the words of the page changed last; a build's own date would make builds differ.
constexpr std::string_view kDate = "November 24, 2026";

constexpr std::string_view kDescriptionSection = R"(.Sh DESCRIPTION
.Nm
reads checkpoints that TensorFlow programs wrote: lists them, checks them,
and restores variables from them by the rules of
.Fn tf.compat.v1.train.init_from_checkpoint .
.Pp
Standard output carries data only, standard error what is said to people.
A checkpoint is named by its prefix, by any of its files,
or by the folder it is in.
.Sh OPTIONS
These stand before or after the command.
After
.Fl \-
nothing is an option.
)";

constexpr std::string_view kSeeAlso = R"(.Sh SEE ALSO
The documentation of tensorthaw describes the file formats, the rules,
and the JSON documents that
.Fl \-json
prints.
)";

// Text that mdoc must not read as markup: backslashes, hyphens that are to be copied, and control
// characters at the start of a line.
std::string MdocText(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\\') {
      escaped += "\\e";
    } else {
      escaped += c;
    }
  }
  if (!escaped.empty() && (escaped.front() == '.' || escaped.front() == '\'')) {
    escaped.insert(0, "\\&");
  }
  return escaped;
}

// Prose, one source line per sentence as mdoc likes it, wrapped.
std::string MdocProse(std::string_view text) {
  std::string prose;
  while (!text.empty()) {
    std::size_t end = text.find(". ");
    const std::string_view sentence = text.substr(0, end == std::string_view::npos ? end : end + 1);
    for (const std::string& line : WrapText(sentence, kSourceWidth)) {
      prose += MdocText(line) + "\n";
    }
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 2);
  }
  return prose;
}

// A word that mdoc would take for a macro or a delimiter gets a zero-width guard.
std::string MdocWord(std::string_view word) {
  std::string text;
  for (const char c : word) {
    if (c == '-') {
      text += "\\-";
    } else {
      text += c;
    }
  }
  return text;
}

// ".It Fl q , Fl \-quiet Ar FILE"
std::string OptionItem(const OptionRow& row) {
  std::string item = ".It";
  if (row.is_positional()) return item + " Ar " + MdocWord(row.value) + "\n";
  for (std::size_t i = 0; i < row.names.size(); ++i) {
    if (i > 0) item += " ,";
    item += " Fl " + MdocWord(std::string_view(row.names[i]).substr(1));
  }
  if (!row.value.empty()) item += " Ar " + MdocWord(row.value);
  return item + "\n";
}

std::string OptionList(const std::vector<OptionRow>& rows) {
  std::string list = ".Bl -tag -width Ds\n";
  for (const OptionRow& row : rows) list += OptionItem(row) + MdocProse(row.help + ".");
  return list + ".El\n";
}

std::string CommandSection(const CommandTree::Node& node) {
  const CommandInfo& info = node.command->info();
  const std::vector<OptionRow> rows = OptionRows(*node.app);
  std::string section = fmt::format(".Ss thaw {}\n", info.name);
  section += MdocProse(info.description);
  section += OptionList(rows);
  section += "Examples:\n.Bd -literal -offset indent\n";
  for (const std::string& line : CLI::detail::split(std::string(info.examples), '\n')) {
    section += MdocText(line) + "\n";
  }
  section += ".Ed\n";
  if (!info.finding.empty()) {
    section += ".Pp\n" + MdocProse(fmt::format("Exit code 1: {}.", info.finding));
  }
  return section;
}

std::string ExitStatusSection() {
  std::string section = ".Sh EXIT STATUS\n.Bl -tag -width Ds -compact\n";
  for (const auto& [code, meaning] : ExitCodeRows(nullptr)) {
    section += fmt::format(".It {}\n{}", code, MdocProse(meaning + "."));
  }
  return section + ".El\n";
}

}  // namespace

std::string ManPage(const CommandTree& tree) {
  std::string page = fmt::format(
      ".Dd {}\n.Dt THAW 1\n.Os\n.Sh NAME\n.Nm thaw\n"
      ".Nd restore TensorFlow checkpoints without TensorFlow\n.Sh SYNOPSIS\n",
      kDate);
  for (const auto& node : tree.nodes()) {
    page += fmt::format(".Nm\n.Cm {}\n.Op Ar OPTIONS\n", node.command->info().name);
    for (const OptionRow& row : OptionRows(*node.app)) {
      const std::string value = MdocWord(row.value) + (row.is_repeated ? " ..." : "");
      if (row.is_positional()) {
        page += (row.is_required ? ".Ar " : ".Op Ar ") + value + "\n";
      } else if (row.is_required) {
        page += fmt::format(".Fl {} Ar {}\n",
                            MdocWord(std::string_view(row.names.back()).substr(1)), value);
      }
    }
  }
  page += kDescriptionSection;
  page += OptionList(OptionRows(tree.root()));
  page += ".Sh COMMANDS\n";
  for (const auto& node : tree.nodes()) page += CommandSection(node);
  page += ExitStatusSection();
  page += kSeeAlso;
  return page;
}

}  // namespace thaw
