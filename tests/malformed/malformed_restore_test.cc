// Every malformed checkpoint through the front door: opened, verified and restored by both
// executors, from files.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>

#include "engine/verify.h"
#include "tests/golden/golden_manifest.h"
#include "tests/malformed/malformed_cases.h"
#include "tests/support/restore_tensor.h"

namespace thaw {

void PrintTo(const MalformedCase& malformed_case, std::ostream* out) {
  *out << malformed_case.name;
}

namespace {

using ::testing::Each;
using ::testing::HasSubstr;
using Kind = MalformedCase::Kind;

class MalformedRestoreTest : public ::testing::TestWithParam<MalformedCase> {
 protected:
  MalformedRestoreTest()
      : folder_(::testing::TempDir() + "malformed_" + TestNameOf(GetParam())),
        prefix_(folder_ + "/x") {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
    for (const auto& [suffix, bytes] : GetParam().files) {
      std::ofstream(prefix_ + suffix, std::ios::binary) << bytes;
    }
  }
  ~MalformedRestoreTest() override { std::filesystem::remove_all(folder_); }

  static RestoreOptions Options(bool inline_executor) {
    RestoreOptions options;
    options.threads = 2;
    options.inline_executor = inline_executor;
    return options;
  }

  std::string folder_;
  std::string prefix_;
};

void ExpectRefused(const Status& status, const MalformedCase& expected) {
  EXPECT_EQ(StatusCodeName(status.code()), expected.code) << status.ToString();
  EXPECT_THAT(status.message(), HasSubstr(expected.words));
  EXPECT_FALSE(status.file().empty()) << status.ToString();
  EXPECT_EQ(status.tensor(), expected.tensor) << status.ToString();
}

// A buffer holds what it held, or the poison, never wrong bytes.
void ExpectNoWrongBytes(const RestoredTensor& got) {
  if (got.state == BufferState::kUntouched) {
    EXPECT_THAT(got.bytes, Each(kCanary));
  } else {
    EXPECT_EQ(got.state, BufferState::kPoisoned);
    EXPECT_THAT(got.bytes, Each(kPoison));
  }
  EXPECT_TRUE(got.strings.empty());
}

void ExpectValue(const RestoredTensor& got, const std::string& value, const std::string& name) {
  ASSERT_TRUE(got.status.ok()) << got.status.ToString();
  EXPECT_EQ(got.state, BufferState::kDone);
  if (got.strings.empty()) {
    EXPECT_EQ(got.bytes, value) << name;
  } else {
    EXPECT_EQ(got.strings, HexListDecoded(value)) << name;
  }
}

TEST_P(MalformedRestoreTest, IsRefusedOrRestoredWithoutAWrongByte) {
  const MalformedCase& expected = GetParam();

  const auto checkpoint = Checkpoint::Open(prefix_);

  // A tensor that lacks a slice can be opened: its other slices are of use.
  const bool lacks_slice = expected.problem == "missing_slice";
  if (expected.kind == Kind::kOpen || (expected.kind == Kind::kEntry && !lacks_slice)) {
    ASSERT_FALSE(checkpoint.ok());
    ExpectRefused(checkpoint.status(), expected);
    return;
  }
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status().ToString();
  for (const bool inline_executor : {true, false}) {
    if (expected.kind == Kind::kOk) {
      for (const auto& [name, value] : expected.values) {
        const TensorInfo tensor = *checkpoint->Find(name);
        ExpectValue(RestoreTensor(*checkpoint, tensor, Options(inline_executor)), value, name);
      }
      continue;
    }
    const TensorInfo tensor = *checkpoint->Find(expected.tensor);
    const RestoredTensor got = RestoreTensor(*checkpoint, tensor, Options(inline_executor));
    ExpectNoWrongBytes(got);
    ExpectRefused(got.status, expected);
  }
}

TEST_P(MalformedRestoreTest, VerifyFindsTheDamageAndNoOther) {
  const MalformedCase& expected = GetParam();
  OpenOptions open_options;
  open_options.tolerate_entry_errors = true;

  const auto checkpoint = Checkpoint::Open(prefix_, open_options);

  ASSERT_EQ(checkpoint.ok(), expected.kind != Kind::kOpen) << checkpoint.status().ToString();
  if (!checkpoint.ok()) return;
  const auto report = Verify(*checkpoint, Options(false));
  ASSERT_TRUE(report.ok()) << report.status().ToString();
  if (expected.kind == Kind::kOk) {
    EXPECT_TRUE(report->ok()) << report->damaged[0].status.ToString();
    return;
  }
  ASSERT_FALSE(report->ok());
  const auto is_wanted = [&](const DamagedTensor& d) { return d.tensor == expected.tensor; };
  const auto found = std::ranges::find_if(report->damaged, is_wanted);
  ASSERT_NE(found, report->damaged.end());
  if (!expected.problem.empty()) {
    EXPECT_EQ(DamageName(found->damage), expected.problem);
  }
}

INSTANTIATE_TEST_SUITE_P(All, MalformedRestoreTest, ::testing::ValuesIn(MalformedCases()),
                         [](const auto& test) { return TestNameOf(test.param); });

}  // namespace
}  // namespace thaw
