#include "tests/support/crafted_table.h"

#include <cstdlib>

#include "io/base/coding.h"
#include "io/storage/memory_storage.h"

namespace thaw {

std::string RawEntry(std::uint64_t shared, std::string_view suffix, std::string_view value) {
  std::string entry;
  AppendVarint64(shared, &entry);
  AppendVarint64(suffix.size(), &entry);
  AppendVarint64(value.size(), &entry);
  entry.append(suffix).append(value);
  return entry;
}

std::string RawBlock(std::string_view entries, const std::vector<std::uint32_t>& restarts) {
  std::string block(entries);
  for (const std::uint32_t restart : restarts) AppendLittleEndian(restart, &block);
  AppendLittleEndian(static_cast<std::uint32_t>(restarts.size()), &block);
  return block;
}

std::string PlainBlock(const KeyValues& entries) {
  std::string raw;
  std::vector<std::uint32_t> restarts;
  for (const auto& [key, value] : entries) {
    restarts.push_back(static_cast<std::uint32_t>(raw.size()));
    raw += RawEntry(0, key, value);
  }
  if (restarts.empty()) restarts.push_back(0);
  return RawBlock(raw, restarts);
}

std::string CraftedTable::Build() const {
  std::string file;
  const auto append = [&file](std::string_view contents, BlockCompression compression) {
    const BlockHandle handle{file.size(), contents.size()};
    file.append(contents);
    AppendBlockTrailer(AsBytes(contents), compression, &file);
    return handle;
  };
  KeyValues index_entries;
  for (const DataBlock& block : blocks) {
    const BlockHandle handle = append(block.contents, block.compression);
    std::string value;
    AppendBlockHandle(block.handle.value_or(handle), &value);
    index_entries.emplace_back(block.index_key, value);
  }
  const BlockHandle meta = append(metaindex, BlockCompression::kNone);
  const BlockHandle top =
      append(index.value_or(PlainBlock(index_entries)), BlockCompression::kNone);
  AppendFooter({metaindex_handle.value_or(meta), index_handle.value_or(top)}, &file);
  return file;
}

std::unique_ptr<File> FileOf(std::string_view bytes) {
  MemoryStorage storage;
  storage.Put("table", bytes);
  Result<std::unique_ptr<File>> file = storage.Open("table", IoMode::kAuto);
  if (!file.ok()) std::abort();
  return std::move(file).value();
}

}  // namespace thaw
