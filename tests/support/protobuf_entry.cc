#include "tests/support/protobuf_entry.h"

#include "io/checkpoint/proto/proto_values.h"
#include "io/checkpoint/proto/tensor_bundle.pb.h"

namespace thaw {

std::optional<BundleEntry> DecodeWithProtobuf(ByteView value) {
  tf::BundleEntryProto proto;
  if (!ParseMessage(value, &proto)) return std::nullopt;
  BundleEntry entry;
  entry.dtype_number = proto.dtype();
  for (const auto& dim : proto.shape().dim()) entry.shape.push_back(dim.size());
  entry.shard_id = proto.shard_id();
  entry.offset = proto.offset();
  entry.size = proto.size();
  entry.masked_crc32c = proto.crc32c();
  for (const auto& slice : proto.slices()) entry.slices.push_back(SliceFromProto(slice));
  return entry;
}

bool DecodersAgree(ByteView value) {
  const std::optional<BundleEntry> theirs = DecodeWithProtobuf(value);
  BundleEntry ours;
  const bool is_ok = DecodeBundleEntry(value, &ours).ok();
  return is_ok == theirs.has_value() && (!is_ok || ours == *theirs);
}

}  // namespace thaw
