#include "io/checkpoint/text_proto_lexer.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "io/base/utf8.h"

namespace thaw {
namespace {

// Python's \s, within ASCII.
bool IsSpace(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f');
}
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsQuote(char c) { return c == '"' || c == '\''; }

std::size_t CountWhile(std::string_view text, bool (*matches)(char)) {
  const auto end = std::find_if_not(text.begin(), text.end(), matches);
  return static_cast<std::size_t>(end - text.begin());
}

// Takes up to `max` digits of `base` off the front; nullopt when fewer than `min` are there.
std::optional<std::uint32_t> TakeDigits(std::string_view* text, int base, std::size_t min,
                                        std::size_t max) {
  const std::string_view window = text->substr(0, max);
  std::uint32_t value = 0;
  const std::from_chars_result result =
      std::from_chars(window.data(), window.data() + window.size(), value, base);
  const auto used = static_cast<std::size_t>(result.ptr - window.data());
  if (result.ec != std::errc() || used < min) return std::nullopt;
  text->remove_prefix(used);
  return value;
}

// The byte of a one-letter escape.
std::optional<char> SimpleEscape(char c) {
  constexpr std::pair<char, char> kEscapes[] = {
      {'n', '\n'},  {'t', '\t'}, {'r', '\r'}, {'"', '"'},  {'\'', '\''},
      {'\\', '\\'}, {'a', '\a'}, {'b', '\b'}, {'f', '\f'}, {'v', '\v'},
  };
  for (const auto& [letter, byte] : kEscapes) {
    if (letter == c) return byte;
  }
  return std::nullopt;
}

// Takes one escape, its backslash already gone, and appends what it stands for. An escape that
// Python does not know stands for itself, backslash included. False: malformed.
bool TakeEscape(std::string_view* rest, std::string* out) {
  // The last quote of an unclosed string can be an escaped one.
  if (rest->empty()) return false;
  const char kind = rest->front();
  if (IsDigit(kind) && kind < '8') {
    const std::optional<std::uint32_t> byte = TakeDigits(rest, 8, 1, 3);
    if (!byte || *byte > 0xff) return false;
    *out += static_cast<char>(*byte);
    return true;
  }
  rest->remove_prefix(1);
  if (const std::optional<char> byte = SimpleEscape(kind)) {
    *out += *byte;
    return true;
  }
  if (kind == 'x') {
    const std::optional<std::uint32_t> byte = TakeDigits(rest, 16, 1, 2);
    if (byte) *out += static_cast<char>(*byte);
    return byte.has_value();
  }
  if (kind == 'u' || kind == 'U') {
    const std::size_t digits = kind == 'u' ? 4 : 8;
    const std::optional<std::uint32_t> code_point = TakeDigits(rest, 16, digits, digits);
    return code_point && AppendUtf8(*code_point, out);
  }
  // "\N{NAME}" would need the table of all character names.
  if (kind == 'N') return false;
  *out += '\\';
  *out += kind;
  return true;
}

// The value between the quotes; nullopt when an escape is malformed.
std::optional<std::string> Unescape(std::string_view quoted) {
  std::string value;
  while (!quoted.empty()) {
    const char c = quoted.front();
    quoted.remove_prefix(1);
    if (c != '\\') {
      value += c;
    } else if (!TakeEscape(&quoted, &value)) {
      return std::nullopt;
    }
  }
  return value;
}

// The number without the underscores that Python allows between digits; nullopt when one is
// elsewhere.
std::optional<std::string> WithoutUnderscores(std::string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      digits += text[i];
    } else if (i == 0 || i + 1 == text.size() || !IsDigit(text[i - 1]) || !IsDigit(text[i + 1])) {
      return std::nullopt;
    }
  }
  return digits;
}

// Python's float(), which knows no hexadecimal.
std::optional<double> ParsePythonFloat(std::string_view text) {
  const std::optional<std::string> clean = WithoutUnderscores(text);
  if (!clean) return std::nullopt;
  std::string_view number = *clean;
  if (number.starts_with('+')) {
    number.remove_prefix(1);
    if (number.starts_with('-')) return std::nullopt;
  }
  double value = 0;
  const char* const end = number.data() + number.size();
  const std::from_chars_result result = std::from_chars(number.data(), end, value);
  if (result.ptr != end || result.ec == std::errc::invalid_argument) return std::nullopt;
  if (result.ec == std::errc::result_out_of_range) {
    const bool tiny = number.find("e-") != number.npos || number.find("E-") != number.npos;
    const double magnitude = tiny ? 0.0 : std::numeric_limits<double>::infinity();
    return number.starts_with('-') ? -magnitude : magnitude;
  }
  return value;
}

// "-?0[0-9]+": text_format takes it for an octal number and refuses it.
bool LooksOctal(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return text.size() > 1 && text[0] == '0' && IsDigit(text[1]);
}

std::optional<double> ParseTextProtoFloat(std::string_view text) {
  if (LooksOctal(text)) return std::nullopt;
  if (const std::optional<double> value = ParsePythonFloat(text)) return value;
  while (!text.empty() && (text.back() == 'f' || text.back() == 'F')) text.remove_suffix(1);
  // "inf" has lost its own letter with the suffix.
  if (text.ends_with("in") || text.ends_with("IN") || text.ends_with("In") ||
      text.ends_with("iN")) {
    return ParsePythonFloat(std::string(text) + "f");
  }
  return ParsePythonFloat(text);
}

}  // namespace

void TextProtoLexer::SkipSpaceAndComments() {
  while (!text_.empty()) {
    if (text_.front() == '#') {
      text_.remove_prefix(std::min(text_.find('\n'), text_.size()));
    } else if (IsSpace(text_.front())) {
      if (text_.front() == '\n') ++line_;
      text_.remove_prefix(1);
    } else {
      return;
    }
  }
}

// A quoted string ends at its quote, or unclosed at the end of its line.
std::size_t TextProtoLexer::QuotedLength() const {
  const char quote = text_.front();
  std::size_t i = 1;
  while (i < text_.size() && text_[i] != '\n') {
    if (text_[i] == quote) return i + 1;
    const bool escapes = text_[i] == '\\' && i + 1 < text_.size() && text_[i + 1] != '\n';
    i += escapes ? 2 : 1;
  }
  return i;
}

std::size_t TextProtoLexer::TokenLength() const {
  const char first = text_.front();
  const auto is_word = [](char c) { return IsLetter(c) || IsDigit(c) || c == '+' || c == '-'; };
  if (IsQuote(first)) return QuotedLength();
  if (IsLetter(first)) return CountWhile(text_, is_word);
  const bool starts_number = IsDigit(first) || first == '+' || first == '-' ||
                             (first == '.' && text_.size() > 1 && IsDigit(text_[1]));
  if (!starts_number) return 1;
  return CountWhile(
      text_, [](char c) { return IsLetter(c) || IsDigit(c) || c == '+' || c == '-' || c == '.'; });
}

void TextProtoLexer::Next() {
  text_.remove_prefix(token_.size());
  SkipSpaceAndComments();
  token_ = text_.empty() ? std::string_view() : text_.substr(0, TokenLength());
}

bool TextProtoLexer::TryTake(std::string_view symbol) {
  if (token_ != symbol) return false;
  Next();
  return true;
}

Result<std::string> TextProtoLexer::TakeString() {
  std::string value;
  bool is_string = false;
  while (!token_.empty() && IsQuote(token_.front())) {
    if (token_.size() < 2 || token_.back() != token_.front()) {
      return InvalidArgumentError("a string without its closing quote");
    }
    const std::optional<std::string> part = Unescape(token_.substr(1, token_.size() - 2));
    if (!part) return InvalidArgumentError("a malformed escape in " + std::string(token_));
    value += *part;
    is_string = true;
    Next();
  }
  if (!is_string) {
    return InvalidArgumentError("expected a quoted string before '" + std::string(token_) + "'");
  }
  if (!IsValidUtf8(value)) return InvalidArgumentError("a string that is not UTF-8");
  return value;
}

Result<double> TextProtoLexer::TakeDouble() {
  const std::optional<double> value = ParseTextProtoFloat(token_);
  if (!value) return InvalidArgumentError("'" + std::string(token_) + "' is not a number");
  Next();
  return *value;
}

}  // namespace thaw
