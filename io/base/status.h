// Status: how every fallible call of tensorthaw reports failure.
//
// Role in the flow: the vocabulary of errors for all layers. It must not know any file format or
// any library: the code numbers are those of absl and TensorFlow, so that a caller can map them
// onto either without a table.

#ifndef THAW_IO_BASE_STATUS_H_
#define THAW_IO_BASE_STATUS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace thaw {

// Canonical codes, with absl's numbers. style: docs/architecture.md lists which one to choose.
enum class StatusCode : int {
  kOk = 0,
  kCancelled = 1,
  kUnknown = 2,
  kInvalidArgument = 3,
  kDeadlineExceeded = 4,
  kNotFound = 5,
  kAlreadyExists = 6,
  kPermissionDenied = 7,
  kResourceExhausted = 8,
  kFailedPrecondition = 9,
  kAborted = 10,
  kOutOfRange = 11,
  kUnimplemented = 12,
  kInternal = 13,
  kUnavailable = 14,
  kDataLoss = 15,
  kUnauthenticated = 16,
};

// The upper-case name of a code as absl and TensorFlow print it, e.g. "DATA_LOSS".
std::string_view StatusCodeName(StatusCode code);

// The outcome of a call: OK, or a code with a message and where the fault lies.
// An OK status is one null pointer; a failed one shares an immutable payload, so copies are cheap
// to hand between tasks.
// Thread-safe: a const Status may be read from any number of threads.
class [[nodiscard]] Status {
 public:
  Status() = default;  // OK
  Status(StatusCode code, std::string what);

  [[nodiscard]] bool ok() const { return payload_ == nullptr; }
  StatusCode code() const;

  // The whole sentence: file, then tensor, then what is wrong, then shard and offset.
  std::string message() const;
  // What is wrong, without the place.
  const std::string& what() const;

  // The place of the fault and the advice; empty where unknown.
  const std::string& file() const;
  const std::string& tensor() const;
  // Op name of the program's variable concerned. The sentence names it where that helps.
  const std::string& variable() const;
  const std::string& hint() const;
  // The class that TensorFlow's Python API raises in this place ("ValueError", "DataLossError", …);
  // derived from the code unless WithTfClass said otherwise.
  std::string tf_class() const;
  std::optional<std::int64_t> shard() const;
  std::optional<std::uint64_t> offset() const;

  // Each returns a copy with one more fact. A fact that is already there is kept: the layer
  // nearest to the fault knows best. All are no-ops on an OK status.
  Status WithFile(std::string_view file) const;
  Status WithTensor(std::string_view tensor) const;
  Status WithVariable(std::string_view variable) const;
  Status WithShard(std::int64_t shard) const;
  Status WithOffset(std::uint64_t offset) const;
  Status WithHint(std::string_view hint) const;
  // `tf_class` may be kNoTfClass: TensorFlow would not fail here.
  Status WithTfClass(std::string_view tf_class) const;
  // Puts "context: " before what is wrong.
  Status WithContext(std::string_view context) const;

  // "DATA_LOSS: message", or "OK".
  std::string ToString() const;

  // Marks an error where TensorFlow would not fail (no `tf_class` in JSON).
  static constexpr std::string_view kNoTfClass = "-";

 private:
  struct Payload;
  template <typename Edit>
  Status Edited(Edit edit) const;

  std::shared_ptr<const Payload> payload_;
};

// One maker per code in use. `what` says what is wrong, without the place.
Status CancelledError(std::string what);
Status InvalidArgumentError(std::string what);
Status TfValueError(std::string what);  // InvalidArgument, which TensorFlow raises as ValueError
Status NotFoundError(std::string what);
Status AlreadyExistsError(std::string what);
Status PermissionDeniedError(std::string what);
Status ResourceExhaustedError(std::string what);
Status FailedPreconditionError(std::string what);
Status OutOfRangeError(std::string what);
Status UnimplementedError(std::string what);
Status InternalError(std::string what);
Status UnavailableError(std::string what);
Status DataLossError(std::string what);

// The Status of a failed system call: ENOENT is NotFound, EACCES PermissionDenied, ENOMEM and
// EMFILE ResourceExhausted, EEXIST AlreadyExists, the rest Unavailable. `what` names the call's
// purpose.
Status ErrnoError(int errno_value, std::string_view what);

}  // namespace thaw

#define THAW_CONCAT_INNER(a, b) a##b
#define THAW_CONCAT(a, b) THAW_CONCAT_INNER(a, b)

// Returns from the enclosing function when `expr` is a failed Status.
#define THAW_RETURN_IF_ERROR(expr)                                  \
  do {                                                              \
    if (::thaw::Status thaw_status_ = (expr); !thaw_status_.ok()) { \
      return thaw_status_;                                          \
    }                                                               \
  } while (false)

#endif  // THAW_IO_BASE_STATUS_H_
