#include "tests/fuzz/seal_table.h"

#include <algorithm>
#include <string>

#include "io/base/crc32c.h"
#include "io/table/block.h"
#include "io/table/compression.h"
#include "io/table/layout.h"

namespace thaw {
namespace {

// Writes the trailer of the block at `handle`; false when the file has no room for it.
bool SealBlock(const BlockHandle& handle, std::vector<std::byte>* table) {
  if (handle.size > table->size() ||
      !RangeFits(handle.offset, handle.size + kBlockTrailerSize, table->size())) {
    return false;
  }
  const ByteView sealed = ByteView(*table).subspan(handle.offset, handle.size + kBlockTrailerSize);
  // The mutated compression stays; the other bytes of the trailer follow from it.
  std::string trailer;
  AppendBlockTrailer(sealed.first(handle.size), static_cast<BlockCompression>(sealed[handle.size]),
                     &trailer);
  std::ranges::copy(AsBytes(trailer),
                    table->begin() + static_cast<std::ptrdiff_t>(handle.offset + handle.size));
  return true;
}

}  // namespace

void SealTable(std::vector<std::byte>* table) {
  if (table->size() < kFooterSize) return;
  std::string fresh_footer;
  AppendFooter({}, &fresh_footer);
  std::ranges::copy(AsBytes(fresh_footer).last(8), table->end() - 8);  // the magic number
  const auto footer = DecodeFooter(ByteView(*table).last(kFooterSize));
  if (!footer.ok()) return;
  SealBlock(footer->metaindex, table);
  if (!SealBlock(footer->index, table)) return;

  const ByteView index = ByteView(*table).subspan(footer->index.offset, footer->index.size);
  std::vector<std::byte> decompressed;
  const auto contents = DecompressBlock(
      static_cast<BlockCompression>((*table)[footer->index.offset + footer->index.size]), index, {},
      &decompressed);
  if (!contents.ok()) return;
  auto cursor = BlockCursor::Open(*contents);
  BlockEntry entry;
  while (cursor.ok() && !cursor->at_end() && cursor->Next(&entry).ok()) {
    ByteView value = entry.value;
    if (const auto handle = DecodeBlockHandle(&value)) SealBlock(*handle, table);
  }
}

}  // namespace thaw
