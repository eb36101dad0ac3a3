// TableBlocks: where the blocks of a sorted table lie, and what one of them holds.
//
// Role in the flow: the footer and the index of a table file, checked, without its data. Table
// reads all blocks through it at once; the reader of V1 files, whose values are whole tensors,
// reads them one by one when they are wanted. It must not know what keys and values mean. Format:
// docs/format/sorted_table.md.

#ifndef THAW_IO_TABLE_TABLE_BLOCKS_H_
#define THAW_IO_TABLE_TABLE_BLOCKS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "io/base/bytes.h"
#include "io/base/result.h"
#include "io/storage/storage.h"
#include "io/table/entry_list.h"
#include "io/table/key_list.h"
#include "io/table/layout.h"
#include "io/table/table_limits.h"
#include "io/table/table_visitor.h"

namespace thaw {

// Memory for the bytes of one block, reused from block to block.
struct BlockBuffers {
  std::vector<std::byte> sealed;
  std::vector<std::byte> decompressed;
};

// Immutable. Thread-safe.
class TableBlocks {
 public:
  // Reads and checks the footer and the index block, and that the blocks follow one another.
  //   file: outlives this object.
  // Errors: DataLoss       the bytes contradict themselves.
  //         OutOfRange     the footer points past the end of the file.
  //         Unimplemented  a limit is exceeded.
  //         else as File::Visit. Throws std::bad_alloc.
  // Untrusted input: yes.
  static Result<TableBlocks> Open(const File& file, const TableLimits& limits);

  std::size_t size() const { return handles_.size(); }
  const BlockHandle& handle(std::size_t block) const { return handles_[block]; }
  const TableLimits& limits() const { return limits_; }
  std::uint64_t memory_bytes() const;

  // The only block that can hold `key`; nullopt when the key is above all of them.
  std::optional<std::size_t> Find(std::string_view key) const;

  // Appends the entries of a block, whose checksum was found right, to `*entries`. They rise, and
  // lie between the index keys of the block before and of this one.
  // Errors: as Open, each with the block's offset. Throws std::bad_alloc.
  // Untrusted input: yes.
  Status ReadEntries(std::size_t block, BlockBuffers* buffers, EntryList* entries) const;

  // The same, but the values are not kept: `visitor` is shown each entry once its key is known to
  // rise. nullptr: nobody looks.
  Status VisitEntries(std::size_t block, BlockBuffers* buffers, KeyList* keys,
                      TableVisitor* visitor) const;

  // Nothing is kept of the metaindex; TensorFlow's is empty, and never read by it.
  // Errors: as ReadEntries.
  Status CheckMetaindex(BlockBuffers* buffers) const;

 private:
  TableBlocks(const File& file, const TableLimits& limits)
      : file_(&file), limits_(limits), index_(limits, file.size()) {}

  Status ReadIndex();

  const File* file_;
  TableLimits limits_;
  Footer footer_;
  EntryList index_;
  std::vector<BlockHandle> handles_;
};

}  // namespace thaw

#endif  // THAW_IO_TABLE_TABLE_BLOCKS_H_
