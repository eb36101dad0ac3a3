#include "tools/print/name_text.h"

#include <fmt/format.h>

#include <cstdint>

#include "io/base/utf8.h"

namespace thaw {
namespace {

std::uint8_t ByteAt(std::string_view bytes, std::size_t index) {
  return static_cast<std::uint8_t>(bytes[index]);
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

std::string Utf8Text(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = Utf8SequenceLength(bytes);
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
    const std::size_t length = Utf8SequenceLength(bytes);
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
