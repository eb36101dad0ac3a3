#include "io/checkpoint/bundle_v1/record_places.h"

#include "io/checkpoint/bundle_v1/element_field.h"
#include "io/checkpoint/bundle_v1/saved_slice.h"
#include "io/table/lone_entry.h"

namespace thaw {
namespace {

// A smaller tensor is decoded with its neighbours: looking for it takes two reads.
constexpr std::uint64_t kMinBytesToLeave = std::uint64_t{64} << 10;

// Of a record before its elements: tags and lengths; name and slice come on top.
constexpr std::size_t kMaxTagsSize = 64;
constexpr std::size_t kMaxExtentSize = 24;

bool IsDamage(const Status& status) {
  return status.code() == StatusCode::kDataLoss || status.code() == StatusCode::kOutOfRange ||
         status.code() == StatusCode::kUnimplemented;
}

}  // namespace

Status RecordPlaces::PlaceAll(std::span<const SliceRecord> records) {
  for (const SliceRecord& record : records) {
    const Status status = Place(record);
    if (status.ok()) continue;
    if (!IsDamage(status)) return status;
    index_.Refuse(record, status.WithFile(file_.path()).WithTfClass("InvalidArgumentError"));
  }
  return Status();
}

Status RecordPlaces::Place(const SliceRecord& record) {
  const auto block =
      static_cast<std::uint32_t>(blocks_.Find(record.key).value_or(DecodedRecord::kNoBlock));
  if (record.dtype == DType::kString) {
    THAW_ASSIGN_OR_RETURN(const std::uint64_t size_bytes, PayloadSize(record, block));
    return PlaceDecoded(record, block, size_bytes);
  }
  // The index has seen to it that this fits.
  const std::uint64_t size_bytes = record.num_elements * ElementSize(record.dtype);
  if (size_bytes == 0) {  // TensorFlow does not look for such records either
    index_.Place(record, {record.file, end_, 0});
    return Status();
  }
  THAW_ASSIGN_OR_RETURN(const bool is_placed, PlaceWhereItLies(record, block, size_bytes));
  return is_placed ? Status() : PlaceDecoded(record, block, size_bytes);
}

Result<bool> RecordPlaces::PlaceWhereItLies(const SliceRecord& record, std::uint32_t block,
                                            std::uint64_t size_bytes) {
  const bool is_candidate = ElementFieldOf(record.dtype)->form == ElementField::Form::kFixed &&
                            size_bytes >= kMinBytesToLeave && block != DecodedRecord::kNoBlock;
  if (!is_candidate || size_bytes > blocks_.handle(block).size) return false;
  const std::size_t head_size = kMaxTagsSize + record.key.size() + record.rank * kMaxExtentSize;
  THAW_ASSIGN_OR_RETURN(const std::optional<LoneEntry> entry,
                        FindLoneEntry(file_, blocks_.handle(block), record.key, head_size));
  if (!entry) return false;
  const std::optional<std::size_t> begin =
      FindRawElements(AsBytes(entry->value_head), entry->value_size, record.dtype, size_bytes);
  if (!begin) return false;
  index_.Place(record, {record.file, entry->value_offset + *begin, size_bytes},
               entry->RestCrc32c(*begin));
  return true;
}

Status RecordPlaces::PlaceDecoded(const SliceRecord& record, std::uint32_t block,
                                  std::uint64_t size_bytes) {
  DecodedRecord decoded{record.key, block, record.dtype, record.num_elements, end_, size_bytes};
  if (!CheckedAdd(end_, size_bytes, &end_) || end_ > INT64_MAX) {
    end_ = decoded.offset;
    return DataLossError("the tensors of this file claim more than 2^63 bytes");
  }
  index_.Place(record, {record.file, decoded.offset, decoded.length});
  decoded_.push_back(std::move(decoded));
  return Status();
}

Result<std::uint64_t> RecordPlaces::PayloadSize(const SliceRecord& record, std::uint32_t block) {
  if (read_block_ != block) {
    read_block_ = block;
    const bool is_there = block != DecodedRecord::kNoBlock;
    entries_.emplace(blocks_.limits(), is_there ? blocks_.handle(block).size : 0);
    read_status_ = is_there ? blocks_.ReadEntries(block, &buffers_, &*entries_) : Status();
  }
  THAW_RETURN_IF_ERROR(read_status_);
  THAW_ASSIGN_OR_RETURN(const ByteView value, FindSavedSlice(*entries_, record.key));
  return SavedSliceSize(value, DType::kString, record.num_elements);
}

}  // namespace thaw
