#include "io/checkpoint/bundle_v1/tensor_slice_meta.h"

#include <utility>

#include "io/base/utf8.h"
#include "io/checkpoint/proto/proto_values.h"
#include "io/checkpoint/proto/tensor_slice.pb.h"

namespace thaw {

Result<TensorSliceMeta> DecodeTensorSliceMeta(ByteView value) {
  tf::SavedTensorSlices proto;
  if (!ParseMessage(value, &proto)) return DataLossError("the list of tensors is not parseable");
  TensorSliceMeta meta;
  meta.versions = VersionsFromProto(proto.meta().versions());
  meta.tensors.reserve(static_cast<std::size_t>(proto.meta().tensor_size()));
  for (const tf::SavedSliceMeta& from : proto.meta().tensor()) {
    if (!IsValidUtf8(from.name())) {
      return DataLossError("the list of tensors has a name that is not UTF-8")
          .WithTensor(from.name());
    }
    SavedTensor& tensor = meta.tensors.emplace_back();
    tensor.name = from.name();
    for (const auto& dim : from.shape().dim()) tensor.shape.push_back(dim.size());
    tensor.dtype_number = from.type();
    tensor.slices.reserve(static_cast<std::size_t>(from.slice_size()));
    for (const auto& slice : from.slice()) tensor.slices.push_back(SliceFromProto(slice));
  }
  return meta;
}

std::string EncodeTensorSliceMeta(const TensorSliceMeta& meta) {
  tf::SavedTensorSlices proto;
  for (const SavedTensor& tensor : meta.tensors) {
    tf::SavedSliceMeta* to = proto.mutable_meta()->add_tensor();
    to->set_name(tensor.name);
    // A scalar's shape is written, too: an empty message.
    tf::TensorShapeProto* shape = to->mutable_shape();
    for (const std::int64_t dim : tensor.shape) shape->add_dim()->set_size(dim);
    to->set_type(static_cast<std::int32_t>(tensor.dtype_number));
    for (const TensorSlice& slice : tensor.slices) SliceToProto(slice, to->add_slice());
  }
  VersionsToProto(meta.versions, proto.mutable_meta()->mutable_versions());
  return proto.SerializeAsString();
}

std::string EncodeSliceMessage(const TensorSlice& slice) {
  tf::TensorSliceProto proto;
  SliceToProto(slice, &proto);
  return proto.SerializeAsString();
}

}  // namespace thaw
