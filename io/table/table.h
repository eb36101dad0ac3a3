// Table: all keys and values of a sorted table file, checked.
//
// Role in the flow: the index of a V2 checkpoint (and a V1 file) as a list in key order. It must
// not know what keys and values mean.
// Format: docs/format/sorted_table.md.

#ifndef THAW_IO_TABLE_TABLE_H_
#define THAW_IO_TABLE_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "io/base/bytes.h"
#include "io/base/result.h"
#include "io/storage/storage.h"
#include "io/table/entry_list.h"
#include "io/table/table_limits.h"

namespace thaw {

// Immutable. Thread-safe.
// Lifetime: keys and values are views into memory that the table owns; a move keeps them valid.
class Table {
 public:
  // Reads the file once, front to back, and checks everything that it says: the footer, every
  // block's place, checksum and restart points, and that keys rise strictly from the first to the
  // last and agree with the index. What was checked is what is kept.
  // Errors: DataLoss           the bytes contradict themselves.
  //         OutOfRange         the footer points past the end of the file.
  //         Unimplemented      a limit is exceeded.
  //         ResourceExhausted  no memory.
  //         else as File::Visit. Each with file and offset.
  // Untrusted input: yes.
  static Result<Table> Open(const File& file, const TableLimits& limits = {});

  std::size_t size() const { return entries_.size(); }
  // index: below size().
  std::string_view key(std::size_t index) const { return entries_.key(index); }
  ByteView value(std::size_t index) const { return entries_.value(index); }

  std::optional<std::size_t> Find(std::string_view key) const { return entries_.Find(key); }

  // Bytes of memory that the table takes.
  std::uint64_t memory_bytes() const { return entries_.memory_bytes(); }

 private:
  explicit Table(EntryList entries) : entries_(std::move(entries)) {}

  EntryList entries_;
};

}  // namespace thaw

#endif  // THAW_IO_TABLE_TABLE_H_
