#include "tools/print/name_text.h"

#include <fmt/format.h>

#include <cstdint>

namespace thaw {
namespace {

std::uint8_t ByteAt(std::string_view bytes, std::size_t index) {
  return static_cast<std::uint8_t>(bytes[index]);
}

// The length of the well-formed UTF-8 sequence that `bytes` begins with; 0 when there is none.
// Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
std::size_t SequenceLength(std::string_view bytes) {
  const std::uint8_t lead = ByteAt(bytes, 0);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  std::uint8_t low = 0x80;
  std::uint8_t high = 0xbf;
  if (lead >= 0xc2 && lead <= 0xdf) {
    length = 2;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    length = 3;
    if (lead == 0xe0) low = 0xa0;
    if (lead == 0xed) high = 0x9f;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    length = 4;
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) high = 0x8f;
  }
  if (length == 0 || bytes.size() < length) return 0;
  if (ByteAt(bytes, 1) < low || ByteAt(bytes, 1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((ByteAt(bytes, i) & 0xc0) != 0x80) return 0;
  }
  return length;
}

void AppendEscaped(char c, std::string* out) {
  if (c == '\n') {
    *out += "\\n";
  } else if (c == '\t') {
    *out += "\\t";
  } else {
    *out += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(c));
  }
}

// U+0000..U+001F, U+007F, and the C1 controls U+0080..U+009F, which some terminals obey.
bool IsControl(std::string_view sequence) {
  if (sequence.size() == 1) return ByteAt(sequence, 0) < 0x20 || ByteAt(sequence, 0) == 0x7f;
  return sequence.size() == 2 && ByteAt(sequence, 0) == 0xc2 && ByteAt(sequence, 1) < 0xa0;
}

}  // namespace

bool IsUtf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = SequenceLength(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string Utf8Text(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = SequenceLength(bytes);
    if (length == 0) {
      text += "\xef\xbf\xbd";
      bytes.remove_prefix(1);
    } else {
      text += bytes.substr(0, length);
      bytes.remove_prefix(length);
    }
  }
  return text;
}

std::string PrintableText(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = SequenceLength(bytes);
    const std::string_view sequence = bytes.substr(0, length == 0 ? 1 : length);
    if (length == 0 || IsControl(sequence)) {
      for (const char c : sequence) AppendEscaped(c, &text);
    } else {
      text += sequence;
    }
    bytes.remove_prefix(sequence.size());
  }
  return text;
}

std::string Base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = bytes.size() - i < 3 ? bytes.size() - i : 3;
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (j < n ? ByteAt(bytes, i + j) : std::uint8_t{0});
    }
    for (std::size_t j = 0; j < 4; ++j) {
      // n bytes fill n + 1 digits; the rest is padding.
      text += j <= n ? kDigits[group >> (18 - 6 * j) & 0x3f] : '=';
    }
  }
  return text;
}

std::size_t DisplayWidth(std::string_view utf8) {
  std::size_t width = 0;
  for (const char c : utf8) {
    if ((static_cast<std::uint8_t>(c) & 0xc0) != 0x80) ++width;
  }
  return width;
}

}  // namespace thaw
