// Every malformed checkpoint through its format's reader, from memory that ends where the files do.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "io/checkpoint/bundle_v1/tensor_slice_reader.h"
#include "io/checkpoint/bundle_v2/bundle_reader.h"
#include "io/storage/memory_storage.h"
#include "tests/malformed/malformed_cases.h"

namespace thaw {

void PrintTo(const MalformedCase& malformed_case, std::ostream* out) {
  *out << malformed_case.name;
}

namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class MalformedOpenTest : public ::testing::TestWithParam<MalformedCase> {
 protected:
  MalformedOpenTest() {
    for (const auto& [suffix, bytes] : GetParam().files) storage_.Put("x" + suffix, bytes);
  }

  Result<std::shared_ptr<const CheckpointReader>> Open() const {
    return GetParam().is_v1() ? OpenTensorSlices(storage_, "x", IoMode::kAuto)
                              : OpenBundleV2(storage_, "x", IoMode::kAuto);
  }

  MemoryStorage storage_;
};

const char* ProblemName(EntryProblem problem) {
  switch (problem) {
    case EntryProblem::kBadEntry:
      return "bad_entry";
    case EntryProblem::kOverlap:
      return "overlap";
    case EntryProblem::kMissingSlice:
      return "missing_slice";
    case EntryProblem::kUnreadable:  // of other formats
    case EntryProblem::kNotRead:
      break;
  }
  return "";
}

void ExpectRefused(const Status& status, const MalformedCase& expected) {
  EXPECT_EQ(StatusCodeName(status.code()), expected.code) << status.ToString();
  EXPECT_THAT(status.message(), HasSubstr(expected.words));
  EXPECT_THAT(status.file(), EndsWith(expected.is_v1() ? "x" : ".index"));
  if (expected.offset) {
    EXPECT_EQ(status.offset(), expected.offset) << status.ToString();
  }
}

TEST_P(MalformedOpenTest, IsRefusedWithItsPlaceOrRead) {
  const MalformedCase& expected = GetParam();

  const auto reader = Open();

  if (expected.kind == MalformedCase::Kind::kOpen) {
    ASSERT_FALSE(reader.ok());
    ExpectRefused(reader.status(), expected);
    return;
  }
  ASSERT_TRUE(reader.ok()) << reader.status().ToString();
  const auto errors = (*reader)->entry_errors();
  if (expected.kind == MalformedCase::Kind::kEntry) {
    ASSERT_EQ(errors.size(), 1u);
    EXPECT_EQ(errors[0].tensor, expected.tensor);
    EXPECT_EQ(errors[0].status.tensor(), expected.tensor);
    EXPECT_EQ(ProblemName(errors[0].problem), expected.problem) << errors[0].status.ToString();
    ExpectRefused(errors[0].status, expected);
    return;
  }
  EXPECT_TRUE(errors.empty()) << errors[0].status.ToString();
  for (const auto& [name, value] : expected.values) {
    EXPECT_TRUE((*reader)->Find(name).has_value()) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(All, MalformedOpenTest, ::testing::ValuesIn(MalformedCases()),
                         [](const auto& test) { return TestNameOf(test.param); });

}  // namespace
}  // namespace thaw
