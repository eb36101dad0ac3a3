// LoadedTable: a sorted table with its values, for tests that compare all of it.

#ifndef THAW_TESTS_SUPPORT_LOADED_TABLE_H_
#define THAW_TESTS_SUPPORT_LOADED_TABLE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/table/table.h"

namespace thaw {

class LoadedTable {
 public:
  static Result<LoadedTable> Open(const File& file, const TableLimits& limits = {}) {
    Values values;
    THAW_ASSIGN_OR_RETURN(Table table, Table::Open(file, &values, limits));
    return LoadedTable(std::move(table), std::move(values.all));
  }

  // Of the entries with these keys, which rise.
  static Result<LoadedTable> OpenFor(const File& file, const std::vector<std::string>& keys) {
    Values values;
    THAW_ASSIGN_OR_RETURN(Table table, Table::OpenFor(file, keys, &values));
    return LoadedTable(std::move(table), std::move(values.all));
  }

  std::size_t size() const { return table_.size(); }
  std::string_view key(std::size_t index) const { return table_.key(index); }
  ByteView value(std::size_t index) const { return AsBytes(values_[index]); }
  std::optional<std::size_t> Find(std::string_view key) const { return table_.Find(key); }

 private:
  struct Values final : TableVisitor {
    void Expect(std::size_t num_entries) override { all.reserve(num_entries); }
    void Visit(std::string_view, ByteView value) override { all.emplace_back(AsChars(value)); }
    std::vector<std::string> all;
  };

  LoadedTable(Table table, std::vector<std::string> values)
      : table_(std::move(table)), values_(std::move(values)) {}

  Table table_;
  std::vector<std::string> values_;
};

}  // namespace thaw

#endif  // THAW_TESTS_SUPPORT_LOADED_TABLE_H_
