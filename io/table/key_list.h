// KeyList: the keys of a sorted table, complete, in one piece of memory.
//
// Role in the flow: where the keys of all blocks end up, and where it is checked that they rise and
// keep to the limits. It must not know blocks, files or what becomes of values.

#ifndef THAW_IO_TABLE_KEY_LIST_H_
#define THAW_IO_TABLE_KEY_LIST_H_

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
// Lifetime: keys are views of the list's memory. Append ends their life, a move of the list does
// not.
class KeyList {
 public:
  // file_size: of the table; what all keys and values may take together follows from it.
  KeyList(const TableLimits& limits, std::uint64_t file_size);

  // Takes memory for that many keys of so many bytes in all. Throws std::bad_alloc.
  void Reserve(std::size_t num_keys, std::size_t num_bytes);

  // Appends the key of an entry, whose value only counts.
  // Errors: DataLoss       the key shares more than the last key has, or is not above it; all
  //                        entries together are out of proportion to the file.
  //         Unimplemented  a limit is exceeded.
  // Throws std::bad_alloc.
  // Untrusted input: yes.
  Status Append(const BlockEntry& entry);

  std::size_t size() const { return begins_.size() - 1; }
  std::string_view key(std::size_t index) const {
    return {arena_.data() + begins_[index], begins_[index + 1] - begins_[index]};
  }

  std::size_t num_key_bytes() const { return arena_.size(); }

  // Binary search. LowerBound: the first key that is at least `key`; size() when there is none.
  std::size_t LowerBound(std::string_view key) const;
  std::optional<std::size_t> Find(std::string_view key) const;

  std::uint64_t memory_bytes() const {
    return arena_.size() + begins_.size() * sizeof(std::uint32_t);
  }

 private:
  Status CheckSizes(const BlockEntry& entry, std::size_t last_key_size) const;

  TableLimits limits_;
  std::uint64_t max_bytes_;
  std::uint64_t num_bytes_ = 0;  // of keys and values
  std::vector<char> arena_;
  // Where each key begins in the arena, and where the last one ends.
  std::vector<std::uint32_t> begins_{0};
};

}  // namespace thaw

#endif  // THAW_IO_TABLE_KEY_LIST_H_
