#include "io/base/status.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "io/base/result.h"

namespace thaw {
namespace {

TEST(StatusTest, OkIsOnePointerAndEmpty) {
  const Status ok;

  EXPECT_TRUE(ok.ok());
  EXPECT_EQ(sizeof(Status), 16u);
  EXPECT_EQ(ok.message(), "");
  EXPECT_EQ(ok.ToString(), "OK");
  EXPECT_TRUE(ok.WithFile("f").ok());
}

TEST(StatusTest, MessageReadsFromTheOutsideIn) {
  const Status status =
      DataLossError("checksum mismatch").WithOffset(64).WithShard(3).WithTensor("w").WithFile("f");

  EXPECT_EQ(status.message(), "f: tensor 'w': checksum mismatch (shard 3, offset 64)");
  EXPECT_EQ(status.ToString(), "DATA_LOSS: " + status.message());
}

TEST(StatusTest, TheInnermostFactIsKept) {
  const Status status = NotFoundError("x").WithFile("inner").WithFile("outer");
  EXPECT_EQ(status.file(), "inner");
}

TEST(StatusTest, CopiesDoNotChangeEachOther) {
  const Status plain = NotFoundError("x");
  const Status placed = plain.WithTensor("w");

  EXPECT_EQ(plain.tensor(), "");
  EXPECT_EQ(placed.tensor(), "w");
}

TEST(StatusTest, AVariableIsAFactAndNoPartOfTheSentence) {
  const Status status = NotFoundError("x").WithVariable("a/w").WithVariable("other");

  EXPECT_EQ(status.variable(), "a/w");
  EXPECT_EQ(status.message(), "x");
}

TEST(StatusTest, TfClassFollowsTheCodeUnlessARuleSaysOtherwise) {
  EXPECT_EQ(DataLossError("x").tf_class(), "DataLossError");
  EXPECT_EQ(InvalidArgumentError("x").WithTfClass("ValueError").tf_class(), "ValueError");
  EXPECT_EQ(DataLossError("x").WithTfClass(Status::kNoTfClass).tf_class(), "");
}

TEST(StatusTest, SystemErrorsKeepTheirMeaning) {
  EXPECT_EQ(ErrnoError(ENOENT, "open").code(), StatusCode::kNotFound);
  EXPECT_EQ(ErrnoError(EACCES, "open").code(), StatusCode::kPermissionDenied);
  EXPECT_EQ(ErrnoError(EIO, "read").code(), StatusCode::kUnavailable);
  EXPECT_EQ(ErrnoError(ENOMEM, "mmap").code(), StatusCode::kResourceExhausted);
}

Result<int> Half(int n) {
  if (n % 2 != 0) return InvalidArgumentError("odd");
  return n / 2;
}

Result<int> Quarter(int n) {
  THAW_ASSIGN_OR_RETURN(const int half, Half(n));
  THAW_ASSIGN_OR_RETURN(const int quarter, Half(half));
  return quarter;
}

TEST(ResultTest, MacrosPropagateTheFirstFailure) {
  EXPECT_EQ(*Quarter(8), 2);
  EXPECT_EQ(Quarter(6).status().code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace thaw
