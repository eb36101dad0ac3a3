#include "io/table/table.h"

#include <algorithm>
#include <new>

#include "io/table/entry_list.h"
#include "io/table/table_blocks.h"

namespace thaw {
namespace {

// What the file holds if all blocks are like the first, which has `first`.
//   Returns how many keys, and their bytes.
std::pair<std::size_t, std::size_t> GuessKeys(const KeyList& first, const BlockHandle& block,
                                              std::uint64_t file_size, const TableLimits& limits) {
  // Three lengths, a few bytes of a key and a value: an entry of a real index is longer.
  constexpr std::uint64_t kLeastEntryBytes = 16;
  const std::uint64_t num_blocks = file_size / (block.size + kBlockTrailerSize) + 1;
  std::uint64_t num_keys = file_size / kLeastEntryBytes;
  std::uint64_t guess = 0;
  if (CheckedMul(first.size(), num_blocks, &guess)) num_keys = std::min(num_keys, guess);
  num_keys = std::min<std::uint64_t>(num_keys, limits.num_keys);
  const std::uint64_t key_bytes = first.num_key_bytes() / first.size() + 1;
  return {num_keys, std::min(num_keys * key_bytes, 4 * file_size)};
}

Result<KeyList> ReadTable(const File& file, TableVisitor* visitor, const TableLimits& limits) {
  THAW_ASSIGN_OR_RETURN(const TableBlocks blocks, TableBlocks::Open(file, limits));
  // Reused from block to block, so that they stay in the cache.
  BlockBuffers buffers;
  KeyList keys(limits, file.size());
  if (blocks.size() > 1) {
    KeyList first(limits, file.size());
    THAW_RETURN_IF_ERROR(blocks.VisitEntries(0, &buffers, &first, nullptr));
    const auto [num_keys, key_bytes] = GuessKeys(first, blocks.handle(0), file.size(), limits);
    visitor->Expect(num_keys);
    keys.Reserve(num_keys, key_bytes);
  }
  for (std::size_t block = 0; block < blocks.size(); ++block) {
    THAW_RETURN_IF_ERROR(blocks.VisitEntries(block, &buffers, &keys, visitor));
  }
  THAW_RETURN_IF_ERROR(blocks.CheckMetaindex(&buffers));
  return keys;
}

Result<KeyList> ReadEntriesOf(const File& file, std::span<const std::string> wanted,
                              TableVisitor* visitor, const TableLimits& limits) {
  THAW_ASSIGN_OR_RETURN(const TableBlocks blocks, TableBlocks::Open(file, limits));
  BlockBuffers buffers;
  KeyList keys(limits, file.size());
  auto next = wanted.begin();
  while (next != wanted.end()) {
    const std::optional<std::size_t> block = blocks.Find(*next);
    if (!block) break;  // it and all behind it are above the last key
    EntryList entries(limits, file.size());
    THAW_RETURN_IF_ERROR(blocks.ReadEntries(*block, &buffers, &entries));
    for (; next != wanted.end() && blocks.Find(*next) == block; ++next) {
      const std::optional<std::size_t> found = entries.Find(*next);
      if (!found) continue;
      THAW_RETURN_IF_ERROR(keys.Append({0, entries.key(*found), entries.value(*found)}));
      visitor->Visit(entries.key(*found), entries.value(*found));
    }
  }
  return keys;
}

// Runs one of the two above, and says of which file it is.
template <typename Read>
Result<KeyList> InFile(const File& file, Read read) {
  try {
    Result<KeyList> keys = read();
    if (!keys.ok()) return keys.status().WithFile(file.path());
    return keys;
  } catch (const std::bad_alloc&) {
    return ResourceExhaustedError("no memory for the table").WithFile(file.path());
  }
}

}  // namespace

Result<Table> Table::Open(const File& file, TableVisitor* visitor, const TableLimits& limits) {
  THAW_ASSIGN_OR_RETURN(KeyList keys,
                        InFile(file, [&] { return ReadTable(file, visitor, limits); }));
  return Table(std::move(keys));
}

Result<Table> Table::OpenFor(const File& file, std::span<const std::string> keys,
                             TableVisitor* visitor, const TableLimits& limits) {
  THAW_ASSIGN_OR_RETURN(KeyList found,
                        InFile(file, [&] { return ReadEntriesOf(file, keys, visitor, limits); }));
  return Table(std::move(found));
}

}  // namespace thaw
