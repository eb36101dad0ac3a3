// BlockCursor: the entries of one block, in order.
//
// Role in the flow: from the contents of a block (checked and decompressed) to its entries, still
// with the prefix of their keys left out. It must not know files or other blocks.
// Format: docs/format/sorted_table.md §3.

#ifndef THAW_IO_TABLE_BLOCK_H_
#define THAW_IO_TABLE_BLOCK_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "io/base/bytes.h"
#include "io/base/result.h"

namespace thaw {

// The key is the first `shared_size` bytes of the key before it, then `suffix`.
struct BlockEntry {
  std::size_t shared_size = 0;
  std::string_view suffix;
  ByteView value;
};

// Walks over all entries once and checks on the way that the restart array is right. A table is
// always read whole, so there is no seeking.
// One thread.
// Lifetime: the cursor and its entries are views of the contents.
class BlockCursor {
 public:
  // Errors: DataLoss  the restart array does not fit in the block.
  // Untrusted input: yes.
  static Result<BlockCursor> Open(ByteView contents);

  bool at_end() const { return position_ == entries_.size(); }

  // Takes the next entry; not at_end().
  // Errors: DataLoss  the entry is cut off, or contradicts the restart array.
  // Untrusted input: yes.
  Status Next(BlockEntry* entry);

  // To be asked at_end().
  // Errors: DataLoss  a restart point is none of the entries.
  Status CheckAllRestartsSeen() const;

 private:
  BlockCursor(ByteView entries, ByteView restarts) : entries_(entries), restarts_(restarts) {}

  std::size_t num_restarts() const { return restarts_.size() / sizeof(std::uint32_t); }
  std::uint32_t restart(std::size_t index) const;
  // Compares an entry at position_ with the next restart point.
  Status CheckRestart(std::size_t shared_size);

  ByteView entries_;
  ByteView restarts_;
  std::size_t position_ = 0;
  std::size_t next_restart_ = 0;
};

}  // namespace thaw

#endif  // THAW_IO_TABLE_BLOCK_H_
