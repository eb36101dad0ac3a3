// TextTable: rows of text in aligned columns, for people.
//
// Role in the flow: listings and reports without --json.

#ifndef THAW_TOOLS_PRINT_TEXT_TABLE_H_
#define THAW_TOOLS_PRINT_TEXT_TABLE_H_

#include <string>
#include <vector>

#include "tools/print/output_stream.h"

namespace thaw {

enum class Align { kLeft, kRight };

// One thread.
class TextTable {
 public:
  struct Column {
    std::string title;
    Align align = Align::kLeft;
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // One cell per column, already printable (PrintableText).
  void AddRow(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }

  // The titles and the rows, two spaces between columns, none at a line's end.
  void WriteTo(OutputStream& out) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace thaw

#endif  // THAW_TOOLS_PRINT_TEXT_TABLE_H_
