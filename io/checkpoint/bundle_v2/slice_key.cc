#include "io/checkpoint/bundle_v2/slice_key.h"

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <utility>

namespace thaw {
namespace {

// OrderedCode, a code for sequences whose byte order is the order of what is encoded. Three of its
// forms occur in a key: an unsigned number, a string, and a signed number.

// --- Unsigned number: how many bytes, then those bytes, most significant first.

int SignificantBytes(std::uint64_t value) {
  return (static_cast<int>(std::bit_width(value)) + 7) / 8;
}

void AppendUnsigned(std::uint64_t value, std::string* key) {
  const int num_bytes = SignificantBytes(value);
  key->push_back(static_cast<char>(num_bytes));
  for (int i = num_bytes - 1; i >= 0; --i) key->push_back(static_cast<char>(value >> (8 * i)));
}

std::optional<std::uint64_t> TakeUnsigned(std::string_view* input) {
  if (input->empty()) return std::nullopt;
  const auto num_bytes = static_cast<unsigned char>(input->front());
  if (num_bytes > sizeof(std::uint64_t) || num_bytes >= input->size()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : input->substr(1, num_bytes)) {
    value = value << 8 | static_cast<unsigned char>(c);
  }
  // Only the shortest form is a code.
  if (static_cast<int>(num_bytes) != SignificantBytes(value)) return std::nullopt;
  input->remove_prefix(1u + num_bytes);
  return value;
}

// --- String: 00 and ff escaped, ended by 00 01.

constexpr char kEscape00 = '\xff';    // after 00: the byte 00
constexpr char kEscapeFf = '\x00';    // after ff: the byte ff
constexpr char kTerminator = '\x01';  // after 00: the end

void AppendString(std::string_view text, std::string* key) {
  for (const char c : text) {
    key->push_back(c);
    if (c == '\x00') key->push_back(kEscape00);
    if (c == '\xff') key->push_back(kEscapeFf);
  }
  key->push_back('\x00');
  key->push_back(kTerminator);
}

std::optional<std::string> TakeString(std::string_view* input) {
  std::string text;
  for (std::size_t i = 0; i < input->size(); ++i) {
    const char c = (*input)[i];
    if (c != '\x00' && c != '\xff') {
      text.push_back(c);
      continue;
    }
    if (++i == input->size()) return std::nullopt;
    const char second = (*input)[i];
    if (c == '\x00' && second == kTerminator) {
      input->remove_prefix(i + 1);
      return text;
    }
    if (second != (c == '\x00' ? kEscape00 : kEscapeFf)) return std::nullopt;
    text.push_back(c);
  }
  return std::nullopt;
}

// --- Signed number: two's complement in n bytes, most significant first. The top bits are the sign
// bit n times, inverted and followed by the sign, like the length marker of UTF-8; so longer
// numbers sort outside shorter ones.

constexpr int kMaxSignedBytes = 10;

// What is XORed onto the first two bytes of a number of n bytes.
constexpr std::array<std::uint16_t, kMaxSignedBytes + 1> kSignedHeader = {
    0, 0x8000, 0xc000, 0xe000, 0xf000, 0xf800, 0xfc00, 0xfe00, 0xff00, 0xff80, 0xffc0};

// n bytes hold 7n - 1 bits and the sign.
int SignedBytes(std::int64_t value) {
  const auto magnitude = static_cast<std::uint64_t>(value < 0 ? ~value : value);
  return static_cast<int>(std::bit_width(magnitude)) / 7 + 1;
}

void AppendSigned(std::int64_t value, std::string* key) {
  const int num_bytes = SignedBytes(value);
  const std::uint16_t header = kSignedHeader[static_cast<std::size_t>(num_bytes)];
  for (int i = 0; i < num_bytes; ++i) {
    // Bytes above the eighth repeat the sign.
    const int shift = 8 * (num_bytes - 1 - i);
    std::int64_t byte = value >> (shift < 64 ? shift : 63);
    if (i == 0) byte ^= header >> 8;
    if (i == 1) byte ^= header & 0xff;
    key->push_back(static_cast<char>(byte));
  }
}

std::optional<std::int64_t> TakeSigned(std::string_view* input) {
  if (input->empty()) return std::nullopt;
  // A number that is not negative begins with its length in ones; a negative one with zeros.
  const bool is_negative = (input->front() & 0x80) == 0;
  std::uint16_t top = static_cast<unsigned char>(input->front());
  top = static_cast<std::uint16_t>(top << 8);
  if (input->size() > 1) top |= static_cast<unsigned char>((*input)[1]);
  const int num_bytes = is_negative ? std::countl_zero(top) : std::countl_one(top);
  if (num_bytes > kMaxSignedBytes || static_cast<std::size_t>(num_bytes) > input->size()) {
    return std::nullopt;
  }
  const std::uint16_t header = kSignedHeader[static_cast<std::size_t>(num_bytes)];
  std::uint64_t value = is_negative ? ~std::uint64_t{0} : 0;
  for (int i = 0; i < num_bytes; ++i) {
    auto byte = static_cast<unsigned char>((*input)[static_cast<std::size_t>(i)]);
    if (i == 0) byte ^= static_cast<unsigned char>(header >> 8);
    if (i == 1) byte ^= static_cast<unsigned char>(header & 0xff);
    value = value << 8 | byte;
  }
  const auto number = static_cast<std::int64_t>(value);
  // Only the shortest form is a code; this also refuses bits beyond the 64th.
  std::string canonical;
  AppendSigned(number, &canonical);
  if (!input->starts_with(canonical) || canonical.size() != static_cast<std::size_t>(num_bytes)) {
    return std::nullopt;
  }
  input->remove_prefix(canonical.size());
  return number;
}

Status NotASliceKey() { return DataLossError("the key is not that of a tensor's slice"); }

}  // namespace

void AppendSliceKey(std::string_view tensor_name, const TensorSlice& slice, std::string* key) {
  AppendUnsigned(0, key);
  AppendString(tensor_name, key);
  AppendUnsigned(slice.rank(), key);
  for (const SliceDim& dim : slice.dims) {
    AppendSigned(dim.start, key);
    AppendSigned(dim.length, key);
  }
}

std::string EncodeSliceKey(std::string_view tensor_name, const TensorSlice& slice) {
  std::string key;
  AppendSliceKey(tensor_name, slice, &key);
  return key;
}

Result<SliceKey> DecodeSliceKey(std::string_view key) {
  if (TakeUnsigned(&key) != std::uint64_t{0}) return NotASliceKey();
  std::optional<std::string> name = TakeString(&key);
  if (!name) return NotASliceKey();
  const auto rank = TakeUnsigned(&key);
  // A dimension takes two bytes or more.
  if (!rank || *rank > key.size() / 2) return NotASliceKey();
  SliceKey decoded{std::move(*name), TensorSlice::Full(static_cast<std::size_t>(*rank))};
  for (SliceDim& dim : decoded.slice.dims) {
    const auto start = TakeSigned(&key);
    const auto length = start ? TakeSigned(&key) : std::nullopt;
    if (!length) return NotASliceKey();
    dim = {*start, *length < 0 ? SliceDim::kFull : *length};
  }
  if (!key.empty()) return NotASliceKey();
  return decoded;
}

}  // namespace thaw
