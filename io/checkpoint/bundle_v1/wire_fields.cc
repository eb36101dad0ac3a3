#include "io/checkpoint/bundle_v1/wire_fields.h"

#include <array>
#include <optional>

#include "io/base/coding.h"

namespace thaw {
namespace {

// As deep as protobuf follows groups that lie in each other.
constexpr std::size_t kMaxGroups = 100;

}  // namespace

bool WireFields::Next(WireField* field) {
  while (!rest_.empty()) {
    if (!TakeField(field) || field->type == WireType::kGroupEnd) {
      is_malformed_ = true;
      return false;
    }
    if (field->type != WireType::kGroupBegin) return true;
    if (!SkipGroup(field->number)) {
      is_malformed_ = true;
      return false;
    }
  }
  return false;
}

// A begin or end of a group is taken like a field without a value.
bool WireFields::TakeField(WireField* field) {
  const std::optional<std::uint32_t> tag = DecodeVarint32(&rest_);
  if (!tag || *tag >> 3 == 0) return false;
  *field = WireField();
  field->number = *tag >> 3;
  field->type = static_cast<WireType>(*tag & 7);
  switch (field->type) {
    case WireType::kVarint: {
      const ByteView begin = rest_;
      if (!DecodeVarint64(&rest_)) return false;
      field->bytes = begin.first(begin.size() - rest_.size());
      return true;
    }
    case WireType::kFixed64:
      return TakeBytes(sizeof(std::uint64_t), field);
    case WireType::kBytes: {
      const std::optional<std::uint32_t> size = DecodeVarint32(&rest_);
      return size && TakeBytes(*size, field);
    }
    case WireType::kFixed32:
      return TakeBytes(sizeof(std::uint32_t), field);
    case WireType::kGroupBegin:
    case WireType::kGroupEnd:
      return true;
  }
  return false;
}

bool WireFields::TakeBytes(std::uint64_t size, WireField* field) {
  if (size > rest_.size()) return false;
  field->bytes = rest_.first(size);
  rest_ = rest_.subspan(size);
  return true;
}

// Up to the end that belongs to the group of that number, which was begun.
bool WireFields::SkipGroup(std::uint32_t number) {
  std::array<std::uint32_t, kMaxGroups> open;
  std::size_t depth = 0;
  open[depth++] = number;
  while (depth > 0) {
    WireField field;
    if (!TakeField(&field)) return false;
    if (field.type == WireType::kGroupBegin) {
      if (depth == kMaxGroups) return false;
      open[depth++] = field.number;
    } else if (field.type == WireType::kGroupEnd && open[--depth] != field.number) {
      return false;
    }
  }
  return true;
}

}  // namespace thaw
