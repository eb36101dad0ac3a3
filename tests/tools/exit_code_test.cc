#include "tools/exit_code.h"

#include <gtest/gtest.h>

namespace thaw {
namespace {

struct Case {
  Status status;
  ExitCode code;
};

TEST(ExitCodeTest, FollowsCodeAndClass) {
  const Case cases[] = {
      {Status(), ExitCode::kOk},
      {InvalidArgumentError("x").WithTfClass("ValueError"), ExitCode::kFinding},
      {InvalidArgumentError("x").WithTfClass("TypeError"), ExitCode::kFinding},
      {InvalidArgumentError("x").WithTfClass(Status::kNoTfClass), ExitCode::kFinding},
      {InvalidArgumentError("x"), ExitCode::kCorrupt},
      // A path that leads nowhere, also where TensorFlow raises ValueError.
      {NotFoundError("x").WithTfClass("ValueError"), ExitCode::kNotFound},
      {NotFoundError("x"), ExitCode::kNotFound},
      {DataLossError("x"), ExitCode::kCorrupt},
      {DataLossError("x").WithTfClass(Status::kNoTfClass), ExitCode::kCorrupt},
      {OutOfRangeError("x"), ExitCode::kCorrupt},
      {UnimplementedError("x"), ExitCode::kCorrupt},
      {InternalError("x"), ExitCode::kCorrupt},
      {PermissionDeniedError("x"), ExitCode::kIo},
      {FailedPreconditionError("x"), ExitCode::kIo},
      {AlreadyExistsError("x"), ExitCode::kIo},
      {UnavailableError("x"), ExitCode::kIo},
      {ResourceExhaustedError("x"), ExitCode::kOverBudget},
      {CancelledError("x"), ExitCode::kInterrupted},
  };
  for (const Case& c : cases) EXPECT_EQ(ExitCodeFor(c.status), c.code) << c.status.ToString();
}

}  // namespace
}  // namespace thaw
