#include "io/checkpoint/wire_cursor.h"

#include <limits>

#include "io/base/coding.h"

namespace thaw {
namespace {

// Protobuf keeps that many bytes behind the largest message.
constexpr std::uint64_t kMaxSize = std::numeric_limits<std::int32_t>::max() - 16;

constexpr std::uint32_t TypeOf(std::uint32_t tag) { return tag & 7; }

// How a value is written.
constexpr std::uint32_t kVarint = 0;
constexpr std::uint32_t kFixed64 = 1;
constexpr std::uint32_t kBytes = 2;
constexpr std::uint32_t kGroupBegin = 3;
constexpr std::uint32_t kGroupEnd = 4;
constexpr std::uint32_t kFixed32 = 5;

}  // namespace

bool WireCursor::TakeLongVarint(int max_bytes, std::uint64_t* value) {
  std::uint64_t bits = 0;
  for (int i = 0; i < max_bytes && next_ != end_; ++i) {
    const std::byte byte = *next_++;
    // The tenth byte's upper bits fall off.
    bits |= (std::to_integer<std::uint64_t>(byte) & 0x7f) << (7 * i);
    if (IsLast(byte)) {
      *value = bits;
      return true;
    }
  }
  return false;
}

bool WireCursor::TakeFixed32(std::uint32_t* value) {
  if (left() < sizeof(*value)) return false;
  *value = LoadLittleEndian<std::uint32_t>(next_);
  next_ += sizeof(*value);
  return true;
}

bool WireCursor::TakeSize(std::size_t* size) {
  std::uint64_t value = 0;
  if (next_ != end_ && IsLast(*next_)) {
    value = std::to_integer<std::uint64_t>(*next_++);
  } else if (!TakeLongVarint(5, &value)) {
    return false;
  }
  *size = value;
  return value <= kMaxSize && value <= left();
}

bool WireCursor::TakeBytes(std::size_t size) {
  if (size > left()) return false;
  next_ += size;
  return true;
}

bool WireCursor::TakeMessage(WireCursor* message) {
  std::size_t size = 0;
  if (!TakeSize(&size) || nesting_ == 0) return false;
  *message = WireCursor(ByteView(next_, size), nesting_ - 1);
  next_ += size;
  return true;
}

bool WireCursor::Skip(std::uint32_t tag) {
  constexpr std::uint32_t kFirstNumber = 8;  // tags below it have the number 0, which is none
  if (tag < kFirstNumber) return false;
  std::size_t size = 0;
  std::uint64_t ignored = 0;
  switch (TypeOf(tag)) {
    case kVarint:
      return TakeVarint(&ignored);
    case kFixed64:
      return TakeBytes(sizeof(std::uint64_t));
    case kBytes:
      return TakeSize(&size) && TakeBytes(size);
    case kGroupBegin:
      return SkipGroup(tag);
    case kFixed32:
      return TakeBytes(sizeof(std::uint32_t));
    default:  // an end without its begin; two types that are none
      return false;
  }
}

bool WireCursor::SkipGroup(std::uint32_t begin_tag) {
  if (nesting_ == 0) return false;
  --nesting_;
  std::uint32_t tag = 0;
  while (TakeTag(&tag)) {
    if (TypeOf(tag) == kGroupEnd) {
      ++nesting_;
      return tag == begin_tag - kGroupBegin + kGroupEnd;
    }
    if (!Skip(tag)) return false;
  }
  return false;
}

}  // namespace thaw
