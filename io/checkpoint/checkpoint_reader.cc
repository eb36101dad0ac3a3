#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

std::string_view CheckpointFormatName(CheckpointFormat format) {
  switch (format) {
    case CheckpointFormat::kTfV2:
      return "tf-v2";
    case CheckpointFormat::kTfV1:
      return "tf-v1";
    case CheckpointFormat::kSafetensors:
      return "safetensors";
  }
  return "unknown";
}

std::string_view DTypeNameOf(const TensorInfo& tensor) {
  return tensor.foreign_dtype.empty() ? DTypeName(tensor.dtype) : tensor.foreign_dtype;
}

Result<const ObjectGraph*> CheckpointReader::object_graph() const {
  return static_cast<const ObjectGraph*>(nullptr);
}

}  // namespace thaw
