// WireCursor: takes a protobuf message apart, field by field, as protobuf's own parser does.
//
// Role in the flow: an index has an entry for every tensor, and generated classes cost more than
// all else that is done with one. It accepts what protobuf 3.21 accepts and nothing else, down to
// encodings that are longer than need be; tests compare the two. It must not know what the fields
// mean. Source: protobuf.dev/programming-guides/encoding.

#ifndef THAW_IO_CHECKPOINT_WIRE_CURSOR_H_
#define THAW_IO_CHECKPOINT_WIRE_CURSOR_H_

#include <cstddef>
#include <cstdint>

#include "io/base/bytes.h"

namespace thaw {

// A field's tag: its number and how its value is written.
constexpr std::uint32_t VarintTag(std::uint32_t number) { return number << 3; }
constexpr std::uint32_t MessageTag(std::uint32_t number) { return number << 3 | 2; }
constexpr std::uint32_t Fixed32Tag(std::uint32_t number) { return number << 3 | 5; }

// One thread. Lifetime: a view of the message.
// Every Take returns false where the bytes are no such thing; the message is then malformed, and
// nothing more may be taken. Untrusted input: yes.
class WireCursor {
 public:
  // nesting: how deep messages and groups may lie in this one.
  explicit WireCursor(ByteView message, int nesting)
      : next_(message.data()), end_(message.data() + message.size()), nesting_(nesting) {}

  bool at_end() const { return next_ == end_; }

  // At most 5 bytes; bits beyond the 32nd are dropped.
  bool TakeTag(std::uint32_t* tag) {
    if (next_ != end_ && IsLast(*next_)) {
      *tag = std::to_integer<std::uint32_t>(*next_++);
      return true;
    }
    std::uint64_t value = 0;
    if (!TakeLongVarint(5, &value)) return false;
    *tag = static_cast<std::uint32_t>(value);
    return true;
  }

  // At most 10 bytes; bits beyond the 64th are dropped.
  bool TakeVarint(std::uint64_t* value) {
    if (next_ != end_ && IsLast(*next_)) {
      *value = std::to_integer<std::uint64_t>(*next_++);
      return true;
    }
    return TakeLongVarint(10, value);
  }

  bool TakeFixed32(std::uint32_t* value);

  // The message that is the value of a field, as a cursor over it.
  bool TakeMessage(WireCursor* message);

  // Passes over the value of a field that nobody wants, groups with all that is in them.
  bool Skip(std::uint32_t tag);

 private:
  static bool IsLast(std::byte b) { return (b & std::byte{0x80}) == std::byte{0}; }

  bool TakeLongVarint(int max_bytes, std::uint64_t* value);
  bool TakeSize(std::size_t* size);
  bool TakeBytes(std::size_t size);
  bool SkipGroup(std::uint32_t begin_tag);

  std::size_t left() const { return static_cast<std::size_t>(end_ - next_); }

  const std::byte* next_;
  const std::byte* end_;
  int nesting_;
};

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_WIRE_CURSOR_H_
