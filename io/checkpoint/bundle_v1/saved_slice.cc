#include "io/checkpoint/bundle_v1/saved_slice.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <utility>

#include "io/base/coding.h"
#include "io/checkpoint/bundle_v1/element_field.h"
#include "io/checkpoint/bundle_v1/wire_fields.h"
#include "io/checkpoint/bundle_v2/string_payload_head.h"

namespace thaw {
namespace {

using Form = ElementField::Form;

// What a single element of a field that is not packed has.
WireType UnpackedType(DType dtype) {
  switch (ElementFieldOf(dtype)->form) {
    case Form::kVarint:
      return WireType::kVarint;
    case Form::kBytes:
      return WireType::kBytes;
    case Form::kFixed:
      break;
  }
  return SwapUnit(dtype) == 4 ? WireType::kFixed32 : WireType::kFixed64;
}

// Calls `use` with the bytes of every run of elements: of a packed field, of a single element, of a
// string. As protobuf does, messages that repeat are merged, and either form of a field is taken.
// False: a message is malformed.
template <typename Use>
bool ForEachRun(ByteView record, DType dtype, Use use) {
  const std::uint32_t element_field = ElementFieldOf(dtype)->number;
  const WireType unpacked = UnpackedType(dtype);
  WireFields outer(record);
  WireField data, tensor, run;
  while (outer.Next(&data)) {
    if (data.number != kSavedTensorSlicesData || data.type != WireType::kBytes) continue;
    WireFields saved_slice(data.bytes);
    while (saved_slice.Next(&tensor)) {
      if (tensor.number != kSavedSliceData || tensor.type != WireType::kBytes) continue;
      WireFields tensor_proto(tensor.bytes);
      while (tensor_proto.Next(&run)) {
        const bool is_run = run.type == WireType::kBytes || run.type == unpacked;
        if (run.number == element_field && is_run) use(run.bytes);
      }
      if (tensor_proto.is_malformed()) return false;
    }
    if (saved_slice.is_malformed()) return false;
  }
  return !outer.is_malformed();
}

Status BadRecord(const std::string& what) {
  return DataLossError("Error copying slice data: " + what).WithTfClass("InvalidArgumentError");
}

// Varints in a run; nullopt: its last one is cut off.
std::optional<std::uint64_t> CountVarints(ByteView run) {
  const auto is_last_byte = [](std::byte b) { return (b & std::byte{0x80}) == std::byte{0}; };
  if (!run.empty() && !is_last_byte(run.back())) return std::nullopt;
  return static_cast<std::uint64_t>(std::count_if(run.begin(), run.end(), is_last_byte));
}

// What the runs of a record hold.
struct Count {
  std::uint64_t num_elements = 0;
  std::uint64_t size_bytes = 0;  // of the decoded form
  bool is_malformed = false;
};

std::uint64_t VarintSize(std::uint64_t value) {
  return (static_cast<std::uint64_t>(std::bit_width(value | 1)) + 6) / 7;
}

Count CountElements(ByteView record, DType dtype) {
  Count count;
  std::uint64_t fixed_bytes = 0;
  const Form form = ElementFieldOf(dtype)->form;
  const bool is_whole = ForEachRun(record, dtype, [&](ByteView run) {
    switch (form) {
      case Form::kFixed:
        count.is_malformed |= run.size() % SwapUnit(dtype) != 0;
        fixed_bytes += run.size();
        break;
      case Form::kVarint: {
        const std::optional<std::uint64_t> varints = CountVarints(run);
        count.is_malformed |= !varints;
        count.num_elements += varints.value_or(0);
        break;
      }
      case Form::kBytes:
        ++count.num_elements;
        count.size_bytes += VarintSize(run.size()) + run.size();
        break;
    }
  });
  count.is_malformed |= !is_whole;
  if (form == Form::kBytes) {
    count.size_bytes += sizeof(std::uint32_t);  // the checksum of the lengths
    return count;
  }
  const std::size_t element_size = ElementSize(dtype);
  if (form == Form::kFixed) {
    count.is_malformed |= fixed_bytes % element_size != 0;
    count.num_elements = fixed_bytes / element_size;
  }
  count.size_bytes = count.num_elements * element_size;
  return count;
}

template <typename T>
void PutElement(std::uint64_t value, std::byte** next) {
  // protobuf keeps the low 32 bits of an int32, TensorFlow the low bits of that.
  const auto element = static_cast<T>(value);
  std::memcpy(*next, &element, sizeof(T));
  *next += sizeof(T);
}

void PutBool(std::uint64_t value, std::byte** next) { *(*next)++ = std::byte{value != 0}; }

template <void (*kPut)(std::uint64_t, std::byte**)>
bool PutVarints(ByteView run, std::byte** next) {
  while (!run.empty()) {
    const std::byte first = run.front();
    if ((first & std::byte{0x80}) == std::byte{0}) {
      run = run.subspan(1);
      kPut(std::to_integer<std::uint64_t>(first), next);
      continue;
    }
    const std::optional<std::uint64_t> value = DecodeVarint64(&run);
    if (!value) return false;
    kPut(*value, next);
  }
  return true;
}

bool PutVarintsOf(DType dtype, ByteView run, std::byte** next) {
  switch (dtype == DType::kBool ? 0 : ElementSize(dtype)) {
    case 0:
      return PutVarints<PutBool>(run, next);
    case 1:
      return PutVarints<PutElement<std::uint8_t>>(run, next);
    case 2:
      return PutVarints<PutElement<std::uint16_t>>(run, next);
    case 4:
      return PutVarints<PutElement<std::uint32_t>>(run, next);
    default:
      return PutVarints<PutElement<std::uint64_t>>(run, next);
  }
}

void PutFixed(DType dtype, ByteView run, std::byte** next) {
  std::byte* const begin = *next;
  *next = std::copy(run.begin(), run.end(), begin);
  if constexpr (std::endian::native == std::endian::big) {
    const std::size_t unit = SwapUnit(dtype);
    for (std::byte* at = begin; at != *next; at += unit) std::reverse(at, at + unit);
  } else {
    (void)dtype;
  }
}

void PutStrings(ByteView record, MutableByteView out) {
  StringPayloadHeadEncoder lengths;
  ForEachRun(record, DType::kString, [&](ByteView run) { lengths.Add(run.size()); });
  const StringPayloadHead head = std::move(lengths).Finish();
  std::byte* next = std::ranges::copy(AsBytes(head.bytes), out.data()).out;
  ForEachRun(record, DType::kString,
             [&](ByteView run) { next = std::ranges::copy(run, next).out; });
}

// Takes the tag and the length of a field off `*rest`, which reaches to the end of the record.
// False: it is another field, or ends elsewhere.
bool TakeLastField(std::uint32_t number, std::uint64_t record_size, std::size_t head_size,
                   ByteView* rest) {
  const auto tag = DecodeVarint32(rest);
  const auto size = tag ? DecodeVarint32(rest) : std::nullopt;
  return size && *tag == (number << 3 | static_cast<std::uint32_t>(WireType::kBytes)) &&
         head_size - rest->size() + *size == record_size;
}

// Passes over a field that lies in `*rest` whole.
bool SkipField(std::uint32_t number, ByteView* rest) {
  const auto tag = DecodeVarint32(rest);
  const auto size = tag ? DecodeVarint32(rest) : std::nullopt;
  if (!size || *tag != (number << 3 | static_cast<std::uint32_t>(WireType::kBytes)) ||
      *size > rest->size()) {
    return false;
  }
  *rest = rest->subspan(*size);
  return true;
}

}  // namespace

Result<std::uint64_t> SavedSliceSize(ByteView record, DType dtype, std::uint64_t num_elements) {
  const Count count = CountElements(record, dtype);
  if (count.is_malformed) return BadRecord("the record is malformed");
  if (count.num_elements != num_elements) {
    return BadRecord("the record holds " + std::to_string(count.num_elements) + " elements of " +
                     std::string(DTypeName(dtype)) + ", the slice has " +
                     std::to_string(num_elements));
  }
  return count.size_bytes;
}

Status DecodeSavedSlice(ByteView record, DType dtype, MutableByteView out) {
  const Form form = ElementFieldOf(dtype)->form;
  if (form == Form::kBytes) {
    PutStrings(record, out);
    return Status();
  }
  std::byte* next = out.data();
  bool is_whole = true;
  ForEachRun(record, dtype, [&](ByteView run) {
    if (form == Form::kFixed) {
      PutFixed(dtype, run, &next);
    } else {
      is_whole = is_whole && PutVarintsOf(dtype, run, &next);
    }
  });
  return is_whole ? Status() : BadRecord("an element has more than 10 bytes");
}

std::optional<std::size_t> FindRawElements(ByteView head, std::uint64_t record_size, DType dtype,
                                           std::uint64_t size_bytes) {
  const std::optional<ElementField> field = ElementFieldOf(dtype);
  if (!field || field->form != Form::kFixed || std::endian::native == std::endian::big) {
    return std::nullopt;
  }
  ByteView rest = head;
  const bool is_plain = TakeLastField(kSavedTensorSlicesData, record_size, head.size(), &rest) &&
                        SkipField(kSavedSliceName, &rest) && SkipField(kSavedSliceSlice, &rest) &&
                        TakeLastField(kSavedSliceData, record_size, head.size(), &rest) &&
                        TakeLastField(field->number, record_size, head.size(), &rest);
  const std::size_t begin = head.size() - rest.size();
  if (!is_plain || record_size - begin != size_bytes) return std::nullopt;
  return begin;
}

}  // namespace thaw
