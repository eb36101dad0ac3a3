#include "io/checkpoint/bundle_v2/bundle_entry.h"

#include "io/checkpoint/proto/proto_values.h"
#include "io/checkpoint/proto/tensor_bundle.pb.h"
#include "io/checkpoint/wire_cursor.h"

namespace thaw {

Result<BundleHeader> DecodeBundleHeader(ByteView value) {
  tf::BundleHeaderProto proto;
  if (!ParseMessage(value, &proto)) return DataLossError("the header is not parseable");
  BundleHeader header;
  header.num_shards = proto.num_shards();
  header.is_big_endian = proto.endianness() == tf::BundleHeaderProto::BIG;
  header.versions = VersionsFromProto(proto.version());
  return header;
}

namespace {

// Fields of the messages in io/checkpoint/proto/tensor_bundle.proto.
constexpr std::uint32_t kEntryDType = VarintTag(1);
constexpr std::uint32_t kEntryShape = MessageTag(2);
constexpr std::uint32_t kEntryShardId = VarintTag(3);
constexpr std::uint32_t kEntryOffset = VarintTag(4);
constexpr std::uint32_t kEntrySize = VarintTag(5);
constexpr std::uint32_t kEntryCrc32c = Fixed32Tag(6);
constexpr std::uint32_t kEntrySlices = MessageTag(7);
constexpr std::uint32_t kShapeDim = MessageTag(2);
constexpr std::uint32_t kDimSize = VarintTag(1);
constexpr std::uint32_t kSliceExtent = MessageTag(1);
constexpr std::uint32_t kExtentStart = VarintTag(1);
constexpr std::uint32_t kExtentLength = VarintTag(2);

bool TakeInt64(WireCursor* message, std::int64_t* value) {
  std::uint64_t bits = 0;
  if (!message->TakeVarint(&bits)) return false;
  *value = static_cast<std::int64_t>(bits);
  return true;
}

// Of an int32 protobuf keeps the lowest 32 bits.
bool TakeInt32(WireCursor* message, std::int64_t* value) {
  std::uint64_t bits = 0;
  if (!message->TakeVarint(&bits)) return false;
  *value = static_cast<std::int32_t>(static_cast<std::uint32_t>(bits));
  return true;
}

bool DecodeDim(WireCursor dim, std::int64_t* size) {
  *size = 0;
  while (!dim.at_end()) {
    std::uint32_t tag = 0;
    if (!dim.TakeTag(&tag)) return false;
    if (!(tag == kDimSize ? TakeInt64(&dim, size) : dim.Skip(tag))) return false;
  }
  return true;
}

bool TakeShape(WireCursor* entry, Shape* shape) {
  WireCursor message({}, 0);
  if (!entry->TakeMessage(&message)) return false;
  while (!message.at_end()) {
    std::uint32_t tag = 0;
    if (!message.TakeTag(&tag)) return false;
    if (tag != kShapeDim) {
      if (!message.Skip(tag)) return false;
      continue;
    }
    WireCursor dim({}, 0);
    std::int64_t size = 0;
    if (!message.TakeMessage(&dim) || !DecodeDim(dim, &size)) return false;
    shape->push_back(size);
  }
  return true;
}

bool DecodeExtent(WireCursor extent, SliceDim* dim) {
  while (!extent.at_end()) {
    std::uint32_t tag = 0;
    if (!extent.TakeTag(&tag)) return false;
    const bool is_taken = tag == kExtentStart    ? TakeInt64(&extent, &dim->start)
                          : tag == kExtentLength ? TakeInt64(&extent, &dim->length)
                                                 : extent.Skip(tag);
    if (!is_taken) return false;
  }
  return true;
}

bool TakeSlice(WireCursor* entry, TensorSlice* slice) {
  WireCursor message({}, 0);
  if (!entry->TakeMessage(&message)) return false;
  while (!message.at_end()) {
    std::uint32_t tag = 0;
    if (!message.TakeTag(&tag)) return false;
    if (tag != kSliceExtent) {
      if (!message.Skip(tag)) return false;
      continue;
    }
    WireCursor extent({}, 0);
    if (!message.TakeMessage(&extent)) return false;
    if (!DecodeExtent(extent, &slice->dims.emplace_back())) return false;
  }
  return true;
}

bool TakeEntryField(WireCursor* message, std::uint32_t tag, BundleEntry* entry) {
  switch (tag) {
    case kEntryDType:
      return TakeInt32(message, &entry->dtype_number);
    case kEntryShape:
      return TakeShape(message, &entry->shape);
    case kEntryShardId:
      return TakeInt32(message, &entry->shard_id);
    case kEntryOffset:
      return TakeInt64(message, &entry->offset);
    case kEntrySize:
      return TakeInt64(message, &entry->size);
    case kEntryCrc32c:
      return message->TakeFixed32(&entry->masked_crc32c);
    case kEntrySlices:
      return TakeSlice(message, &entry->slices.emplace_back());
    default:
      return message->Skip(tag);
  }
}

}  // namespace

Status DecodeBundleEntry(ByteView value, BundleEntry* entry) {
  entry->dtype_number = 0;
  entry->shape.clear();
  entry->shard_id = 0;
  entry->offset = 0;
  entry->size = 0;
  entry->masked_crc32c = 0;
  entry->slices.clear();
  WireCursor message(value, kMaxNesting);
  while (!message.at_end()) {
    std::uint32_t tag = 0;
    if (!message.TakeTag(&tag) || !TakeEntryField(&message, tag, entry)) {
      return DataLossError("the entry is not parseable");
    }
  }
  return Status();
}

std::string EncodeBundleHeader(const BundleHeader& header) {
  tf::BundleHeaderProto proto;
  proto.set_num_shards(header.num_shards);
  proto.set_endianness(header.is_big_endian ? tf::BundleHeaderProto::BIG
                                            : tf::BundleHeaderProto::LITTLE);
  VersionsToProto(header.versions, proto.mutable_version());
  return proto.SerializeAsString();
}

std::string EncodeBundleEntry(const BundleEntry& entry) {
  tf::BundleEntryProto proto;
  proto.set_dtype(static_cast<std::int32_t>(entry.dtype_number));
  // A scalar's shape is written, too: an empty message.
  tf::TensorShapeProto* shape = proto.mutable_shape();
  for (const std::int64_t dim : entry.shape) shape->add_dim()->set_size(dim);
  proto.set_shard_id(static_cast<std::int32_t>(entry.shard_id));
  proto.set_offset(entry.offset);
  proto.set_size(entry.size);
  proto.set_crc32c(entry.masked_crc32c);
  for (const TensorSlice& slice : entry.slices) SliceToProto(slice, proto.add_slices());
  return proto.SerializeAsString();
}

}  // namespace thaw
