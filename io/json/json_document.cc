#include "io/json/json_document.h"

#include <algorithm>
#include <exception>
#include <iterator>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <utility>

namespace thaw {
namespace {

using Json = nlohmann::json;

// The reading position of the parser, which tells where an event of it lies.
struct Cursor {
  std::string_view text;
  std::size_t position = 0;  // characters taken
  std::size_t line = 1;      // of `counted`
  std::size_t counted = 0;   // characters whose line ends are counted

  // The line of the last character taken. A token never contains a line end, and the parser takes
  // at most one character beyond it.
  std::size_t CurrentLine() {
    const std::size_t end = position == 0 ? 0 : position - 1;
    for (; counted < end; ++counted) line += text[counted] == '\n';
    return line;
  }
};

// An input iterator that moves the cursor along.
class CursorIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CursorIterator() = default;
  explicit CursorIterator(Cursor* cursor) : cursor_(cursor) {}

  reference operator*() const { return cursor_->text[cursor_->position]; }
  CursorIterator& operator++() {
    ++cursor_->position;
    return *this;
  }
  CursorIterator operator++(int) {
    CursorIterator before = *this;
    ++*this;
    return before;
  }
  friend bool operator==(const CursorIterator& a, const CursorIterator& b) {
    return a.at_end() == b.at_end();
  }
  friend bool operator!=(const CursorIterator& a, const CursorIterator& b) { return !(a == b); }

 private:
  bool at_end() const { return cursor_ == nullptr || cursor_->position == cursor_->text.size(); }

  Cursor* cursor_ = nullptr;  // nullptr: the end
};

// Builds the tree from the parser's events. An event that returns false ends the parse.
class TreeBuilder {
 public:
  TreeBuilder(Cursor* cursor, std::string_view file_name, std::size_t max_nodes)
      : cursor_(cursor), file_name_(file_name), max_nodes_(max_nodes) {}

  bool null() { return AddLeaf(JsonNode::Kind::kNull); }
  bool boolean(bool value) {
    return AddLeaf(JsonNode::Kind::kBool, [&](JsonNode& node) { node.boolean = value; });
  }
  bool number_integer(std::int64_t value) {
    return AddLeaf(JsonNode::Kind::kInteger, [&](JsonNode& node) {
      node.integer = value;
      node.real = static_cast<double>(value);
    });
  }
  bool number_unsigned(std::uint64_t value) {
    const bool fits = std::in_range<std::int64_t>(value);
    return AddLeaf(fits ? JsonNode::Kind::kInteger : JsonNode::Kind::kUnsigned,
                   [&](JsonNode& node) {
                     node.integer = static_cast<std::int64_t>(value);
                     node.real = static_cast<double>(value);
                   });
  }
  bool number_float(double value, const std::string&) {
    return AddLeaf(JsonNode::Kind::kReal, [&](JsonNode& node) { node.real = value; });
  }
  bool string(std::string& value) {
    return AddLeaf(JsonNode::Kind::kString, [&](JsonNode& node) { node.text = std::move(value); });
  }
  bool binary(Json::binary_t&) { return Fail("binary data is no JSON"); }

  bool start_object(std::size_t) { return Open(JsonNode::Kind::kObject); }
  bool start_array(std::size_t) { return Open(JsonNode::Kind::kArray); }
  bool end_object() { return Close(); }
  bool end_array() { return Close(); }
  bool key(std::string& name) {
    Level& level = open_.back();
    if (!level.seen.insert(name).second) {
      return Fail("the key '" + name + "' is there twice in one object",
                  "an object cannot repeat a key; an assignment map may be a list of pairs");
    }
    level.node.keys.push_back(std::move(name));
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& error) {
    return Fail("not valid JSON: " + WithoutLibraryPrefix(error.what()));
  }

  bool failed() const { return !status_.ok(); }
  const Status& status() const { return status_; }
  JsonNode&& TakeRoot() { return std::move(root_); }

 private:
  struct Level {
    JsonNode node;
    std::unordered_set<std::string> seen;
  };

  bool Fail(std::string_view what, std::string_view hint = "") {
    status_ = JsonError(file_name_, cursor_->CurrentLine(), "", what);
    if (!hint.empty()) status_ = status_.WithHint(hint);
    return false;
  }

  // "[json.exception.parse_error.101] parse error at line 1, column 3: syntax error …", or
  // "[json.exception.out_of_range.406] number overflow …": the place is ours to tell.
  static std::string WithoutLibraryPrefix(std::string text) {
    for (const std::string_view end : {"] ", ": "}) {
      const std::size_t at = text.find(end);
      if (at != std::string::npos) text.erase(0, at + end.size());
    }
    return text;
  }

  bool CountNode() {
    if (++num_nodes_ <= max_nodes_) return true;
    return Fail("more than " + std::to_string(max_nodes_) + " values");
  }

  template <typename SetValue>
  bool AddLeaf(JsonNode::Kind kind, SetValue set_value) {
    if (!CountNode()) return false;
    JsonNode node;
    node.kind = kind;
    node.line = cursor_->CurrentLine();
    set_value(node);
    Attach(std::move(node));
    return true;
  }
  bool AddLeaf(JsonNode::Kind kind) {
    return AddLeaf(kind, [](JsonNode&) {});
  }

  bool Open(JsonNode::Kind kind) {
    if (!CountNode()) return false;
    if (open_.size() == kMaxJsonDepth) {
      return Fail("nested deeper than " + std::to_string(kMaxJsonDepth) + " levels");
    }
    open_.emplace_back();
    open_.back().node.kind = kind;
    open_.back().node.line = cursor_->CurrentLine();
    return true;
  }

  bool Close() {
    JsonNode node = std::move(open_.back().node);
    open_.pop_back();
    Attach(std::move(node));
    return true;
  }

  void Attach(JsonNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
    } else {
      open_.back().node.items.push_back(std::move(node));
    }
  }

  Cursor* cursor_;
  std::string_view file_name_;
  std::size_t max_nodes_;
  std::vector<Level> open_;  // outermost first; bounded by kMaxJsonDepth
  std::size_t num_nodes_ = 0;
  JsonNode root_;
  Status status_;
};

}  // namespace

std::string_view JsonKindName(JsonNode::Kind kind) {
  switch (kind) {
    case JsonNode::Kind::kNull:
      return "null";
    case JsonNode::Kind::kBool:
      return "true or false";
    case JsonNode::Kind::kInteger:
    case JsonNode::Kind::kUnsigned:
    case JsonNode::Kind::kReal:
      return "a number";
    case JsonNode::Kind::kString:
      return "a string";
    case JsonNode::Kind::kArray:
      return "a list";
    case JsonNode::Kind::kObject:
      return "an object";
  }
  return "";
}

Result<JsonNode> ParseJson(std::string_view text, std::string_view file_name,
                           const JsonLimits& limits) {
  if (text.size() > limits.max_bytes) {
    return JsonError(file_name, 1, "",
                     "the file is larger than " + std::to_string(limits.max_bytes >> 20) + " MiB");
  }
  Cursor cursor{text};
  TreeBuilder builder(&cursor, file_name, limits.max_nodes);
  try {
    Json::sax_parse(CursorIterator(&cursor), CursorIterator(), &builder);
  } catch (const std::exception& error) {  // bad_alloc; the parser reports its own to the builder
    return ResourceExhaustedError(std::string("cannot hold the JSON text: ") + error.what())
        .WithFile(file_name)
        .WithTfClass(Status::kNoTfClass);
  }
  if (builder.failed()) return builder.status();
  return builder.TakeRoot();
}

const JsonNode* FindMember(const JsonNode& object, std::string_view key) {
  const auto found = std::find(object.keys.begin(), object.keys.end(), key);
  if (found == object.keys.end()) return nullptr;
  return &object.items[static_cast<std::size_t>(found - object.keys.begin())];
}

Status JsonError(std::string_view file_name, std::size_t line, std::string_view field,
                 std::string_view what) {
  std::string text = "line " + std::to_string(line) + ": ";
  if (!field.empty()) text += std::string(field) + ": ";
  return InvalidArgumentError(text + std::string(what))
      .WithFile(file_name)
      .WithTfClass(Status::kNoTfClass);
}

std::string JsonMember(std::string_view field, std::string_view key) {
  return field.empty() ? std::string(key) : std::string(field) + "." + std::string(key);
}

std::string JsonElement(std::string_view field, std::size_t index) {
  return std::string(field) + "[" + std::to_string(index) + "]";
}

}  // namespace thaw
