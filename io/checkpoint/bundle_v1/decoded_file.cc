#include "io/checkpoint/bundle_v1/decoded_file.h"

#include <algorithm>
#include <new>
#include <utility>

namespace thaw {

DecodedFile::DecodedFile(std::unique_ptr<File> file, TableBlocks blocks,
                         std::vector<DecodedRecord> records)
    : file_(std::move(file)),
      blocks_(std::move(blocks)),
      records_(std::move(records)),
      cache_([this](std::uint32_t block) {
        return DecodedBlock::Decode(blocks_, block, RecordsOf(block));
      }) {}

std::uint64_t DecodedFile::size() const {
  return records_.empty() ? file_->size() : records_.back().end();
}

std::size_t DecodedFile::staging_size() const {
  return records_.empty() ? file_->staging_size()
                          : std::max(file_->staging_size(), kStagingAlignment);
}

std::span<const DecodedRecord> DecodedFile::RecordsOf(std::uint32_t block) const {
  const auto [begin, end] = std::ranges::equal_range(records_, block, {}, &DecodedRecord::block);
  return {begin, end};
}

// The block as it is stored, its entries, and what they are decoded to.
std::uint64_t DecodedFile::EstimateOf(std::uint32_t block) const {
  const std::span<const DecodedRecord> records = RecordsOf(block);
  const std::uint64_t stored = blocks_.handle(block).size;
  // What the list claims; no element takes less than a byte in a block that is not compressed.
  constexpr std::uint64_t kMaxElementSize = 8;
  const std::uint64_t claimed = records.back().end() - records.front().offset;
  return 2 * stored + std::min(claimed, kMaxElementSize * stored);
}

Status DecodedFile::Visit(std::uint64_t offset, std::uint64_t length, MutableByteView staging,
                          PieceSink sink) const {
  if (!RangeFits(offset, length, size())) {
    return OutOfRangeError("Read less bytes than requested: the file ends before the tensor does")
        .WithFile(path());
  }
  const std::uint64_t end = offset + length;
  if (offset < file_->size()) {
    const std::uint64_t stored_end = std::min(end, file_->size());
    THAW_RETURN_IF_ERROR(file_->Visit(offset, stored_end - offset, staging, sink));
    offset = stored_end;
  }
  if (offset == end) return Status();
  try {
    return VisitRecords(offset, end, sink).WithFile(path());
  } catch (const std::bad_alloc&) {
    return ResourceExhaustedError("no memory for a block").WithFile(path());
  }
}

void DecodedFile::WillNeed(std::uint64_t offset, std::uint64_t length) const {
  if (offset >= file_->size()) return;
  file_->WillNeed(offset, std::min(length, file_->size() - offset));
}

Status DecodedFile::VisitRecords(std::uint64_t begin, std::uint64_t end, PieceSink sink) const {
  auto record = static_cast<std::size_t>(
      std::ranges::upper_bound(records_, begin, {}, &DecodedRecord::end) - records_.begin());
  while (begin < end) {
    const std::uint32_t block = records_[record].block;
    if (block == DecodedRecord::kNoBlock) {
      return DataLossError(
                 "Error copying slice data: the file lists the slice and has no record of it")
          .WithTfClass("InvalidArgumentError");
    }
    std::size_t next = record;
    while (next < records_.size() && records_[next].block == block && records_[next].offset < end) {
      ++next;
    }
    const std::uint64_t block_end = std::min(end, records_[next - 1].end());
    THAW_RETURN_IF_ERROR(VisitBlock(record, begin, block_end, sink));
    begin = block_end;
    record = next;
  }
  return Status();
}

// Hands out [begin, end) of the decoded file, which lies in the records from `first` on, all of one
// block.
Status DecodedFile::VisitBlock(std::size_t first, std::uint64_t begin, std::uint64_t end,
                               PieceSink sink) const {
  const std::uint32_t block = records_[first].block;
  THAW_ASSIGN_OR_RETURN(BlockCache::Lease lease, cache_.Get(block, EstimateOf(block)));
  const auto first_of_block = static_cast<std::size_t>(RecordsOf(block).data() - records_.data());
  for (std::size_t i = first; begin < end; ++i) {
    const DecodedRecord& record = records_[i];
    const std::uint64_t piece_end = std::min(end, record.end());
    const Status& status = (*lease).status(i - first_of_block);
    if (!status.ok()) return status;
    const ByteView bytes = (*lease).bytes(i - first_of_block);
    if (begin < piece_end) sink(bytes.subspan(begin - record.offset, piece_end - begin));
    lease.Took(piece_end - begin);
    begin = piece_end;
  }
  return Status();
}

std::uint64_t DecodedFile::memory_bytes() const {
  std::uint64_t bytes = blocks_.memory_bytes() + records_.capacity() * sizeof(DecodedRecord);
  for (const DecodedRecord& record : records_) bytes += record.key.capacity();
  return bytes;
}

}  // namespace thaw
