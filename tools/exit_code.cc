#include "tools/exit_code.h"

#include <string>

namespace thaw {
namespace {

// Errors of the resolver: TensorFlow's ValueError and TypeError, and the places where TensorFlow
// fails by accident and has no class for it.
bool IsRuleError(const Status& status) {
  if (status.code() != StatusCode::kInvalidArgument) return false;
  const std::string tf_class = status.tf_class();
  return tf_class.empty() || tf_class == "ValueError" || tf_class == "TypeError";
}

}  // namespace

ExitCode ExitCodeFor(const Status& status) {
  if (IsRuleError(status)) return ExitCode::kFinding;
  switch (status.code()) {
    case StatusCode::kOk:
      return ExitCode::kOk;
    case StatusCode::kNotFound:
      return ExitCode::kNotFound;
    case StatusCode::kCancelled:
      return ExitCode::kInterrupted;
    case StatusCode::kResourceExhausted:
      return ExitCode::kOverBudget;
    case StatusCode::kAlreadyExists:
    case StatusCode::kPermissionDenied:
    case StatusCode::kUnauthenticated:
    case StatusCode::kFailedPrecondition:
    case StatusCode::kUnavailable:
    case StatusCode::kAborted:
    case StatusCode::kDeadlineExceeded:
      return ExitCode::kIo;
    case StatusCode::kDataLoss:
    case StatusCode::kOutOfRange:
    case StatusCode::kInvalidArgument:
    case StatusCode::kUnimplemented:
    case StatusCode::kInternal:
    case StatusCode::kUnknown:
      break;
  }
  return ExitCode::kCorrupt;
}

}  // namespace thaw
