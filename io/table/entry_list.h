// EntryList: keys and values of some blocks of a sorted table.
//
// Role in the flow: where entries go that are looked at more than once, or not in their order. It
// must not know blocks or files.

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
#include "io/table/key_list.h"
#include "io/table/table_limits.h"

namespace thaw {

// Thread-compatible.
// Lifetime: as a KeyList; values likewise.
class EntryList {
 public:
  EntryList(const TableLimits& limits, std::uint64_t file_size) : keys_(limits, file_size) {}

  // As KeyList::Append, and keeps the value.
  Status Append(const BlockEntry& entry);

  const KeyList& keys() const { return keys_; }
  std::size_t size() const { return keys_.size(); }
  std::string_view key(std::size_t index) const { return keys_.key(index); }
  ByteView value(std::size_t index) const {
    return ByteView(values_).subspan(begins_[index], begins_[index + 1] - begins_[index]);
  }

  std::size_t LowerBound(std::string_view key) const { return keys_.LowerBound(key); }
  std::optional<std::size_t> Find(std::string_view key) const { return keys_.Find(key); }

  std::uint64_t memory_bytes() const {
    return keys_.memory_bytes() + values_.size() + begins_.size() * sizeof(std::uint32_t);
  }

 private:
  KeyList keys_;
  std::vector<std::byte> values_;
  // Where each value begins, and where the last one ends.
  std::vector<std::uint32_t> begins_{0};
};

}  // namespace thaw

#endif  // THAW_IO_TABLE_ENTRY_LIST_H_
