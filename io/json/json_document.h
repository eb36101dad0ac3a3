// JsonNode: a JSON text as a tree whose nodes know their lines.
//
// Role in the flow: under the readers of model and map files and of checkpoint formats that speak
// JSON. The JSON library behind it stays in json_document.cc; the readers see this tree alone. It
// knows nothing of what a text is about.

#ifndef THAW_IO_JSON_JSON_DOCUMENT_H_
#define THAW_IO_JSON_JSON_DOCUMENT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "io/base/result.h"

namespace thaw {

struct JsonNode {
  enum class Kind { kNull, kBool, kInteger, kUnsigned, kReal, kString, kArray, kObject };

  Kind kind = Kind::kNull;
  std::size_t line = 0;  // from 1
  bool boolean = false;
  std::int64_t integer = 0;       // kInteger, and the bits of kUnsigned
  double real = 0.0;              // every number
  std::string text;               // kString
  std::vector<std::string> keys;  // kObject: as many as `items`, in the file's order
  std::vector<JsonNode> items;    // kArray, kObject

  bool is(Kind k) const { return kind == k; }
  // Whole numbers: kUnsigned is one beyond int64.
  bool is_whole() const { return kind == Kind::kInteger || kind == Kind::kUnsigned; }
  bool is_number() const { return is_whole() || kind == Kind::kReal; }
};

// "an object", "a string", …
std::string_view JsonKindName(JsonNode::Kind kind);

// Bounds on a text: bytes, nesting, and nodes (they take about a hundred bytes each).
inline constexpr std::size_t kMaxJsonBytes = std::size_t{64} << 20;
inline constexpr std::size_t kMaxJsonDepth = 64;
inline constexpr std::size_t kMaxJsonNodes = std::size_t{4} << 20;

struct JsonLimits {
  std::size_t max_bytes = kMaxJsonBytes;
  std::size_t max_nodes = kMaxJsonNodes;
};

// Untrusted input: yes. `file_name` is for messages only.
// Errors: InvalidArgument (no TensorFlow class)  not JSON, not UTF-8, beyond the bounds, or a key
//         twice in one object; the message names the line.
Result<JsonNode> ParseJson(std::string_view text, std::string_view file_name,
                           const JsonLimits& limits = {});

// The value of `key` in an object; nullptr: it has none.
const JsonNode* FindMember(const JsonNode& object, std::string_view key);

// The error of a reader at `line` of a file; `field` is the path to the node, e.g.
// "variables[2].shape[0]", and may be empty.
Status JsonError(std::string_view file_name, std::size_t line, std::string_view field,
                 std::string_view what);

// "scope.field" and "list[3]": the path to a member of the node at `field`.
std::string JsonMember(std::string_view field, std::string_view key);
std::string JsonElement(std::string_view field, std::size_t index);

}  // namespace thaw

#endif  // THAW_IO_JSON_JSON_DOCUMENT_H_
