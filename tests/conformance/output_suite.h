// The output suite: what every output format promises (engine/output/output.h).
//
// Instantiated over the list of formats, so a new row is tested without a line here.

#ifndef THAW_TESTS_CONFORMANCE_OUTPUT_SUITE_H_
#define THAW_TESTS_CONFORMANCE_OUTPUT_SUITE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/output/output_formats.h"
#include "tests/support/temp_folder.h"

namespace thaw {

class OutputSuite : public ::testing::TestWithParam<OutputFormat> {
 protected:
  std::string Name(const std::string& stem = "out") const {
    return stem + std::string(GetParam().extension);
  }
  std::string Path(const std::string& stem = "out") const { return folder_.Path(Name(stem)); }

  std::unique_ptr<Output> Create(const std::string& stem = "out",
                                 IfExists if_exists = IfExists::kKeep) const {
    Result<std::unique_ptr<Output>> output = CreateOutput(Path(stem), if_exists);
    EXPECT_TRUE(output.ok()) << output.status().ToString();
    return output.ok() ? std::move(*output) : nullptr;
  }

  // Three arrays that every format holds.
  const std::vector<ArraySpec> arrays_ = {
      {"b/w", DType::kFloat32, {2, 3}}, {"a", DType::kUInt8, {5}}, {"scalar", DType::kInt64, {}}};
  const std::vector<std::string> values_ = {std::string(24, 'w'), "abcde", std::string(8, '\x01')};

  void WriteAll(Output& output, const std::vector<std::size_t>& order) const {
    ASSERT_TRUE(output.Declare(arrays_).ok());
    for (const std::size_t i : order) {
      const Status status = output.Write(i, AsBytes(values_[i]));
      ASSERT_TRUE(status.ok()) << status.ToString();
    }
  }

  TempFolder folder_;
};

TEST_P(OutputSuite, IsSeenOnlyWhenItIsFinished) {
  const std::unique_ptr<Output> output = Create();
  WriteAll(*output, {0, 1, 2});
  EXPECT_THAT(folder_.Names(), ::testing::Not(::testing::Contains(Name())));

  ASSERT_TRUE(output->Finish().ok());

  EXPECT_THAT(folder_.Names(), ::testing::ElementsAre(Name()));
}

TEST_P(OutputSuite, LeavesNothingWhenItIsNotFinished) {
  { WriteAll(*Create(), {0, 1, 2}); }
  EXPECT_THAT(folder_.Names(), ::testing::IsEmpty());
}

TEST_P(OutputSuite, BytesDoNotDependOnTheOrderOfWrites) {
  for (const std::vector<std::size_t>& order :
       {std::vector<std::size_t>{0, 1, 2}, {2, 1, 0}, {1, 0, 2, 0}}) {
    const std::unique_ptr<Output> output = Create(std::to_string(order.size() * 10 + order[0]));
    WriteAll(*output, order);
    ASSERT_TRUE(output->Finish().ok());
  }
  EXPECT_EQ(folder_.Read(Name("30")), folder_.Read(Name("32")));
  EXPECT_EQ(folder_.Read(Name("30")), folder_.Read(Name("41")));
}

TEST_P(OutputSuite, KeepsOrReplacesWhatIsThere) {
  folder_.Write(Name(), "old");

  EXPECT_EQ(CreateOutput(Path(), IfExists::kKeep).status().code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(folder_.Read(Name()), "old");
  const std::unique_ptr<Output> output = Create("out", IfExists::kReplace);
  WriteAll(*output, {0, 1, 2});
  EXPECT_EQ(folder_.Read(Name()), "old");
  ASSERT_TRUE(output->Finish().ok());
  EXPECT_NE(folder_.Read(Name()), "old");
}

TEST_P(OutputSuite, AnArrayThatWasNotWrittenIsMissed) {
  const std::unique_ptr<Output> output = Create();
  WriteAll(*output, {0, 2});

  const Status status = output->Finish();

  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.tensor(), "a");
}

TEST_P(OutputSuite, MistakesOfTheCaller) {
  const std::unique_ptr<Output> output = Create();

  EXPECT_EQ(output->Write(0, AsBytes("x")).code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(output->Finish().code(), StatusCode::kFailedPrecondition);
  ASSERT_TRUE(output->Declare(arrays_).ok());
  EXPECT_EQ(output->Declare(arrays_).code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(output->Write(1, AsBytes("abcd")).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(output->Write(3, AsBytes("x")).code(), StatusCode::kInvalidArgument);
}

TEST_P(OutputSuite, DeclarationsThatNoFileCanHave) {
  const ArraySpec twice[] = {{"a", DType::kInt8, {1}}, {"a", DType::kInt16, {1}}};
  const ArraySpec negative[] = {{"a", DType::kInt8, {-1}}};
  const ArraySpec huge[] = {{"a", DType::kFloat64, {INT64_MAX}}};

  EXPECT_EQ(Create("1")->Declare(twice).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(Create("2")->Declare(negative).code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(Create("3")->Declare(huge).code(), StatusCode::kInvalidArgument);
}

TEST_P(OutputSuite, StringsAreSkippedAndNamed) {
  const ArraySpec arrays[] = {
      {"text", DType::kString, {2}}, {"w", DType::kInt8, {1}}, {"any", DType::kVariant, {}}};
  const std::unique_ptr<Output> output = Create();

  ASSERT_TRUE(output->Declare(arrays).ok());
  ASSERT_EQ(output->skipped().size(), 2u);
  EXPECT_EQ(output->skipped()[0].name, "text");
  EXPECT_THAT(output->skipped()[0].why, ::testing::HasSubstr("string"));
  EXPECT_EQ(output->skipped()[1].name, "any");
  EXPECT_TRUE(output->Write(0, {}).ok());
  EXPECT_TRUE(output->Write(1, AsBytes("x")).ok());
  EXPECT_TRUE(output->Finish().ok());
}

TEST_P(OutputSuite, NoArraysMakeAFile) {
  const std::unique_ptr<Output> output = Create();
  EXPECT_TRUE(output->Declare({}).ok());
  EXPECT_TRUE(output->Finish().ok());
}

}  // namespace thaw

#endif  // THAW_TESTS_CONFORMANCE_OUTPUT_SUITE_H_
