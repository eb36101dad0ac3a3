#include "tools/print/json_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "io/base/utf8.h"
#include "tools/print/name_text.h"
#include "tools/print/number_text.h"

namespace thaw {

void JsonWriter::BeginValue() {
  if (needs_comma_ && !after_key_) out_.Write(", ");
  after_key_ = false;
  needs_comma_ = true;
}

void JsonWriter::Open(char bracket) {
  BeginValue();
  out_.Write(bracket);
  needs_comma_ = false;
}

void JsonWriter::Close(char bracket) {
  out_.Write(bracket);
  needs_comma_ = true;
}

void JsonWriter::Key(std::string_view key) {
  BeginValue();
  WriteQuoted(key);
  out_.Write(": ");
  after_key_ = true;
}

// RFC 8259 §7: quote, backslash and control characters are escaped; the rest is UTF-8.
void JsonWriter::WriteQuoted(std::string_view bytes) {
  std::string replaced;
  if (!IsValidUtf8(bytes)) {
    replaced = Utf8Text(bytes);
    bytes = replaced;
  }
  out_.Write('"');
  std::size_t begin = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    const bool is_control = static_cast<unsigned char>(c) < 0x20;
    if (c != '"' && c != '\\' && !is_control) continue;
    out_.Write(bytes.substr(begin, i - begin));
    begin = i + 1;
    if (is_control) {
      out_.Write(fmt::format("\\u{:04x}", static_cast<unsigned>(c)));
    } else {
      out_.Write('\\');
      out_.Write(c);
    }
  }
  out_.Write(bytes.substr(begin));
  out_.Write('"');
}

void JsonWriter::String(std::string_view bytes) {
  BeginValue();
  WriteQuoted(bytes);
}

void JsonWriter::Integer(std::int64_t value) {
  BeginValue();
  out_.Write(fmt::format_int(value).c_str());
}

void JsonWriter::Unsigned(std::uint64_t value) {
  BeginValue();
  out_.Write(fmt::format_int(value).c_str());
}

void JsonWriter::Real(double value) {
  if (!std::isfinite(value)) return String(RealText(value));
  BeginValue();
  out_.Write(RealText(value));
}

void JsonWriter::Bool(bool value) {
  BeginValue();
  out_.Write(value ? "true" : "false");
}

void JsonWriter::Null() {
  BeginValue();
  out_.Write("null");
}

void JsonWriter::StringField(std::string_view key, std::string_view value) {
  Key(key);
  String(value);
}

void JsonWriter::IntegerField(std::string_view key, std::int64_t value) {
  Key(key);
  Integer(value);
}

void JsonWriter::UnsignedField(std::string_view key, std::uint64_t value) {
  Key(key);
  Unsigned(value);
}

void JsonWriter::RealField(std::string_view key, double value) {
  Key(key);
  Real(value);
}

void JsonWriter::BoolField(std::string_view key, bool value) {
  Key(key);
  Bool(value);
}

void JsonWriter::NameField(std::string_view key, std::string_view bytes) {
  StringField(key, bytes);
  if (!IsValidUtf8(bytes)) StringField(std::string(key) + "_base64", Base64(bytes));
}

void JsonWriter::NamesField(std::string_view key, std::span<const std::string> names) {
  Key(key);
  BeginArray();
  for (const std::string& name : names) String(name);
  EndArray();
  if (std::all_of(names.begin(), names.end(), IsValidUtf8)) return;
  Key(std::string(key) + "_base64");
  BeginArray();
  for (const std::string& name : names) String(Base64(name));
  EndArray();
}

void JsonWriter::IntegersField(std::string_view key, std::span<const std::int64_t> values) {
  Key(key);
  BeginArray();
  for (const std::int64_t value : values) Integer(value);
  EndArray();
}

}  // namespace thaw
