// Table: the keys of a sorted table file, checked; its values pass by once, while it is read.
//
// Role in the flow: the index of a V2 checkpoint as a list of keys in order. Whoever wants the
// values takes from each what it needs when it passes, so that an index of millions of entries is
// never in memory twice. It must not know what keys and values mean.
// Format: docs/format/sorted_table.md.

#ifndef THAW_IO_TABLE_TABLE_H_
#define THAW_IO_TABLE_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "io/base/bytes.h"
#include "io/base/result.h"
#include "io/storage/storage.h"
#include "io/table/key_list.h"
#include "io/table/table_limits.h"
#include "io/table/table_visitor.h"

namespace thaw {

// Immutable. Thread-safe.
// Lifetime: keys are views into memory that the table owns; a move keeps them valid.
class Table {
 public:
  // Reads the file once, front to back, and checks everything that it says: the footer, every
  // block's place, checksum and restart points, and that keys rise strictly from the first to the
  // last and agree with the index. What was checked is what is kept, or shown to `visitor`.
  // Errors: DataLoss           the bytes contradict themselves.
  //         OutOfRange         the footer points past the end of the file.
  //         Unimplemented      a limit is exceeded.
  //         ResourceExhausted  no memory.
  //         else as File::Visit. Each with file and offset.
  // Untrusted input: yes.
  static Result<Table> Open(const File& file, TableVisitor* visitor,
                            const TableLimits& limits = {});

  // The same for the entries of these keys alone: of the blocks only those are read, and checked,
  // that can hold one of them. The table is then a list of the keys that were found.
  //   keys: rising.
  static Result<Table> OpenFor(const File& file, std::span<const std::string> keys,
                               TableVisitor* visitor, const TableLimits& limits = {});

  std::size_t size() const { return keys_.size(); }
  // index: below size().
  std::string_view key(std::size_t index) const { return keys_.key(index); }

  std::optional<std::size_t> Find(std::string_view key) const { return keys_.Find(key); }

  // Bytes of memory that the table takes.
  std::uint64_t memory_bytes() const { return keys_.memory_bytes(); }

 private:
  explicit Table(KeyList keys) : keys_(std::move(keys)) {}

  KeyList keys_;
};

}  // namespace thaw

#endif  // THAW_IO_TABLE_TABLE_H_
