// JsonWriter: writes one JSON document as it goes, without a tree in memory.
//
// Role in the flow: every --json document. A tensor of a gigabyte is printed in constant memory.
// It must not know any schema.

#ifndef THAW_TOOLS_PRINT_JSON_WRITER_H_
#define THAW_TOOLS_PRINT_JSON_WRITER_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "tools/print/output_stream.h"

namespace thaw {

// The caller keeps the grammar: a Key before each value of an object, as many Ends as Begins.
// One thread.
class JsonWriter {
 public:
  explicit JsonWriter(OutputStream& out) : out_(out) {}
  JsonWriter(const JsonWriter&) = delete;
  JsonWriter& operator=(const JsonWriter&) = delete;

  void BeginObject() { Open('{'); }
  void EndObject() { Close('}'); }
  void BeginArray() { Open('['); }
  void EndArray() { Close(']'); }
  void Key(std::string_view key);

  // Bytes that are no UTF-8 become U+FFFD.
  void String(std::string_view bytes);
  void Integer(std::int64_t value);
  void Unsigned(std::uint64_t value);
  // Exact; NaN and infinities become the strings "NaN", "Infinity", "-Infinity".
  void Real(double value);
  void Bool(bool value);
  void Null();

  // A key with its value.
  void StringField(std::string_view key, std::string_view value);
  void IntegerField(std::string_view key, std::int64_t value);
  void UnsignedField(std::string_view key, std::uint64_t value);
  void RealField(std::string_view key, double value);
  void BoolField(std::string_view key, bool value);
  // A name: beside `key`, "<key>_base64" with the exact bytes when they are no UTF-8.
  void NameField(std::string_view key, std::string_view bytes);
  // A list of names: "<key>_base64" lists all of them when one is no UTF-8.
  void NamesField(std::string_view key, std::span<const std::string> names);
  void IntegersField(std::string_view key, std::span<const std::int64_t> values);

  // Ends the document with a newline.
  void Finish() { out_.Write('\n'); }

 private:
  void Open(char bracket);
  void Close(char bracket);
  // The comma before a value that is not the first of its array or object.
  void BeginValue();
  void WriteQuoted(std::string_view bytes);

  OutputStream& out_;
  // True after the first value of the innermost array or object, or between a key and its value:
  // `after_key_` wins.
  bool needs_comma_ = false;
  bool after_key_ = false;
};

}  // namespace thaw

#endif  // THAW_TOOLS_PRINT_JSON_WRITER_H_
