#include "io/checkpoint/bundle_v2/bundle_entry.h"

#include <google/protobuf/arena.h>

#include <array>
#include <utility>

#include "io/checkpoint/proto/proto_values.h"
#include "io/checkpoint/proto/tensor_bundle.pb.h"

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

// An arena whose first block is ours: an entry of ordinary length is decoded without the heap, and
// what a long one took is given back before the next.
struct BundleEntryDecoder::Scratch {
  alignas(std::max_align_t) std::array<char, 8192> block;
  google::protobuf::Arena arena{block.data(), block.size()};
};

BundleEntryDecoder::BundleEntryDecoder() : scratch_(std::make_unique<Scratch>()) {}
BundleEntryDecoder::~BundleEntryDecoder() = default;

Status BundleEntryDecoder::Decode(ByteView value, BundleEntry* entry) {
  scratch_->arena.Reset();
  auto* proto = google::protobuf::Arena::CreateMessage<tf::BundleEntryProto>(&scratch_->arena);
  if (!ParseMessage(value, proto)) return DataLossError("the entry is not parseable");
  entry->dtype_number = proto->dtype();
  entry->shape.clear();
  for (const auto& dim : proto->shape().dim()) entry->shape.push_back(dim.size());
  entry->shard_id = proto->shard_id();
  entry->offset = proto->offset();
  entry->size = proto->size();
  entry->masked_crc32c = proto->crc32c();
  entry->slices.clear();
  entry->slices.reserve(static_cast<std::size_t>(proto->slices_size()));
  for (const auto& slice : proto->slices()) entry->slices.push_back(SliceFromProto(slice));
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
