// BlockBuilder: the contents of one block, with keys that share their beginnings.
//
// Role in the flow: a piece of TableBuilder; the counterpart of BlockCursor.
// Format: docs/format/sorted_table.md §3.

#ifndef THAW_IO_TABLE_BLOCK_BUILDER_H_
#define THAW_IO_TABLE_BLOCK_BUILDER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace thaw {

// One thread.
class BlockBuilder {
 public:
  // restart_interval: at least 1.
  explicit BlockBuilder(std::uint32_t restart_interval) : restart_interval_(restart_interval) {}

  // `key` is above the last one since Clear.
  void Add(std::string_view key, std::string_view value);

  bool empty() const { return restarts_.empty(); }
  // Bytes that Finish would return now.
  std::size_t finished_size() const;

  // Appends the restart array; the view lives until Clear.
  std::string_view Finish();
  void Clear();

 private:
  std::uint32_t restart_interval_;
  std::string buffer_;
  std::vector<std::uint32_t> restarts_;
  std::uint32_t entries_since_restart_ = 0;
  std::string last_key_;
};

}  // namespace thaw

#endif  // THAW_IO_TABLE_BLOCK_BUILDER_H_
