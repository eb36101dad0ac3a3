#include "tools/cli/option_rows.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>

namespace thaw {
namespace {

ValueKind KindOf(const std::string& value) {
  if (value.empty()) return ValueKind::kNone;
  if (value == "FILE" || value == "CKPT") return ValueKind::kPath;
  if (value == "DIR") return ValueKind::kFolder;
  return value.find('|') == std::string::npos ? ValueKind::kText : ValueKind::kChoice;
}

OptionRow RowOf(const CLI::Option& option) {
  OptionRow row;
  for (const std::string& name : option.get_snames()) row.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) row.names.push_back("--" + name);
  // A flag expects nothing after its name.
  if (option.get_items_expected_max() > 0) row.value = option.get_type_name();
  row.kind = KindOf(row.value);
  if (row.kind == ValueKind::kChoice) row.choices = CLI::detail::split(row.value, '|');
  row.help = option.get_description();
  row.is_required = option.get_required();
  row.is_repeated = option.get_items_expected_max() > 1;
  return row;
}

}  // namespace

std::vector<OptionRow> OptionRows(const CLI::App& app) {
  std::vector<OptionRow> rows;
  for (const CLI::Option* option : app.get_options()) rows.push_back(RowOf(*option));
  return rows;
}

std::vector<OptionRow> RowsBeside(const std::vector<OptionRow>& rows,
                                  const std::vector<OptionRow>& others) {
  const auto is_taken = [&others](const std::string& name) {
    return std::any_of(others.begin(), others.end(), [&name](const OptionRow& other) {
      return std::find(other.names.begin(), other.names.end(), name) != other.names.end();
    });
  };
  std::vector<OptionRow> beside;
  for (const OptionRow& row : rows) {
    if (std::none_of(row.names.begin(), row.names.end(), is_taken)) beside.push_back(row);
  }
  return beside;
}

std::string UsageText(const std::vector<OptionRow>& rows) {
  std::string options = "[OPTIONS]";
  std::string arguments;
  for (const OptionRow& row : rows) {
    if (row.is_positional()) {
      const std::string value = row.value + (row.is_repeated ? "..." : "");
      arguments += row.is_required ? " " + value : " [" + value + "]";
    } else if (row.is_required) {
      options += " " + row.names.back() + " " + row.value;
    }
  }
  return options + arguments;
}

std::string OptionTerm(const OptionRow& row) {
  if (row.is_positional()) return row.value + (row.is_repeated ? "..." : "");
  const std::string names = fmt::format("{}", fmt::join(row.names, ", "));
  return row.value.empty() ? names : names + " " + row.value;
}

}  // namespace thaw
