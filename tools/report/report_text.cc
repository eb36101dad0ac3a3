#include "tools/report/report_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "engine/assign/map_text.h"
#include "tools/print/name_text.h"
#include "tools/print/number_text.h"
#include "tools/print/text_table.h"
#include "tools/report/report_document.h"
#include "tools/values/element_values.h"

namespace thaw {
namespace {

// Unused tensors that are listed without -v.
constexpr std::size_t kMaxUnused = 10;

// Findings of one code that are listed without -v.
constexpr std::size_t kMaxFindings = 10;

// Elements of a value that the table shows.
constexpr std::size_t kMaxElements = 3;

std::string Quoted(std::string_view name) { return "\"" + PrintableText(name) + "\""; }

std::string_view ReasonText(KeptReason reason) {
  switch (reason) {
    case KeptReason::kNotInStore:
      return "not in the variable store";
    case KeptReason::kNoMapEntry:
      return "no map entry for it";
    case KeptReason::kOutsideScope:
      return "outside the map's scopes";
    case KeptReason::kScopeMatchedNothing:
      return "its map entry matched nothing";
    case KeptReason::kOverridden:
      return "its map entry failed or was undone";
  }
  return "";
}

std::string SourceText(const VariableReport& variable) {
  if (!variable.source) return "its initializer";
  std::string text = PrintableText(variable.source->tensor);
  if (const std::string slice = SliceTextOf(*variable.source); !slice.empty()) {
    text += fmt::format(" [{}]", slice);
  }
  return text;
}

// The first elements, enough to tell a restored value from an initializer's: "1.0", "[0.5, 2.0,
// …]".
std::string ValueText(const Variable& variable) {
  const std::size_t width = ElementSize(variable.dtype);
  const std::size_t count = width == 0 ? variable.strings.size() : variable.buffer.size() / width;
  const auto element = [&](std::size_t i) {
    return width == 0 ? Quoted(variable.strings[i])
                      : ElementText(variable.dtype, variable.buffer.data() + i * width);
  };
  if (variable.shape.empty() && count == 1) return element(0);
  std::string text = "[";
  for (std::size_t i = 0; i < std::min(count, kMaxElements); ++i) {
    text += (i > 0 ? ", " : "") + element(i);
  }
  return text + (count > kMaxElements ? ", …]" : "]");
}

std::string WhyText(const VariableReport& variable) {
  if (!variable.source) return std::string(variable.reason ? ReasonText(*variable.reason) : "");
  const std::string rule(AssignmentRuleName(variable.source->rule));
  if (variable.source->rule == AssignmentRule::kSaver) return rule;
  return fmt::format("{} {}", rule,
                     PrintableText(MapPairText(variable.source->map_key, variable.source->map_value,
                                               MapNotation::kMapFile)));
}

// Errors and warnings, the first ones of each code unless `is_verbose`. Notes are for -v alone
// (NoteTexts).
void WriteFindings(const Report& report, bool is_verbose, OutputStream& out) {
  std::map<FindingCode, std::size_t> counts;
  for (const Finding& finding : report.findings) {
    if (finding.severity == Severity::kNote) continue;
    const std::size_t count = ++counts[finding.code];
    if (count > kMaxFindings && !is_verbose) continue;
    out.Write(fmt::format("\n{} [{}]: {}\n", SeverityName(finding.severity),
                          FindingCodeName(finding.code), PrintableText(finding.message)));
    if (!finding.hint.empty()) out.Write(fmt::format("  {}\n", PrintableText(finding.hint)));
  }
  if (is_verbose) return;
  for (const auto& [code, count] : counts) {
    if (count <= kMaxFindings) continue;
    out.Write(fmt::format("\n{} more of [{}] (-v lists them)\n", GroupedText(count - kMaxFindings),
                          FindingCodeName(code)));
  }
}

void WriteUnusedTensors(const Report& report, bool is_verbose, OutputStream& out) {
  const std::size_t count = report.unused_tensors.size();
  if (count == 0) return;
  const std::size_t shown = is_verbose ? count : std::min(count, kMaxUnused);
  out.Write(fmt::format("\n{} of the checkpoint's tensors not used:\n", GroupedText(count)));
  for (std::size_t i = 0; i < shown; ++i) {
    out.Write(fmt::format("  {}\n", PrintableText(report.unused_tensors[i])));
  }
  if (shown < count) out.Write(fmt::format("  and {} more (-v lists them)\n", count - shown));
}

}  // namespace

void WriteReportText(const Report& report, const VariableStore* store, bool is_verbose,
                     OutputStream& out) {
  std::vector<TextTable::Column> columns = {{"variable"}, {"made by"},    {"dtype"},
                                            {"shape"},    {"value from"}, {"why"}};
  if (store != nullptr) columns.insert(columns.begin() + 4, {"value"});
  TextTable table(columns);
  for (std::size_t i = 0; i < report.variables.size(); ++i) {
    const VariableReport& variable = report.variables[i];
    std::vector<std::string> row = {
        PrintableText(variable.op_name),
        variable.made_by == MadeBy::kGetVariable ? "get_variable" : "Variable",
        std::string(DTypeName(variable.dtype)),
        ShapeToList(variable.shape),
        SourceText(variable),
        WhyText(variable)};
    if (store != nullptr) row.insert(row.begin() + 4, ValueText(*store->variables()[i]));
    table.AddRow(std::move(row));
  }
  table.WriteTo(out);
  WriteFindings(report, is_verbose, out);
  WriteUnusedTensors(report, is_verbose, out);
}

std::vector<std::string> NoteTexts(const Report& report) {
  std::vector<std::string> texts;
  for (const Finding& finding : report.findings) {
    if (finding.severity != Severity::kNote) continue;
    texts.push_back(fmt::format("[{}] {}{}", FindingCodeName(finding.code),
                                PrintableText(finding.message),
                                finding.hint.empty() ? "" : "; " + PrintableText(finding.hint)));
  }
  return texts;
}

}  // namespace thaw
