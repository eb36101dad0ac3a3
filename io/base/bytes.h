// Views of raw bytes: the currency of the storage, table and kernel layers.
//
// Role in the flow: names for spans of bytes and the few safe casts between them. It owns nothing.

#ifndef THAW_IO_BASE_BYTES_H_
#define THAW_IO_BASE_BYTES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace thaw {

using ByteView = std::span<const std::byte>;
using MutableByteView = std::span<std::byte>;

inline std::string_view AsChars(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline ByteView AsBytes(std::string_view chars) {
  return {reinterpret_cast<const std::byte*>(chars.data()), chars.size()};
}

// Checked arithmetic for sizes that come from outside. Each returns false when the exact result
// does not fit; `*out` is then unspecified.
inline bool CheckedAdd(std::uint64_t a, std::uint64_t b, std::uint64_t* out) {
  return !__builtin_add_overflow(a, b, out);
}

inline bool CheckedMul(std::uint64_t a, std::uint64_t b, std::uint64_t* out) {
  return !__builtin_mul_overflow(a, b, out);
}

// True when [offset, offset + length) lies within [0, size).
inline bool RangeFits(std::uint64_t offset, std::uint64_t length, std::uint64_t size) {
  return offset <= size && length <= size - offset;
}

}  // namespace thaw

#endif  // THAW_IO_BASE_BYTES_H_
