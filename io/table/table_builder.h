// TableBuilder: writes a sorted table, byte for byte as TensorFlow does.
//
// Role in the flow: writers of checkpoints add their keys and values in order and put the bytes
// into a file. It must not know what keys and values mean, nor where the bytes go.
// Format: docs/format/sorted_table.md.

#ifndef THAW_IO_TABLE_TABLE_BUILDER_H_
#define THAW_IO_TABLE_TABLE_BUILDER_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "io/base/status.h"
#include "io/table/block_builder.h"
#include "io/table/layout.h"

namespace thaw {

// Defaults: TensorFlow's table_options.h.
struct TableBuilderOptions {
  // A block ends when it holds at least that many bytes.
  std::size_t block_size = 262144;
  // Entries from one restart point to the next.
  std::uint32_t restart_interval = 16;
};

// One thread.
class TableBuilder {
 public:
  // Appends the file's bytes to `*out`, which outlives the builder. The caller may take bytes out
  // of it between calls, so that a large table never lies in memory whole.
  explicit TableBuilder(std::string* out, const TableBuilderOptions& options = {});

  // Errors: InvalidArgument     `key` is not above the last one in byte order.
  //         FailedPrecondition  after Finish.
  Status Add(std::string_view key, std::string_view value);

  // Writes what is left, the index and the footer.
  // Errors: FailedPrecondition  after Finish.
  Status Finish();

 private:
  void FlushBlock();
  void AppendIndexEntry(std::string_view separator);
  BlockHandle AppendBlock(std::string_view contents);

  TableBuilderOptions options_;
  std::string* out_;
  std::uint64_t file_offset_ = 0;
  BlockBuilder data_block_;
  BlockBuilder index_block_;
  std::string last_key_;
  bool has_key_ = false;
  // The last block is written, its index entry is not: the separator needs the next key.
  bool has_pending_handle_ = false;
  BlockHandle pending_handle_;
  bool is_finished_ = false;
};

}  // namespace thaw

#endif  // THAW_IO_TABLE_TABLE_BUILDER_H_
