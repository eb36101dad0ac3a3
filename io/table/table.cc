#include "io/table/table.h"

#include <new>
#include <string>
#include <vector>

#include "io/table/block.h"
#include "io/table/compression.h"
#include "io/table/layout.h"

namespace thaw {
namespace {

// Reads the blocks of one file, each checked before anybody looks inside.
class BlockReader {
 public:
  BlockReader(const File& file, const TableLimits& limits) : file_(file), limits_(limits) {}

  // The contents of a block, valid until the next Read.
  Result<ByteView> Read(const BlockHandle& handle) {
    if (handle.size > limits_.block_size) {
      return UnimplementedError("a block of " + std::to_string(handle.size) +
                                " bytes exceeds the limit of " +
                                std::to_string(limits_.block_size));
    }
    sealed_.resize(handle.size + kBlockTrailerSize);
    THAW_RETURN_IF_ERROR(file_.Read(handle.offset, sealed_));
    THAW_ASSIGN_OR_RETURN(const BlockCompression compression, CheckBlockTrailer(sealed_));
    const ByteView stored = ByteView(sealed_).first(handle.size);
    return DecompressBlock(compression, stored, limits_, &decompressed_);
  }

  // Appends the entries of a block to `*entries`.
  Status ReadEntries(const BlockHandle& handle, EntryList* entries) {
    THAW_ASSIGN_OR_RETURN(const ByteView contents, Read(handle));
    THAW_ASSIGN_OR_RETURN(BlockCursor cursor, BlockCursor::Open(contents));
    while (!cursor.at_end()) {
      BlockEntry entry;
      THAW_RETURN_IF_ERROR(cursor.Next(&entry));
      THAW_RETURN_IF_ERROR(entries->Append(entry));
    }
    return cursor.CheckAllRestartsSeen();
  }

 private:
  const File& file_;
  const TableLimits& limits_;
  // Reused from block to block, so that they stay in the cache.
  std::vector<std::byte> sealed_;
  std::vector<std::byte> decompressed_;
};

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
                       const EntryList& entries) {
  if (first_key == entries.size()) return DataLossError("bad block contents: no entries");
  if (block > 0 && entries.key(first_key) <= index.key(block - 1)) {
    return DataLossError("the first key of block " + std::to_string(block) +
                         " is not above the index key of the block before it")
        .WithTfClass(Status::kNoTfClass);
  }
  if (entries.key(entries.size() - 1) > index.key(block)) {
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

Result<EntryList> ReadTable(const File& file, const TableLimits& limits) {
  THAW_ASSIGN_OR_RETURN(const Footer footer, ReadFooter(file, limits));
  BlockReader blocks(file, limits);
  EntryList index(limits, file.size());
  THAW_RETURN_IF_ERROR(BlockPlaces(file.size()).Take(footer.index, "the index block"));
  THAW_RETURN_IF_ERROR(blocks.ReadEntries(footer.index, &index).WithOffset(footer.index.offset));
  THAW_ASSIGN_OR_RETURN(const std::vector<BlockHandle> handles,
                        DecodeHandles(index, footer, file.size()));

  EntryList entries(limits, file.size());
  entries.ReserveFor(file.size());
  for (std::size_t block = 0; block < handles.size(); ++block) {
    const std::size_t first_key = entries.size();
    Status status = blocks.ReadEntries(handles[block], &entries);
    if (status.ok()) status = CheckSeparators(index, block, first_key, entries);
    THAW_RETURN_IF_ERROR(status.WithOffset(handles[block].offset));
  }
  // Nothing is kept of the metaindex; TensorFlow's is empty, and never read by it.
  EntryList metaindex(limits, file.size());
  THAW_RETURN_IF_ERROR(blocks.ReadEntries(footer.metaindex, &metaindex)
                           .WithOffset(footer.metaindex.offset)
                           .WithTfClass(Status::kNoTfClass));
  return entries;
}

}  // namespace

Result<Table> Table::Open(const File& file, const TableLimits& limits) {
  try {
    Result<EntryList> entries = ReadTable(file, limits);
    if (!entries.ok()) return entries.status().WithFile(file.path());
    return Table(std::move(entries).value());
  } catch (const std::bad_alloc&) {
    return ResourceExhaustedError("no memory for the table").WithFile(file.path());
  }
}

}  // namespace thaw
