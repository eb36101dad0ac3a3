#include "engine/output/safetensors_file.h"

#include <algorithm>
#include <cstdio>
#include <string_view>
#include <tuple>
#include <utility>

#include "io/base/coding.h"
#include "io/base/utf8.h"
#include "io/checkpoint/safetensors/safetensors_dtypes.h"

namespace thaw {
namespace {

// The reference reader refuses longer headers.
constexpr std::size_t kMaxHeaderSize = 100'000'000;
constexpr std::size_t kLengthSize = 8;
constexpr std::size_t kHeaderAlignment = 8;

// nullptr: the format has no such type, or few readers know it.
const SafetensorsDType* WrittenDType(DType dtype) {
  const SafetensorsDType* row = FindSafetensorsDType(dtype);
  return row != nullptr && row->is_written ? row : nullptr;
}

std::string WhyNotSafetensors(const ArraySpec& array) {
  if (WrittenDType(array.dtype) == nullptr) {
    return "safetensors has no dtype " + std::string(DTypeName(array.dtype));
  }
  if (!IsValidUtf8(array.name)) return "a name in safetensors must be UTF-8";
  if (array.name == "__metadata__") return "the name is reserved in safetensors";
  return "";
}

void AppendJsonString(std::string_view text, std::string* out) {
  *out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      *out += '\\';
      *out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c));
      *out += escape;
    } else {
      *out += c;
    }
  }
  *out += '"';
}

// `"name":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}`
void AppendHeaderEntry(const PlacedArray& array, std::string* out) {
  AppendJsonString(array.spec.name, out);
  *out += ":{\"dtype\":\"";
  *out += WrittenDType(array.spec.dtype)->name;
  *out += "\",\"shape\":[";
  for (std::size_t i = 0; i < array.spec.shape.size(); ++i) {
    *out += (i == 0 ? "" : ",") + std::to_string(array.spec.shape[i]);
  }
  *out += "],\"data_offsets\":[" + std::to_string(array.offset) + "," +
          std::to_string(array.offset + array.bytes) + "]}";
}

// Gives each array its place, counted from the start of the elements; returns their total.
std::uint64_t PlaceElements(std::vector<PlacedArray*> arrays) {
  std::sort(arrays.begin(), arrays.end(), [](const PlacedArray* a, const PlacedArray* b) {
    return std::tuple(-static_cast<int>(ElementSize(a->spec.dtype)),
                      std::string_view(a->spec.name)) <
           std::tuple(-static_cast<int>(ElementSize(b->spec.dtype)),
                      std::string_view(b->spec.name));
  });
  std::uint64_t offset = 0;
  for (PlacedArray* array : arrays) {
    array->offset = offset;
    offset += array->bytes;
  }
  return offset;
}

// The length and the JSON, padded with spaces.
std::string Header(std::vector<PlacedArray*> arrays) {
  std::sort(arrays.begin(), arrays.end(),
            [](const PlacedArray* a, const PlacedArray* b) { return a->spec.name < b->spec.name; });
  std::string json = "{";
  for (const PlacedArray* array : arrays) {
    if (json.size() > 1) json += ',';
    AppendHeaderEntry(*array, &json);
  }
  json += '}';
  json.append((kHeaderAlignment - json.size() % kHeaderAlignment) % kHeaderAlignment, ' ');
  std::string header;
  AppendLittleEndian<std::uint64_t>(json.size(), &header);
  return header + json;
}

}  // namespace

Result<std::unique_ptr<Output>> SafetensorsFile::Create(const std::string& path,
                                                        IfExists if_exists) {
  THAW_ASSIGN_OR_RETURN(std::unique_ptr<AtomicFile> file, AtomicFile::Create(path, if_exists));
  return std::unique_ptr<Output>(new SafetensorsFile(std::move(file)));
}

Status SafetensorsFile::Declare(std::span<const ArraySpec> arrays) {
  THAW_RETURN_IF_ERROR(layout_.Declare(arrays, WhyNotSafetensors));
  std::vector<PlacedArray*> placed;
  for (PlacedArray& array : layout_.placed()) placed.push_back(&array);
  const std::uint64_t total = PlaceElements(placed);
  const std::string header = Header(placed);
  if (header.size() - kLengthSize > kMaxHeaderSize) {
    return UnimplementedError("too many arrays for one safetensors file").WithFile(file_->path());
  }
  for (PlacedArray* array : placed) array->offset += header.size();
  THAW_RETURN_IF_ERROR(file_->Reserve(header.size() + total));
  return file_->WriteAt(0, AsBytes(header));
}

Status SafetensorsFile::Write(std::size_t index, ByteView elements) {
  THAW_ASSIGN_OR_RETURN(PlacedArray * array, layout_.Take(index, elements.size()));
  return array == nullptr ? Status() : file_->WriteAt(array->offset, elements);
}

Status SafetensorsFile::Finish() {
  THAW_RETURN_IF_ERROR(layout_.CheckComplete());
  return file_->Publish();
}

}  // namespace thaw
