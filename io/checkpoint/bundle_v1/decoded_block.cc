#include "io/checkpoint/bundle_v1/decoded_block.h"

#include <limits>
#include <new>
#include <optional>

#include "io/checkpoint/bundle_v1/saved_slice.h"
#include "io/checkpoint/bundle_v1/saved_slice_encoding.h"

namespace thaw {
namespace {

// True of what another try may not meet again.
bool IsTransient(const Status& status) {
  switch (status.code()) {
    case StatusCode::kUnavailable:
    case StatusCode::kResourceExhausted:
    case StatusCode::kPermissionDenied:
      return true;
    default:
      return false;
  }
}

}  // namespace

TableLimits TensorSliceTableLimits() {
  TableLimits limits;
  limits.file_size = std::numeric_limits<std::int64_t>::max();
  limits.value_size = kMaxSavedSliceBytes;
  // Before TensorFlow closed blocks in front of a large entry, that came behind others.
  limits.block_size = kMaxSavedSliceBytes + (std::uint64_t{1} << 20);
  // Snappy makes at most 64 bytes of 3.
  limits.max_expansion = 32;
  return limits;
}

Result<ByteView> FindSavedSlice(const EntryList& entries, std::string_view key) {
  const std::optional<std::size_t> found = entries.Find(key);
  if (found) return entries.value(*found);
  return DataLossError("Error copying slice data: the file lists the slice and has no record of it")
      .WithTfClass("InvalidArgumentError");
}

Result<std::shared_ptr<const DecodedBlock>> DecodedBlock::Decode(
    const TableBlocks& blocks, std::uint32_t block, std::span<const DecodedRecord> records) {
  try {
    auto decoded = std::make_shared<DecodedBlock>();
    decoded->outcomes_.resize(records.size());
    const Status status =
        decoded->DecodeAll(blocks, block, records).WithTfClass("InvalidArgumentError");
    if (IsTransient(status)) return status;
    if (!status.ok()) {
      for (Outcome& outcome : decoded->outcomes_) outcome.status = status;
    }
    return std::shared_ptr<const DecodedBlock>(std::move(decoded));
  } catch (const std::bad_alloc&) {
    return ResourceExhaustedError("no memory for a block").WithOffset(blocks.handle(block).offset);
  }
}

// Outline: (1) read the block; (2) ask each record how large it is, so that (3) memory is taken for
// all at once; (4) decode.
Status DecodedBlock::DecodeAll(const TableBlocks& blocks, std::uint32_t block,
                               std::span<const DecodedRecord> records) {
  EntryList entries(blocks.limits(), blocks.handle(block).size);
  {
    BlockBuffers buffers;
    THAW_RETURN_IF_ERROR(blocks.ReadEntries(block, &buffers, &entries));
  }
  const std::uint64_t block_offset = blocks.handle(block).offset;
  std::vector<ByteView> values(records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    const DecodedRecord& record = records[i];
    Outcome& outcome = outcomes_[i];
    const Result<ByteView> value = FindSavedSlice(entries, record.key);
    const Result<std::uint64_t> size =
        value.ok() ? SavedSliceSize(*value, record.dtype, record.num_elements) : value.status();
    if (!size.ok()) {
      outcome.status = size.status().WithOffset(block_offset);
    } else if (*size != record.length) {
      outcome.status =
          DataLossError("Error copying slice data: the file was changed").WithOffset(block_offset);
    } else {
      values[i] = *value;
      outcome.begin = size_;
      outcome.length = *size;
      size_ += *size;
    }
  }
  memory_ = std::make_unique_for_overwrite<std::byte[]>(size_);
  for (std::size_t i = 0; i < records.size(); ++i) {
    Outcome& outcome = outcomes_[i];
    if (!outcome.status.ok()) continue;
    outcome.status = DecodeSavedSlice(values[i], records[i].dtype,
                                      {memory_.get() + outcome.begin, outcome.length})
                         .WithOffset(block_offset);
  }
  return Status();
}

}  // namespace thaw
