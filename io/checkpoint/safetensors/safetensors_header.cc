#include "io/checkpoint/safetensors/safetensors_header.h"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <utility>

#include "io/base/bytes.h"
#include "io/base/coding.h"
#include "io/base/utf8.h"
#include "io/json/json_document.h"

namespace thaw {
namespace {

constexpr std::string_view kMetadata = "__metadata__";

Status Bad(std::string_view field, std::string_view what) {
  return DataLossError(std::string(field) + ": " + std::string(what));
}

// A list of whole numbers from 0 to int64's greatest.
Result<std::vector<std::int64_t>> ReadSizes(const JsonNode& object, std::string_view key) {
  const JsonNode* list = FindMember(object, key);
  if (list == nullptr) return Bad(key, "missing");
  if (!list->is(JsonNode::Kind::kArray)) {
    return Bad(key, "a list is expected, not " + std::string(JsonKindName(list->kind)));
  }
  std::vector<std::int64_t> sizes;
  for (const JsonNode& item : list->items) {
    if (!item.is(JsonNode::Kind::kInteger) || item.integer < 0) {
      return Bad(key, "its elements must be whole numbers from 0 to 2^63 - 1");
    }
    sizes.push_back(item.integer);
  }
  return sizes;
}

Result<const SafetensorsDType*> ReadDType(const JsonNode& object) {
  const JsonNode* name = FindMember(object, "dtype");
  if (name == nullptr) return Bad("dtype", "missing");
  if (!name->is(JsonNode::Kind::kString)) {
    return Bad("dtype", "a string is expected, not " + std::string(JsonKindName(name->kind)));
  }
  const SafetensorsDType* dtype = FindSafetensorsDType(name->text);
  if (dtype == nullptr) return Bad("dtype", "'" + name->text + "' is no dtype of safetensors");
  return dtype;
}

// Bytes that the elements take; an error where they do not end at a byte.
Result<std::uint64_t> ByteSize(const SafetensorsDType& dtype, const Shape& shape) {
  const std::optional<std::int64_t> elements = NumElements(shape);
  std::uint64_t bits = 0;
  if (!elements || !CheckedMul(static_cast<std::uint64_t>(*elements), dtype.bits, &bits)) {
    return Bad("shape", ShapeToString(shape) + " has more elements than 64 bits can count");
  }
  if (bits % 8 != 0) {
    return Bad("shape", ShapeToString(shape) + " of " + std::string(dtype.name) +
                            " does not end at a byte: " + std::to_string(bits) + " bits");
  }
  return bits / 8;
}

Result<SafetensorsTensor> ReadTensor(const std::string& name, const JsonNode& node) {
  if (!node.is(JsonNode::Kind::kObject)) {
    return DataLossError("an object is expected, not " + std::string(JsonKindName(node.kind)));
  }
  SafetensorsTensor tensor;
  tensor.name = name;
  THAW_ASSIGN_OR_RETURN(tensor.dtype, ReadDType(node));
  THAW_ASSIGN_OR_RETURN(tensor.shape, ReadSizes(node, "shape"));
  THAW_ASSIGN_OR_RETURN(const std::vector<std::int64_t> offsets, ReadSizes(node, "data_offsets"));
  if (offsets.size() != 2) {
    return Bad("data_offsets", "two numbers are expected, not " + std::to_string(offsets.size()));
  }
  tensor.begin = static_cast<std::uint64_t>(offsets[0]);
  tensor.end = static_cast<std::uint64_t>(offsets[1]);
  if (tensor.end < tensor.begin) {
    return Bad("data_offsets", "the end " + std::to_string(tensor.end) + " lies before the begin " +
                                   std::to_string(tensor.begin));
  }
  THAW_ASSIGN_OR_RETURN(const std::uint64_t size, ByteSize(*tensor.dtype, tensor.shape));
  if (tensor.end - tensor.begin != size) {
    return Bad("data_offsets", std::to_string(tensor.end - tensor.begin) + " bytes, but " +
                                   std::string(tensor.dtype->name) + " " +
                                   ShapeToString(tensor.shape) + " takes " + std::to_string(size));
  }
  return tensor;
}

Status CheckMetadata(const JsonNode& metadata) {
  if (metadata.is(JsonNode::Kind::kNull)) return Status();
  const bool is_fine = metadata.is(JsonNode::Kind::kObject) &&
                       std::ranges::all_of(metadata.items, [](const JsonNode& value) {
                         return value.is(JsonNode::Kind::kString);
                       });
  if (is_fine) return Status();
  return DataLossError("__metadata__ must be an object of strings");
}

// The tensors must follow each other without a gap from the first byte of the data to the last.
Status CheckCover(const std::vector<SafetensorsTensor>& tensors, std::uint64_t data_size) {
  std::vector<const SafetensorsTensor*> in_order;
  for (const SafetensorsTensor& tensor : tensors) in_order.push_back(&tensor);
  std::ranges::sort(in_order, {}, [](const SafetensorsTensor* tensor) {
    return std::pair(tensor->begin, tensor->end);
  });
  std::uint64_t at = 0;
  for (const SafetensorsTensor* tensor : in_order) {
    if (tensor->begin != at) {
      const std::string what =
          tensor->begin < at ? "an overlap with the tensor before it" : "a hole before it";
      return Bad("data_offsets", what + ": it begins at " + std::to_string(tensor->begin) +
                                     " instead of " + std::to_string(at))
          .WithTensor(tensor->name);
    }
    at = tensor->end;
    if (at > data_size) {
      return DataLossError("the file ends before the tensor: " + std::to_string(data_size) +
                           " bytes of data, it needs " + std::to_string(at))
          .WithTensor(tensor->name);
    }
  }
  if (at == data_size) return Status();
  return DataLossError(std::to_string(data_size - at) + " bytes behind the last tensor");
}

Result<std::vector<SafetensorsTensor>> ReadTensors(const JsonNode& root, std::uint64_t data_size) {
  std::vector<SafetensorsTensor> tensors;
  for (std::size_t i = 0; i < root.keys.size(); ++i) {
    if (root.keys[i] == kMetadata) {
      THAW_RETURN_IF_ERROR(CheckMetadata(root.items[i]));
      continue;
    }
    if (root.keys[i].empty()) return DataLossError("a tensor with an empty name");
    Result<SafetensorsTensor> tensor = ReadTensor(root.keys[i], root.items[i]);
    if (!tensor.ok()) return tensor.status().WithTensor(root.keys[i]);
    tensors.push_back(*std::move(tensor));
  }
  THAW_RETURN_IF_ERROR(CheckCover(tensors, data_size));
  std::ranges::sort(tensors, {}, &SafetensorsTensor::name);
  return tensors;
}

}  // namespace

Result<std::vector<SafetensorsTensor>> DecodeSafetensorsHeader(std::string_view header,
                                                               std::uint64_t data_size,
                                                               std::string_view file_name) {
  if (header.empty() || header.front() != '{') {
    return DataLossError("the header is no JSON object: it does not begin with '{'")
        .WithFile(file_name);
  }
  if (!IsValidUtf8(header)) return DataLossError("the header is not UTF-8").WithFile(file_name);
  const Result<JsonNode> root = ParseJson(header, file_name, {.max_bytes = kMaxSafetensorsHeader});
  if (!root.ok()) {
    const Status& status = root.status();
    if (status.code() != StatusCode::kInvalidArgument) return status;
    // The hint is for people who write such texts.
    return DataLossError("the header: " + status.what()).WithFile(file_name);
  }
  Result<std::vector<SafetensorsTensor>> tensors = ReadTensors(*root, data_size);
  return tensors.ok() ? std::move(tensors) : tensors.status().WithFile(file_name);
}

Result<SafetensorsFileHeader> ReadSafetensorsHeader(const File& file) {
  const std::uint64_t size = file.size();
  if (size == 0) return DataLossError("the file is empty").WithFile(file.path());
  if (size < kSafetensorsLengthSize) {
    return DataLossError("shorter than the 8 bytes of a header's length").WithFile(file.path());
  }
  std::array<std::byte, kSafetensorsLengthSize> length_bytes;
  if (const Status read = file.Read(0, length_bytes); !read.ok()) return read.WithFile(file.path());
  const auto length = LoadLittleEndian<std::uint64_t>(length_bytes.data());
  if (length > kMaxSafetensorsHeader) {
    return DataLossError("the header has " + std::to_string(length) + " bytes; at most " +
                         std::to_string(kMaxSafetensorsHeader) + " are allowed")
        .WithFile(file.path());
  }
  if (!RangeFits(kSafetensorsLengthSize, length, size)) {
    return DataLossError("the header has " + std::to_string(length) + " bytes, the whole file " +
                         std::to_string(size))
        .WithFile(file.path());
  }
  std::string text(length, '\0');
  const Status read = file.Read(kSafetensorsLengthSize, std::as_writable_bytes(std::span(text)));
  if (!read.ok()) return read.WithFile(file.path());
  SafetensorsFileHeader header;
  header.data_offset = kSafetensorsLengthSize + length;
  THAW_ASSIGN_OR_RETURN(header.tensors,
                        DecodeSafetensorsHeader(text, size - header.data_offset, file.path()));
  return header;
}

}  // namespace thaw
