#include "io/base/status.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace thaw {
namespace {

struct CodeNames {
  std::string_view name;
  std::string_view tf_class;
};

// Indexed by StatusCode; tf_class is the class in tensorflow.errors.
constexpr std::array<CodeNames, 17> kCodeNames = {{
    {"OK", ""},
    {"CANCELLED", "CancelledError"},
    {"UNKNOWN", "UnknownError"},
    {"INVALID_ARGUMENT", "InvalidArgumentError"},
    {"DEADLINE_EXCEEDED", "DeadlineExceededError"},
    {"NOT_FOUND", "NotFoundError"},
    {"ALREADY_EXISTS", "AlreadyExistsError"},
    {"PERMISSION_DENIED", "PermissionDeniedError"},
    {"RESOURCE_EXHAUSTED", "ResourceExhaustedError"},
    {"FAILED_PRECONDITION", "FailedPreconditionError"},
    {"ABORTED", "AbortedError"},
    {"OUT_OF_RANGE", "OutOfRangeError"},
    {"UNIMPLEMENTED", "UnimplementedError"},
    {"INTERNAL", "InternalError"},
    {"UNAVAILABLE", "UnavailableError"},
    {"DATA_LOSS", "DataLossError"},
    {"UNAUTHENTICATED", "UnauthenticatedError"},
}};

const CodeNames& NamesOf(StatusCode code) {
  const auto index = static_cast<std::size_t>(code);
  return index < kCodeNames.size() ? kCodeNames[index] : kCodeNames[2];
}

const std::string& EmptyString() {
  static const std::string empty;
  return empty;
}

}  // namespace

struct Status::Payload {
  StatusCode code;
  std::string what;
  std::string file;
  std::string tensor;
  std::string variable;
  std::string hint;
  std::string tf_class;
  std::optional<std::int64_t> shard;
  std::optional<std::uint64_t> offset;
};

std::string_view StatusCodeName(StatusCode code) { return NamesOf(code).name; }

Status::Status(StatusCode code, std::string what) {
  if (code == StatusCode::kOk) return;
  auto payload = std::make_shared<Payload>();
  payload->code = code;
  payload->what = std::move(what);
  payload_ = std::move(payload);
}

StatusCode Status::code() const { return ok() ? StatusCode::kOk : payload_->code; }

const std::string& Status::what() const { return ok() ? EmptyString() : payload_->what; }
const std::string& Status::file() const { return ok() ? EmptyString() : payload_->file; }
const std::string& Status::tensor() const { return ok() ? EmptyString() : payload_->tensor; }
const std::string& Status::variable() const { return ok() ? EmptyString() : payload_->variable; }
const std::string& Status::hint() const { return ok() ? EmptyString() : payload_->hint; }

std::optional<std::int64_t> Status::shard() const { return ok() ? std::nullopt : payload_->shard; }

std::optional<std::uint64_t> Status::offset() const {
  return ok() ? std::nullopt : payload_->offset;
}

std::string Status::tf_class() const {
  if (ok() || payload_->tf_class == kNoTfClass) return "";
  if (!payload_->tf_class.empty()) return payload_->tf_class;
  return std::string(NamesOf(payload_->code).tf_class);
}

std::string Status::message() const {
  if (ok()) return "";
  std::string text;
  if (!payload_->file.empty()) text += payload_->file + ": ";
  if (!payload_->tensor.empty()) text += "tensor '" + payload_->tensor + "': ";
  text += payload_->what;
  if (payload_->shard || payload_->offset) {
    text += " (";
    if (payload_->shard) text += "shard " + std::to_string(*payload_->shard);
    if (payload_->shard && payload_->offset) text += ", ";
    if (payload_->offset) text += "offset " + std::to_string(*payload_->offset);
    text += ")";
  }
  return text;
}

std::string Status::ToString() const {
  if (ok()) return "OK";
  return std::string(StatusCodeName(code())) + ": " + message();
}

template <typename Edit>
Status Status::Edited(Edit edit) const {
  if (ok()) return *this;
  auto payload = std::make_shared<Payload>(*payload_);
  edit(*payload);
  Status edited;
  edited.payload_ = std::move(payload);
  return edited;
}

Status Status::WithFile(std::string_view file) const {
  return Edited([&](Payload& p) {
    if (p.file.empty()) p.file = file;
  });
}

Status Status::WithTensor(std::string_view tensor) const {
  return Edited([&](Payload& p) {
    if (p.tensor.empty()) p.tensor = tensor;
  });
}

Status Status::WithVariable(std::string_view variable) const {
  return Edited([&](Payload& p) {
    if (p.variable.empty()) p.variable = variable;
  });
}

Status Status::WithShard(std::int64_t shard) const {
  return Edited([&](Payload& p) {
    if (!p.shard) p.shard = shard;
  });
}

Status Status::WithOffset(std::uint64_t offset) const {
  return Edited([&](Payload& p) {
    if (!p.offset) p.offset = offset;
  });
}

Status Status::WithHint(std::string_view hint) const {
  return Edited([&](Payload& p) {
    if (p.hint.empty()) p.hint = hint;
  });
}

Status Status::WithTfClass(std::string_view tf_class) const {
  return Edited([&](Payload& p) {
    if (p.tf_class.empty()) p.tf_class = tf_class;
  });
}

Status Status::WithContext(std::string_view context) const {
  return Edited([&](Payload& p) { p.what = std::string(context) + ": " + p.what; });
}

Status CancelledError(std::string what) { return {StatusCode::kCancelled, std::move(what)}; }
Status InvalidArgumentError(std::string what) {
  return {StatusCode::kInvalidArgument, std::move(what)};
}
Status TfValueError(std::string what) {
  return InvalidArgumentError(std::move(what)).WithTfClass("ValueError");
}
Status NotFoundError(std::string what) { return {StatusCode::kNotFound, std::move(what)}; }
Status AlreadyExistsError(std::string what) {
  return {StatusCode::kAlreadyExists, std::move(what)};
}
Status PermissionDeniedError(std::string what) {
  return {StatusCode::kPermissionDenied, std::move(what)};
}
Status ResourceExhaustedError(std::string what) {
  return {StatusCode::kResourceExhausted, std::move(what)};
}
Status FailedPreconditionError(std::string what) {
  return {StatusCode::kFailedPrecondition, std::move(what)};
}
Status OutOfRangeError(std::string what) { return {StatusCode::kOutOfRange, std::move(what)}; }
Status UnimplementedError(std::string what) {
  return {StatusCode::kUnimplemented, std::move(what)};
}
Status InternalError(std::string what) { return {StatusCode::kInternal, std::move(what)}; }
Status UnavailableError(std::string what) { return {StatusCode::kUnavailable, std::move(what)}; }
Status DataLossError(std::string what) { return {StatusCode::kDataLoss, std::move(what)}; }

Status ErrnoError(int errno_value, std::string_view what) {
  const std::string text = std::string(what) + ": " + std::strerror(errno_value);
  switch (errno_value) {
    case ENOENT:
    case ENOTDIR:
      return NotFoundError(text);
    case EACCES:
    case EPERM:
      return PermissionDeniedError(text);
    case EEXIST:
      return AlreadyExistsError(text);
    case ENOMEM:
    case EMFILE:
    case ENFILE:
      return ResourceExhaustedError(text);
    default:
      return UnavailableError(text);
  }
}

}  // namespace thaw
