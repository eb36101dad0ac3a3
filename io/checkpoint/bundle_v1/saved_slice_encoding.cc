#include "io/checkpoint/bundle_v1/saved_slice_encoding.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "io/base/coding.h"
#include "io/checkpoint/bundle_v1/element_field.h"
#include "io/checkpoint/bundle_v1/tensor_slice_meta.h"
#include "io/checkpoint/bundle_v1/wire_fields.h"

namespace thaw {
namespace {

void AppendTag(std::uint32_t field, std::string* out) {
  AppendVarint64(field << 3 | static_cast<std::uint32_t>(WireType::kBytes), out);
}

void AppendBytesField(std::uint32_t field, std::string_view bytes, std::string* out) {
  AppendTag(field, out);
  AppendVarint64(bytes.size(), out);
  *out += bytes;
}

// What stands before TensorProto: the name, unless it is empty, and the slice.
std::string EncodeHead(std::string_view name, const TensorSlice& slice) {
  std::string head;
  if (!name.empty()) AppendBytesField(kSavedSliceName, name, &head);
  AppendBytesField(kSavedSliceSlice, EncodeSliceMessage(slice), &head);
  return head;
}

// TensorFlow estimates before it encodes, and refuses by the estimate.
Status CheckEstimate(std::size_t head_size, std::uint64_t element_bytes) {
  constexpr std::uint64_t kTensorProtoHeaderBytes = 1 << 10;
  std::uint64_t estimate = 0;
  if (CheckedAdd(element_bytes, head_size + kTensorProtoHeaderBytes, &estimate) &&
      estimate <= kMaxSavedSliceBytes) {
    return Status();
  }
  return InvalidArgumentError("Tensor slice is too large to serialize (conservative estimate: " +
                              std::to_string(estimate) + " bytes)")
      .WithHint("V1 files hold less than 2 GiB of a slice: save it in parts, or as V2");
}

// The record whose TensorProto is `start`, then `rest`.
std::string EncodeRecord(const std::string& head, std::string_view start, std::string_view rest) {
  std::string lengths;
  AppendTag(kSavedSliceData, &lengths);
  AppendVarint64(start.size() + rest.size(), &lengths);
  const std::size_t size = head.size() + lengths.size() + start.size() + rest.size();
  std::string record;
  record.reserve(size + 16);
  AppendTag(kSavedTensorSlicesData, &record);
  AppendVarint64(size, &record);
  record += head;
  record += lengths;
  record += start;
  record += rest;
  return record;
}

// Sign-extended, as protobuf does for int32.
template <typename T>
void AppendVarints(ByteView elements, std::string* out) {
  for (std::size_t at = 0; at < elements.size(); at += sizeof(T)) {
    T element;
    std::memcpy(&element, elements.data() + at, sizeof(T));
    AppendVarint64(static_cast<std::uint64_t>(static_cast<std::int64_t>(element)), out);
  }
}

std::string PackedVarints(DType dtype, ByteView elements) {
  std::string packed;
  packed.reserve(elements.size() + elements.size() / 4);
  switch (dtype) {
    case DType::kInt8:
    case DType::kQInt8:
      AppendVarints<std::int8_t>(elements, &packed);
      break;
    case DType::kInt16:
      AppendVarints<std::int16_t>(elements, &packed);
      break;
    case DType::kInt32:
    case DType::kQInt32:
      AppendVarints<std::int32_t>(elements, &packed);
      break;
    case DType::kInt64:
      AppendVarints<std::int64_t>(elements, &packed);
      break;
    case DType::kUInt16:
    case DType::kFloat16:
      AppendVarints<std::uint16_t>(elements, &packed);
      break;
    case DType::kBool:
      for (const std::byte value : elements) packed += value == std::byte{0} ? '\0' : '\1';
      break;
    default:
      AppendVarints<std::uint8_t>(elements, &packed);
      break;
  }
  return packed;
}

std::string PackedSwapped(DType dtype, ByteView elements) {
  std::string packed(AsChars(elements));
  const auto unit = static_cast<std::ptrdiff_t>(SwapUnit(dtype));
  for (auto at = packed.begin(); at != packed.end(); at += unit) std::reverse(at, at + unit);
  return packed;
}

}  // namespace

Status CheckSaveable(DType dtype) {
  if (ElementFieldOf(dtype)) return Status();
  const std::string name(DTypeName(dtype));
  // The two that its list of saveable types has, but its serialization has not.
  if (dtype == DType::kUInt32 || dtype == DType::kUInt64) {
    return InvalidArgumentError("Tensor slice serialization not implemented for dtype " +
                                std::to_string(static_cast<std::int32_t>(dtype)) + " (" + name +
                                "): V1 files have no form for it");
  }
  return UnimplementedError("Saving data type " + name +
                            " not yet supported: V1 files have no form for it")
      .WithHint("save it as V2");
}

Result<std::string> EncodeSavedSlice(std::string_view name, const TensorSlice& slice, DType dtype,
                                     ByteView elements) {
  THAW_RETURN_IF_ERROR(CheckSaveable(dtype));
  const ElementField field = *ElementFieldOf(dtype);
  const std::string head = EncodeHead(name, slice);
  const std::uint64_t num_elements = elements.size() / ElementSize(dtype);
  THAW_RETURN_IF_ERROR(CheckEstimate(head.size(), num_elements * field.max_bytes));
  if (elements.empty()) return EncodeRecord(head, {}, {});
  std::string packed;
  std::string_view values = AsChars(elements);
  if (field.form == ElementField::Form::kVarint) {
    values = packed = PackedVarints(dtype, elements);
  } else if (std::endian::native == std::endian::big) {
    values = packed = PackedSwapped(dtype, elements);
  }
  std::string start;
  AppendTag(field.number, &start);
  AppendVarint64(values.size(), &start);
  return EncodeRecord(head, start, values);
}

Result<std::string> EncodeSavedStrings(std::string_view name, const TensorSlice& slice,
                                       std::span<const std::string> values) {
  const ElementField field = *ElementFieldOf(DType::kString);
  const std::string head = EncodeHead(name, slice);
  std::uint64_t bytes = values.size() * field.max_bytes;
  for (const std::string& value : values) bytes += value.size();
  THAW_RETURN_IF_ERROR(CheckEstimate(head.size(), bytes));
  std::string fields;
  for (const std::string& value : values) AppendBytesField(field.number, value, &fields);
  return EncodeRecord(head, {}, fields);
}

}  // namespace thaw
