// Fixed-width and variable-length integers as LevelDB's table and protobuf store them.
//
// Role in the flow: byte-level vocabulary of the formats. Decoders never read past the view they
// are given. Untrusted input: yes.

#ifndef THAW_IO_BASE_CODING_H_
#define THAW_IO_BASE_CODING_H_

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include "io/base/bytes.h"

namespace thaw {

// The value with its bytes reversed (std::byteswap is C++23).
template <std::unsigned_integral T>
constexpr T ByteSwap(T value) {
  if constexpr (sizeof(T) == 1) return value;
  if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
  if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
  if constexpr (sizeof(T) == 8) return __builtin_bswap64(value);
}

// The little-endian integer at `bytes`, which holds at least sizeof(T) bytes of any alignment.
template <std::unsigned_integral T>
T LoadLittleEndian(const std::byte* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  if constexpr (std::endian::native == std::endian::big) value = ByteSwap(value);
  return value;
}

template <std::unsigned_integral T>
void AppendLittleEndian(T value, std::string* out) {
  if constexpr (std::endian::native == std::endian::big) value = ByteSwap(value);
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out->append(bytes, sizeof(T));
}

// Takes a varint off the front of `*input`. nullopt when it is cut off or longer than 10 bytes
// (5 for the 32-bit form, whose value must fit); `*input` is then unspecified.
std::optional<std::uint64_t> DecodeVarint64(ByteView* input);
std::optional<std::uint32_t> DecodeVarint32(ByteView* input);

void AppendVarint64(std::uint64_t value, std::string* out);

}  // namespace thaw

#endif  // THAW_IO_BASE_CODING_H_
