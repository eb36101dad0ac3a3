// Table files of a test's own making: any block contents, any handle, with right checksums, so that
// the checks behind the checksums are reached.

#ifndef THAW_TESTS_SUPPORT_CRAFTED_TABLE_H_
#define THAW_TESTS_SUPPORT_CRAFTED_TABLE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/storage/storage.h"
#include "io/table/layout.h"

namespace thaw {

using KeyValues = std::vector<std::pair<std::string, std::string>>;

// One entry of a block, its three lengths as given.
std::string RawEntry(std::uint64_t shared, std::string_view suffix, std::string_view value);
// Contents of a block: entries, then the restart array.
std::string RawBlock(std::string_view entries, const std::vector<std::uint32_t>& restarts);
// A block in which every entry is a restart point.
std::string PlainBlock(const KeyValues& entries);

// What a table is made of. Fields that are not set get what fits the others.
struct CraftedTable {
  struct DataBlock {
    std::string contents = {};
    std::string index_key = "\xff\xff";
    std::optional<BlockHandle> handle = std::nullopt;  // as the index block gives it
    BlockCompression compression = BlockCompression::kNone;
  };

  std::vector<DataBlock> blocks;
  std::string metaindex = PlainBlock({});
  std::optional<std::string> index;
  std::optional<BlockHandle> metaindex_handle;
  std::optional<BlockHandle> index_handle;

  // The whole file.
  std::string Build() const;
};

// A file in memory, exactly as long as `bytes`. Its path is "table".
std::unique_ptr<File> FileOf(std::string_view bytes);

}  // namespace thaw

#endif  // THAW_TESTS_SUPPORT_CRAFTED_TABLE_H_
