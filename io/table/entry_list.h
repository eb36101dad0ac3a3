// EntryList: keys and values of a sorted table in one piece of memory.
//
// Role in the flow: where the entries of all blocks end up, with their keys completed. It must not
// know blocks or files.

#ifndef THAW_IO_TABLE_ENTRY_LIST_H_
#define THAW_IO_TABLE_ENTRY_LIST_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "io/base/bytes.h"
#include "io/base/status.h"
#include "io/table/block.h"
#include "io/table/table_limits.h"

namespace thaw {

// Thread-compatible.
// Lifetime: keys and values are views of the list's memory. Append ends their life, a move of the
// list does not.
class EntryList {
 public:
  // file_size: of the table; what all keys and values may take together follows from it.
  EntryList(const TableLimits& limits, std::uint64_t file_size);

  // Takes memory for the entries of a table file of that size at once, if it is not too much.
  // Throws std::bad_alloc.
  void ReserveFor(std::uint64_t file_size);

  // Errors: DataLoss       the key shares more than the last key has, or is not above it; all
  //                        entries together are out of proportion to the file.
  //         Unimplemented  a limit is exceeded.
  // Throws std::bad_alloc.
  // Untrusted input: yes.
  Status Append(const BlockEntry& entry);

  std::size_t size() const { return records_.size(); }
  std::string_view key(std::size_t index) const;
  ByteView value(std::size_t index) const;

  // Binary search. LowerBound: the first key that is at least `key`; size() when there is none.
  std::size_t LowerBound(std::string_view key) const;
  std::optional<std::size_t> Find(std::string_view key) const;

  std::uint64_t memory_bytes() const;

 private:
  // A value follows its key.
  struct Record {
    std::uint32_t begin;
    std::uint32_t key_size;
    std::uint32_t value_size;
  };

  Status CheckSizes(const BlockEntry& entry) const;

  TableLimits limits_;
  std::uint64_t max_bytes_;
  std::vector<std::byte> arena_;
  std::vector<Record> records_;
};

}  // namespace thaw

#endif  // THAW_IO_TABLE_ENTRY_LIST_H_
