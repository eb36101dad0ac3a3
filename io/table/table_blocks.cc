#include "io/table/table_blocks.h"

#include <string>

#include "io/table/block.h"
#include "io/table/compression.h"

namespace thaw {
namespace {

// The contents of a block, valid until the buffers are used again.
Result<ByteView> ReadBlock(const File& file, const TableLimits& limits, const BlockHandle& handle,
                           BlockBuffers* buffers) {
  if (handle.size > limits.block_size) {
    return UnimplementedError("a block of " + std::to_string(handle.size) +
                              " bytes exceeds the limit of " + std::to_string(limits.block_size));
  }
  std::vector<std::byte>& sealed = buffers->sealed;
  sealed.resize(handle.size + kBlockTrailerSize);
  THAW_RETURN_IF_ERROR(file.Read(handle.offset, sealed));
  THAW_ASSIGN_OR_RETURN(const BlockCompression compression, CheckBlockTrailer(sealed));
  const ByteView stored = ByteView(sealed).first(handle.size);
  return DecompressBlock(compression, stored, limits, &buffers->decompressed);
}

// Gives the entries of a block to `append`, one by one: Status(const BlockEntry&).
template <typename Append>
Status ReadBlockEntries(const File& file, const TableLimits& limits, const BlockHandle& handle,
                        BlockBuffers* buffers, Append append) {
  THAW_ASSIGN_OR_RETURN(const ByteView contents, ReadBlock(file, limits, handle, buffers));
  THAW_ASSIGN_OR_RETURN(BlockCursor cursor, BlockCursor::Open(contents));
  while (!cursor.at_end()) {
    BlockEntry entry;
    THAW_RETURN_IF_ERROR(cursor.Next(&entry));
    THAW_RETURN_IF_ERROR(append(entry));
  }
  return cursor.CheckAllRestartsSeen();
}

// Checks that blocks follow one another: each begins where the one before it ended, or later, and
// ends before the footer.
class BlockPlaces {
 public:
  explicit BlockPlaces(std::uint64_t file_size) : file_size_(file_size) {}

  Status Take(const BlockHandle& handle, const char* what) {
    std::uint64_t sealed_size = 0;
    std::uint64_t end = 0;
    if (!CheckedAdd(handle.size, kBlockTrailerSize, &sealed_size) ||
        !CheckedAdd(handle.offset, sealed_size, &end)) {
      return DataLossError("bad block handle: " + std::string(what) + " of " +
                           std::to_string(handle.size) + " bytes")
          .WithOffset(handle.offset);
    }
    if (end > file_size_) {
      return OutOfRangeError(std::string(what) + " of " + std::to_string(handle.size) +
                             " bytes reaches past the end of the file (" +
                             std::to_string(file_size_) + " bytes)")
          .WithOffset(handle.offset)
          .WithHint("the file was cut short, or its end is damaged");
    }
    if (handle.offset < end_) {
      return DataLossError(std::string(what) + " overlaps the block before it, which ends at " +
                           std::to_string(end_))
          .WithOffset(handle.offset)
          .WithTfClass(Status::kNoTfClass);
    }
    if (end > file_size_ - kFooterSize) {
      return DataLossError(std::string(what) + " overlaps the footer").WithOffset(handle.offset);
    }
    end_ = end;
    return Status();
  }

 private:
  std::uint64_t file_size_;
  std::uint64_t end_ = 0;
};

// The places of all blocks, from the index block and the footer.
Result<std::vector<BlockHandle>> DecodeHandles(const EntryList& index, const Footer& footer,
                                               std::uint64_t file_size) {
  BlockPlaces places(file_size);
  std::vector<BlockHandle> handles;
  handles.reserve(index.size());
  for (std::size_t i = 0; i < index.size(); ++i) {
    // TensorFlow allows bytes after the handle.
    ByteView value = index.value(i);
    const auto handle = DecodeBlockHandle(&value);
    if (!handle) {
      return DataLossError("bad block handle in entry " + std::to_string(i) + " of the index")
          .WithOffset(footer.index.offset);
    }
    THAW_RETURN_IF_ERROR(places.Take(*handle, "a data block"));
    handles.push_back(*handle);
  }
  THAW_RETURN_IF_ERROR(places.Take(footer.metaindex, "the metaindex block"));
  THAW_RETURN_IF_ERROR(places.Take(footer.index, "the index block"));
  return handles;
}

// The index key of a block is at least the block's last key and below the next block's first.
// TensorFlow takes that for granted.
Status CheckSeparators(const EntryList& index, std::size_t block, std::size_t first_key,
                       const KeyList& keys) {
  if (first_key == keys.size()) return DataLossError("bad block contents: no entries");
  if (block > 0 && keys.key(first_key) <= index.key(block - 1)) {
    return DataLossError("the first key of block " + std::to_string(block) +
                         " is not above the index key of the block before it")
        .WithTfClass(Status::kNoTfClass);
  }
  if (keys.key(keys.size() - 1) > index.key(block)) {
    return DataLossError("the last key of block " + std::to_string(block) +
                         " is above its key in the index")
        .WithTfClass(Status::kNoTfClass);
  }
  return Status();
}

Result<Footer> ReadFooter(const File& file, const TableLimits& limits) {
  if (file.size() < kFooterSize) {
    return DataLossError(
        "the file is too short to be a sorted table: " + std::to_string(file.size()) +
        " bytes, and the footer alone has " + std::to_string(kFooterSize));
  }
  if (file.size() > limits.file_size) {
    return UnimplementedError("a table of " + std::to_string(file.size()) +
                              " bytes exceeds the limit of " + std::to_string(limits.file_size));
  }
  const std::uint64_t offset = file.size() - kFooterSize;
  std::byte bytes[kFooterSize];
  THAW_RETURN_IF_ERROR(file.Read(offset, bytes));
  Result<Footer> footer = DecodeFooter(bytes);
  if (!footer.ok()) return footer.status().WithOffset(offset);
  return footer;
}

}  // namespace

Result<TableBlocks> TableBlocks::Open(const File& file, const TableLimits& limits) {
  TableBlocks blocks(file, limits);
  const Status status = blocks.ReadIndex();
  if (!status.ok()) return status;
  return blocks;
}

Status TableBlocks::ReadIndex() {
  THAW_ASSIGN_OR_RETURN(footer_, ReadFooter(*file_, limits_));
  THAW_RETURN_IF_ERROR(BlockPlaces(file_->size()).Take(footer_.index, "the index block"));
  BlockBuffers buffers;
  const auto append = [this](const BlockEntry& entry) { return index_.Append(entry); };
  THAW_RETURN_IF_ERROR(ReadBlockEntries(*file_, limits_, footer_.index, &buffers, append)
                           .WithOffset(footer_.index.offset));
  THAW_ASSIGN_OR_RETURN(handles_, DecodeHandles(index_, footer_, file_->size()));
  return Status();
}

std::uint64_t TableBlocks::memory_bytes() const {
  return index_.memory_bytes() + handles_.capacity() * sizeof(BlockHandle);
}

std::optional<std::size_t> TableBlocks::Find(std::string_view key) const {
  const std::size_t block = index_.LowerBound(key);
  if (block == size()) return std::nullopt;
  return block;
}

Status TableBlocks::ReadEntries(std::size_t block, BlockBuffers* buffers,
                                EntryList* entries) const {
  const std::size_t first_key = entries->size();
  const auto append = [entries](const BlockEntry& entry) { return entries->Append(entry); };
  Status status = ReadBlockEntries(*file_, limits_, handles_[block], buffers, append);
  if (status.ok()) status = CheckSeparators(index_, block, first_key, entries->keys());
  return status.WithOffset(handles_[block].offset);
}

Status TableBlocks::VisitEntries(std::size_t block, BlockBuffers* buffers, KeyList* keys,
                                 TableVisitor* visitor) const {
  const std::size_t first_key = keys->size();
  const auto append = [keys, visitor](const BlockEntry& entry) {
    THAW_RETURN_IF_ERROR(keys->Append(entry));
    if (visitor != nullptr) visitor->Visit(keys->key(keys->size() - 1), entry.value);
    return Status();
  };
  Status status = ReadBlockEntries(*file_, limits_, handles_[block], buffers, append);
  if (status.ok()) status = CheckSeparators(index_, block, first_key, *keys);
  return status.WithOffset(handles_[block].offset);
}

Status TableBlocks::CheckMetaindex(BlockBuffers* buffers) const {
  KeyList metaindex(limits_, file_->size());
  const auto append = [&metaindex](const BlockEntry& entry) { return metaindex.Append(entry); };
  return ReadBlockEntries(*file_, limits_, footer_.metaindex, buffers, append)
      .WithOffset(footer_.metaindex.offset)
      .WithTfClass(Status::kNoTfClass);
}

}  // namespace thaw
