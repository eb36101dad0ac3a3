// What the decoders of all messages need: parsing that bounds its depth, and slices.
//
// Role in the flow: between protobuf's generated classes and io/base. For sources only: no header
// of another folder may include it, as no public header may name a protobuf type.

#ifndef THAW_IO_CHECKPOINT_PROTO_PROTO_VALUES_H_
#define THAW_IO_CHECKPOINT_PROTO_PROTO_VALUES_H_

#include <google/protobuf/io/coded_stream.h>

#include <cstddef>
#include <cstdint>
#include <limits>

#include "io/base/bytes.h"
#include "io/base/slice.h"
#include "io/checkpoint/format_versions.h"
#include "io/checkpoint/proto/tensor_bundle.pb.h"

namespace thaw {

// Our messages nest five deep; the rest is room for unknown fields.
inline constexpr int kMaxNesting = 16;

// False: `value` is not, or not only, such a message.
// Untrusted input: yes.
template <typename Message>
bool ParseMessage(ByteView value, Message* message) {
  if (value.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return false;
  google::protobuf::io::CodedInputStream input(reinterpret_cast<const std::uint8_t*>(value.data()),
                                               static_cast<int>(value.size()));
  input.SetRecursionLimit(kMaxNesting);
  return message->ParseFromCodedStream(&input) && input.ConsumedEntireMessage();
}

inline TensorSlice SliceFromProto(const tf::TensorSliceProto& proto) {
  TensorSlice slice;
  slice.dims.reserve(static_cast<std::size_t>(proto.extent_size()));
  for (const auto& extent : proto.extent()) {
    const bool has_length = extent.has_length_case() == tf::TensorSliceProto::Extent::kLength;
    slice.dims.push_back({extent.start(), has_length ? extent.length() : SliceDim::kFull});
  }
  return slice;
}

inline void SliceToProto(const TensorSlice& slice, tf::TensorSliceProto* proto) {
  for (const SliceDim& dim : slice.dims) {
    auto* extent = proto->add_extent();
    if (dim.is_full()) continue;
    extent->set_start(dim.start);
    extent->set_length(dim.length);
  }
}

inline FormatVersions VersionsFromProto(const tf::VersionDef& proto) {
  const auto& bad = proto.bad_consumers();
  return {proto.producer(), proto.min_consumer(), {bad.begin(), bad.end()}};
}

inline void VersionsToProto(const FormatVersions& versions, tf::VersionDef* proto) {
  proto->set_producer(versions.producer);
  proto->set_min_consumer(versions.min_consumer);
  for (const std::int32_t consumer : versions.bad_consumers) proto->add_bad_consumers(consumer);
}

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_PROTO_PROTO_VALUES_H_
