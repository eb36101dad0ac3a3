#include "io/checkpoint/bundle_v2/object_graph_entry.h"

#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "io/checkpoint/bundle_v2/string_payload.h"

namespace thaw {
namespace {

// Lengths and checksum of a string scalar before its characters (docs/format/tensor_bundle_v2.md
// §7).
constexpr std::uint64_t kMaxScalarHead = 16;

Result<std::vector<std::string>> ReadScalar(const CheckpointReader& reader,
                                            const TensorInfo& tensor) {
  if (tensor.dtype != DType::kString || !tensor.shape.empty() || tensor.parts.size() != 1) {
    return InvalidArgumentError("no scalar string: " + std::string(DTypeName(tensor.dtype)) + " " +
                                ShapeToString(tensor.shape))
        .WithTfClass(Status::kNoTfClass);
  }
  const StoredPart& part = tensor.parts.front();
  const auto& [shard, offset, length] = part.extent;
  if (length > kMaxObjectGraphBytes + kMaxScalarHead) {
    return UnimplementedError(std::to_string(length) + " bytes; at most " +
                              std::to_string(kMaxObjectGraphBytes) + " are read")
        .WithTfClass(Status::kNoTfClass);
  }
  THAW_ASSIGN_OR_RETURN(const File* file, reader.OpenShard(shard));
  const auto in_context = [&](const Status& status) {
    return status.WithFile(reader.shard_path(shard)).WithShard(shard).WithOffset(offset);
  };
  if (!RangeFits(offset, length, file->size())) {
    return in_context(OutOfRangeError("the data file ends before the object graph does"));
  }
  const std::unique_ptr<std::byte[]> payload(new std::byte[length]);
  const MutableByteView bytes(payload.get(), length);
  if (const Status read = file->Read(offset, bytes); !read.ok()) return in_context(read);
  Result<std::vector<std::string>> elements =
      DecodeStringPayload(bytes, 1, part.crc32c, reader.is_byte_swapped());
  if (elements.ok()) return elements;
  const Status status = elements.status();
  return in_context(Status(status.code(), status.what()));
}

Result<std::optional<ObjectGraph>> ReadGraph(const CheckpointReader& reader) {
  const std::optional<std::size_t> index = reader.Find(kObjectGraphKey);
  if (!index) return std::optional<ObjectGraph>();
  THAW_ASSIGN_OR_RETURN(const std::vector<std::string> value,
                        ReadScalar(reader, reader.tensor(*index)));
  THAW_ASSIGN_OR_RETURN(ObjectGraph graph, ObjectGraph::Decode(AsBytes(value.front())));
  return std::optional<ObjectGraph>(std::move(graph));
}

}  // namespace

Result<const ObjectGraph*> ObjectGraphEntry::Get(const CheckpointReader& reader) const {
  std::call_once(once_, [&] {
    try {
      Result<std::optional<ObjectGraph>> graph = ReadGraph(reader);
      if (graph.ok()) {
        graph_ = *std::move(graph);
      } else {
        status_ = graph.status();
      }
    } catch (const std::bad_alloc&) {
      status_ = ResourceExhaustedError("no memory for the object graph");
    }
    status_ = status_.WithFile(reader.prefix()).WithTensor(kObjectGraphKey);
  });
  THAW_RETURN_IF_ERROR(status_);
  return graph_ ? &*graph_ : nullptr;
}

}  // namespace thaw
