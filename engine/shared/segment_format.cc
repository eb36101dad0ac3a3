#include "engine/shared/segment_format.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstring>
#include <utility>

#include "io/base/coding.h"
#include "io/base/crc32c.h"

namespace thaw {
namespace {

// docs/format/shared_segment.md §2: the header, eight bytes a field.
enum Field : std::size_t {
  kMagic,
  kState,
  kSize,
  kNumTensors,
  kRecordsOffset,
  kDimsOffset,
  kNumDims,
  kNamesOffset,
  kNamesSize,
  kOriginOffset,
  kOriginSize,
  kDataOffset,
  kFlags,
  kUnused0,
  kUnused1,
  kCrc,
  kNumFields,
};
constexpr std::size_t kHeaderSize = kNumFields * 8;
constexpr std::uint64_t kMagicWord = 0x31474553'57414854;  // "THAWSEG1"
constexpr std::uint64_t kFilling = 0;
constexpr std::uint64_t kComplete = 0x4554454c'504d4f43;  // "COMPLETE"
constexpr std::uint64_t kVerifiedFlag = 1;
// The checksum is over the fields from kSize to before kCrc.
constexpr std::size_t kSummedBegin = kSize * 8;
constexpr std::size_t kSummedEnd = kCrc * 8;

// §3: name's offset and size, dtype, first dimension, rank, data's offset and length.
constexpr std::size_t kRecordSize = 48;
constexpr std::uint64_t kDataAlignment = 64;
constexpr std::uint64_t kPage = 4096;

std::uint64_t LoadField(ByteView header, Field field) {
  return LoadLittleEndian<std::uint64_t>(header.data() + field * 8);
}

void StoreField(Field field, std::uint64_t value, std::string* header) {
  std::string bytes;
  AppendLittleEndian(value, &bytes);
  header->replace(field * 8, 8, bytes);
}

// Rounds up; false when the result does not fit.
bool AlignUp(std::uint64_t* value, std::uint64_t alignment) {
  if (!CheckedAdd(*value, alignment - 1, value)) return false;
  *value -= *value % alignment;
  return true;
}

Status TooLarge() {
  return ResourceExhaustedError("the tensors are too large together for any memory");
}

Status Damaged(const std::string& what) { return DataLossError("shared segment: " + what); }

// The part of a segment that the header says holds `count` items of `width` bytes.
Result<ByteView> Table(ByteView segment, Field offset_field, std::uint64_t count,
                       std::uint64_t width, const char* name) {
  const std::uint64_t offset = LoadField(segment, offset_field);
  std::uint64_t size = 0;
  if (!CheckedMul(count, width, &size) || !RangeFits(offset, size, segment.size())) {
    return Damaged(std::string(name) + " do not lie in it");
  }
  return segment.subspan(offset, size);
}

std::uint64_t Word(ByteView table, std::uint64_t index) {
  return LoadLittleEndian<std::uint64_t>(table.data() + index * 8);
}

}  // namespace

Result<SegmentLayout> SegmentLayout::Make(std::vector<SegmentTensor> tensors,
                                          const SegmentOrigin& origin, bool is_verified) {
  SegmentLayout layout;
  std::string header(kHeaderSize, '\0');
  std::string records;
  std::string dims;
  std::string names;
  const std::string encoded_origin = EncodeOrigin(origin);
  std::uint64_t table_bytes = kHeaderSize + encoded_origin.size();
  for (const SegmentTensor& tensor : tensors) {
    table_bytes += kRecordSize + tensor.shape.size() * 8 + tensor.name.size();
  }
  std::uint64_t end = table_bytes;
  if (!AlignUp(&end, kPage)) return TooLarge();
  const std::uint64_t data_offset = end;
  for (SegmentTensor& tensor : tensors) {
    if (!AlignUp(&end, kDataAlignment)) return TooLarge();
    tensor.offset = end;
    if (!CheckedAdd(end, tensor.length, &end)) return TooLarge();
    AppendLittleEndian<std::uint64_t>(names.size(), &records);
    AppendLittleEndian(static_cast<std::uint32_t>(tensor.name.size()), &records);
    AppendLittleEndian(static_cast<std::uint32_t>(tensor.dtype), &records);
    AppendLittleEndian<std::uint64_t>(dims.size() / 8, &records);
    AppendLittleEndian<std::uint64_t>(tensor.shape.size(), &records);
    AppendLittleEndian(tensor.offset, &records);
    AppendLittleEndian(tensor.length, &records);
    for (const std::int64_t dim : tensor.shape) {
      AppendLittleEndian(static_cast<std::uint64_t>(dim), &dims);
    }
    names.append(tensor.name);
  }
  if (!AlignUp(&end, kPage)) return TooLarge();
  layout.size_ = end;
  StoreField(kMagic, kMagicWord, &header);
  StoreField(kState, kFilling, &header);
  StoreField(kSize, layout.size_, &header);
  StoreField(kNumTensors, tensors.size(), &header);
  StoreField(kRecordsOffset, kHeaderSize, &header);
  StoreField(kDimsOffset, kHeaderSize + records.size(), &header);
  StoreField(kNumDims, dims.size() / 8, &header);
  StoreField(kNamesOffset, kHeaderSize + records.size() + dims.size(), &header);
  StoreField(kNamesSize, names.size(), &header);
  StoreField(kOriginOffset, table_bytes - encoded_origin.size(), &header);
  StoreField(kOriginSize, encoded_origin.size(), &header);
  StoreField(kDataOffset, data_offset, &header);
  StoreField(kFlags, is_verified ? kVerifiedFlag : 0, &header);
  const ByteView summed = AsBytes(header).subspan(kSummedBegin, kSummedEnd - kSummedBegin);
  StoreField(kCrc, Crc32c(summed), &header);
  layout.tables_ = std::move(header) + records + dims + names + encoded_origin;
  layout.tensors_ = std::move(tensors);
  return layout;
}

void SegmentLayout::Write(MutableByteView segment) const {
  assert(segment.size() >= size_);
  std::memcpy(segment.data(), tables_.data(), tables_.size());
}

void MarkComplete(MutableByteView segment) {
  static_assert(std::atomic_ref<std::uint64_t>::is_always_lock_free);
  auto* const state = reinterpret_cast<std::uint64_t*>(segment.data() + kState * 8);
  std::string word;
  AppendLittleEndian(kComplete, &word);
  std::uint64_t value;
  std::memcpy(&value, word.data(), sizeof(value));
  std::atomic_ref<std::uint64_t>(*state).store(value, std::memory_order_release);
}

Result<SegmentView> SegmentView::Decode(ByteView segment) {
  if (segment.size() < kHeaderSize || LoadField(segment, kMagic) != kMagicWord) {
    return Damaged("it does not begin as one, or as one of another version");
  }
  const std::uint64_t state = LoadField(segment, kState);
  std::atomic_thread_fence(std::memory_order_acquire);
  if (state == kFilling) {
    return FailedPreconditionError("the shared segment was not completed");
  }
  if (state != kComplete) return Damaged("its state is unknown");
  const ByteView summed = segment.subspan(kSummedBegin, kSummedEnd - kSummedBegin);
  if (LoadField(segment, kCrc) != Crc32c(summed)) return Damaged("its header is damaged");
  const std::uint64_t size = LoadField(segment, kSize);
  if (size > segment.size()) {
    return Damaged("it has " + std::to_string(segment.size()) + " of " + std::to_string(size) +
                   " bytes");
  }
  SegmentView view;
  view.segment_ = segment.first(size);
  const std::uint64_t num_tensors = LoadField(segment, kNumTensors);
  THAW_ASSIGN_OR_RETURN(
      view.records_, Table(view.segment_, kRecordsOffset, num_tensors, kRecordSize, "the records"));
  THAW_ASSIGN_OR_RETURN(view.dims_, Table(view.segment_, kDimsOffset, LoadField(segment, kNumDims),
                                          8, "the dimensions"));
  THAW_ASSIGN_OR_RETURN(view.names_, Table(view.segment_, kNamesOffset,
                                           LoadField(segment, kNamesSize), 1, "the names"));
  THAW_ASSIGN_OR_RETURN(view.origin_,
                        Table(view.segment_, kOriginOffset, LoadField(segment, kOriginSize), 1,
                              "the origin's bytes"));
  view.data_offset_ = LoadField(segment, kDataOffset);
  view.num_tensors_ = static_cast<std::size_t>(num_tensors);
  view.is_verified_ = (LoadField(segment, kFlags) & kVerifiedFlag) != 0;
  return view;
}

Result<std::string_view> SegmentView::NameOf(std::size_t index) const {
  const std::byte* const record = records_.data() + index * kRecordSize;
  const auto offset = LoadLittleEndian<std::uint64_t>(record);
  const auto size = LoadLittleEndian<std::uint32_t>(record + 8);
  if (!RangeFits(offset, size, names_.size())) {
    return Damaged("the name of tensor " + std::to_string(index) + " does not lie in it");
  }
  return AsChars(names_.subspan(offset, size));
}

Result<SegmentTensor> SegmentView::tensor(std::size_t index) const {
  assert(index < num_tensors_);
  const std::byte* const record = records_.data() + index * kRecordSize;
  SegmentTensor tensor;
  THAW_ASSIGN_OR_RETURN(tensor.name, NameOf(index));
  const auto damaged = [&tensor](const char* what) {
    return Damaged(what).WithTensor(tensor.name);
  };
  const std::optional<DType> dtype = DTypeFromNumber(LoadLittleEndian<std::uint32_t>(record + 12));
  if (!dtype || (!IsFixedSize(*dtype) && *dtype != DType::kString)) {
    return damaged("a dtype that no segment holds");
  }
  tensor.dtype = *dtype;
  const auto first_dim = LoadLittleEndian<std::uint64_t>(record + 16);
  const auto rank = LoadLittleEndian<std::uint64_t>(record + 24);
  if (rank > kMaxRank || !RangeFits(first_dim, rank, dims_.size() / 8)) {
    return damaged("its dimensions do not lie in the segment");
  }
  for (std::uint64_t d = first_dim; d < first_dim + rank; ++d) {
    tensor.shape.push_back(static_cast<std::int64_t>(Word(dims_, d)));
  }
  tensor.offset = LoadLittleEndian<std::uint64_t>(record + 32);
  tensor.length = LoadLittleEndian<std::uint64_t>(record + 40);
  const std::optional<std::int64_t> elements = NumElements(tensor.shape);
  std::uint64_t length = 0;
  const std::size_t width = tensor.dtype == DType::kString ? 8 : ElementSize(tensor.dtype);
  if (!elements || !CheckedMul(static_cast<std::uint64_t>(*elements), width, &length)) {
    return damaged("an impossible shape");
  }
  const bool is_length_right =
      tensor.dtype == DType::kString ? tensor.length >= length : tensor.length == length;
  if (!is_length_right || tensor.offset < data_offset_ || tensor.offset % kDataAlignment != 0 ||
      !RangeFits(tensor.offset, tensor.length, segment_.size())) {
    return damaged("its bytes do not lie in the segment, or are not as many as its shape has");
  }
  return tensor;
}

Result<std::optional<SegmentTensor>> SegmentView::Find(std::string_view name) const {
  std::size_t begin = 0;
  std::size_t end = num_tensors_;
  while (begin < end) {
    const std::size_t middle = begin + (end - begin) / 2;
    THAW_ASSIGN_OR_RETURN(const std::string_view found, NameOf(middle));
    if (found == name) {
      THAW_ASSIGN_OR_RETURN(SegmentTensor found_tensor, tensor(middle));
      return std::optional(std::move(found_tensor));
    }
    if (found < name) {
      begin = middle + 1;
    } else {
      end = middle;
    }
  }
  return std::optional<SegmentTensor>();
}

Result<SegmentOrigin> SegmentView::origin() const { return DecodeOrigin(origin_); }

std::uint64_t EncodedStringsSize(std::span<const std::string> strings) {
  std::uint64_t size = strings.size() * 8;
  for (const std::string& string : strings) size += string.size();
  return size;
}

void EncodeStrings(std::span<const std::string> strings, MutableByteView out) {
  assert(out.size() == EncodedStringsSize(strings));
  std::string ends;
  std::uint64_t end = 0;
  for (const std::string& string : strings) {
    end += string.size();
    AppendLittleEndian(end, &ends);
  }
  std::ranges::copy(AsBytes(ends), out.begin());
  auto* place = out.data() + ends.size();
  for (const std::string& string : strings) {
    if (!string.empty()) std::memcpy(place, string.data(), string.size());
    place += string.size();
  }
}

Result<std::vector<std::string_view>> DecodeStrings(ByteView bytes, std::uint64_t num_strings) {
  if (num_strings > bytes.size() / 8) return Damaged("too short for its strings");
  const ByteView ends = bytes.first(num_strings * 8);
  const std::string_view text = AsChars(bytes.subspan(num_strings * 8));
  std::vector<std::string_view> strings;
  strings.reserve(num_strings);
  std::uint64_t begin = 0;
  for (std::uint64_t i = 0; i < num_strings; ++i) {
    const std::uint64_t end = Word(ends, i);
    if (end < begin || end > text.size()) return Damaged("a string does not lie in it");
    strings.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return strings;
}

}  // namespace thaw
