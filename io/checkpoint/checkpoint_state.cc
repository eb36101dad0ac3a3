#include "io/checkpoint/checkpoint_state.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "io/base/file_path.h"
#include "io/base/utf8.h"
#include "io/checkpoint/text_proto_lexer.h"
#include "io/storage/atomic_file.h"

namespace thaw {
namespace {

// Parses fields one after another; the first error stays with the line it is on.
class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) {}

  Result<CheckpointState> Parse() {
    while (!lexer_.at_end()) {
      if (Status status = ParseField(); !status.ok()) {
        return status.WithContext("line " + std::to_string(lexer_.line()));
      }
    }
    return std::move(state_);
  }

 private:
  Status ParseField() {
    const std::string name(lexer_.token());
    lexer_.Next();
    if (name == "model_checkpoint_path") {
      THAW_RETURN_IF_ERROR(Expect(":"));
      THAW_ASSIGN_OR_RETURN(state_.model_checkpoint_path, lexer_.TakeString());
    } else if (name == "last_preserved_timestamp") {
      THAW_RETURN_IF_ERROR(Expect(":"));
      THAW_ASSIGN_OR_RETURN(state_.last_preserved_timestamp, lexer_.TakeDouble());
    } else if (name == "all_model_checkpoint_paths") {
      THAW_RETURN_IF_ERROR(ParseRepeated([this] { return AddPath(); }));
    } else if (name == "all_model_checkpoint_timestamps") {
      THAW_RETURN_IF_ERROR(ParseRepeated([this] { return AddTimestamp(); }));
    } else {
      return InvalidArgumentError("there is no field '" + name + "' in a checkpoint state");
    }
    // One separator may follow a field.
    if (!lexer_.TryTake(",")) lexer_.TryTake(";");
    return Status();
  }

  // "name: value" or "name: [value, value]".
  template <typename ParseValue>
  Status ParseRepeated(ParseValue parse_value) {
    THAW_RETURN_IF_ERROR(Expect(":"));
    if (!lexer_.TryTake("[")) return parse_value();
    if (lexer_.TryTake("]")) return Status();
    while (true) {
      THAW_RETURN_IF_ERROR(parse_value());
      if (lexer_.TryTake("]")) return Status();
      THAW_RETURN_IF_ERROR(Expect(","));
    }
  }

  Status AddPath() {
    THAW_ASSIGN_OR_RETURN(std::string path, lexer_.TakeString());
    if (state_.all_model_checkpoint_paths.size() == kMaxCheckpointStatePaths) {
      return InvalidArgumentError("more than " + std::to_string(kMaxCheckpointStatePaths) +
                                  " paths");
    }
    state_.all_model_checkpoint_paths.push_back(std::move(path));
    return Status();
  }

  Status AddTimestamp() {
    THAW_ASSIGN_OR_RETURN(const double timestamp, lexer_.TakeDouble());
    state_.all_model_checkpoint_timestamps.push_back(timestamp);
    return Status();
  }

  Status Expect(std::string_view symbol) {
    if (lexer_.TryTake(symbol)) return Status();
    return InvalidArgumentError("expected '" + std::string(symbol) + "' before '" +
                                std::string(lexer_.token()) + "'");
  }

  TextProtoLexer lexer_;
  CheckpointState state_;
};

void AppendQuoted(std::string_view text, std::string* out) {
  *out += '"';
  for (const char c : text) {
    switch (c) {
      case '\n':
        *out += "\\n";
        break;
      case '\r':
        *out += "\\r";
        break;
      case '\t':
        *out += "\\t";
        break;
      case '"':
      case '\'':
      case '\\':
        *out += '\\';
        *out += c;
        break;
      default:
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7f) {
          char octal[8];
          std::snprintf(octal, sizeof octal, "\\%03o", static_cast<unsigned>(byte));
          *out += octal;
        } else {
          *out += c;
        }
    }
  }
  *out += '"';
}

// Python's repr: the shortest digits that read back as the same number, with an exponent below
// 1e-4 and from 1e16 on.
std::string DoubleToText(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  const double magnitude = std::fabs(value);
  const bool plain = magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e16);
  std::array<char, 64> digits;
  const std::to_chars_result end =
      std::to_chars(digits.data(), digits.data() + digits.size(), value,
                    plain ? std::chars_format::fixed : std::chars_format::scientific);
  std::string text(digits.data(), end.ptr);
  if (plain && text.find('.') == std::string::npos) text += ".0";
  return text;
}

void AppendField(std::string_view name, std::string_view text, std::string* out) {
  *out += name;
  *out += ": ";
  AppendQuoted(text, out);
  *out += '\n';
}

void AppendField(std::string_view name, double number, std::string* out) {
  *out += name;
  *out += ": " + DoubleToText(number) + "\n";
}

Result<std::string> ReadText(const Storage& storage, const std::string& path) {
  THAW_ASSIGN_OR_RETURN(const std::unique_ptr<File> file, storage.Open(path, IoMode::kPread));
  if (file->size() > kMaxCheckpointStateBytes) {
    return InvalidArgumentError("larger than a checkpoint state can be");
  }
  std::string text(file->size(), '\0');
  THAW_RETURN_IF_ERROR(file->Read(0, {reinterpret_cast<std::byte*>(text.data()), text.size()}));
  return text;
}

Result<CheckpointState> ReadState(const Storage& storage, const std::string& path) {
  THAW_ASSIGN_OR_RETURN(const std::string text, ReadText(storage, path));
  return ParseCheckpointState(text);
}

}  // namespace

Result<CheckpointState> ParseCheckpointState(std::string_view text) {
  if (text.size() > kMaxCheckpointStateBytes) {
    return InvalidArgumentError("larger than a checkpoint state can be");
  }
  if (!IsValidUtf8(text)) return InvalidArgumentError("not a text in UTF-8");
  return Parser(text).Parse();
}

std::string CheckpointStateToText(const CheckpointState& state) {
  std::string text;
  // A field that has its default value is not written (proto3).
  if (!state.model_checkpoint_path.empty()) {
    AppendField("model_checkpoint_path", state.model_checkpoint_path, &text);
  }
  for (const std::string& path : state.all_model_checkpoint_paths) {
    AppendField("all_model_checkpoint_paths", path, &text);
  }
  for (const double timestamp : state.all_model_checkpoint_timestamps) {
    AppendField("all_model_checkpoint_timestamps", timestamp, &text);
  }
  if (state.last_preserved_timestamp != 0.0) {
    AppendField("last_preserved_timestamp", state.last_preserved_timestamp, &text);
  }
  return text;
}

Result<FoundCheckpointState> ReadCheckpointState(const Storage& storage,
                                                 const std::string& directory,
                                                 std::string_view file_name) {
  FoundCheckpointState found;
  const std::string path = JoinPath(directory, std::string(file_name));
  THAW_ASSIGN_OR_RETURN(const PathKind kind, storage.Kind(path));
  if (kind == PathKind::kMissing) return found;
  Result<CheckpointState> state = ReadState(storage, path);
  if (!state.ok()) {
    found.warning = state.status().message();
    return found;
  }
  if (state->model_checkpoint_path.empty()) {
    return NotFoundError("the checkpoint state names no checkpoint")
        .WithFile(path)
        .WithTfClass("ValueError");
  }
  state->model_checkpoint_path = JoinPath(directory, state->model_checkpoint_path);
  for (std::string& one : state->all_model_checkpoint_paths) one = JoinPath(directory, one);
  found.state = std::move(*state);
  return found;
}

Status WriteCheckpointState(const CheckpointState& state, const std::string& path) {
  THAW_ASSIGN_OR_RETURN(const std::unique_ptr<AtomicFile> file,
                        AtomicFile::Create(path, IfExists::kReplace));
  THAW_RETURN_IF_ERROR(file->Append(AsBytes(CheckpointStateToText(state))));
  return file->Publish();
}

}  // namespace thaw
