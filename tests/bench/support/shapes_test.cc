#include "bench/support/shapes.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <vector>

#include "bench/support/normal_values.h"
#include "bench/support/temporary_checkpoint.h"
#include "engine/checkpoint.h"

namespace thaw {
namespace {

struct Case {
  const char* name;
  std::size_t num_tensors;
  std::uint32_t num_shards;
  std::size_t num_parts;  // of the first tensor
  DType dtype;
};

class ShapesTest : public ::testing::TestWithParam<Case> {};

TEST_P(ShapesTest, HasItsTensorsAndAboutItsSize) {
  const Case& expected = GetParam();
  constexpr std::uint64_t kBytes = 8 << 20;
  const auto written = TemporaryCheckpoint::Write(expected.name, kBytes);
  ASSERT_TRUE(written.ok()) << written.status().what();

  const auto checkpoint = Checkpoint::Open(written->prefix());

  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status().what();
  EXPECT_EQ(checkpoint->num_tensors(), expected.num_tensors);
  EXPECT_EQ(checkpoint->reader()->num_shards(), expected.num_shards);
  EXPECT_EQ(checkpoint->tensor(0).parts.size(), expected.num_parts);
  EXPECT_EQ(checkpoint->tensor(0).dtype, expected.dtype);
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < checkpoint->num_tensors(); ++i) {
    for (const StoredPart& part : checkpoint->tensor(i).parts) bytes += part.extent.length;
  }
  EXPECT_NEAR(static_cast<double>(bytes), double{kBytes}, 0.25 * double{kBytes});
}

INSTANTIATE_TEST_SUITE_P(All, ShapesTest,
                         ::testing::Values(Case{"bert-base", 206, 1, 1, DType::kFloat32},
                                           Case{"one-huge", 1, 1, 1, DType::kFloat32},
                                           Case{"tiny", 131072, 1, 1, DType::kFloat32},
                                           Case{"partitioned", 1, 1, 8, DType::kFloat32},
                                           Case{"partitioned-columns", 1, 1, 8, DType::kFloat32},
                                           Case{"llm", 291, 4, 1, DType::kBFloat16}),
                         [](const auto& param_info) {
                           std::string name = param_info.param.name;
                           std::erase(name, '-');
                           return name;
                         });

TEST(ShapeCheckpointsTest, TheFolderGoesAwayWithItsOwner) {
  std::string prefix;
  {
    const auto written = TemporaryCheckpoint::Write("one-huge", 1 << 20);
    ASSERT_TRUE(written.ok()) << written.status().what();
    prefix = written->prefix();
    ASSERT_TRUE(std::filesystem::exists(prefix + ".index"));
  }

  EXPECT_FALSE(std::filesystem::exists(std::filesystem::path(prefix).parent_path()));
}

TEST(ShapeCheckpointsTest, AFolderIsNotLeftBehindByACancelledWriter) {
  const std::filesystem::path parent = std::filesystem::path(::testing::TempDir()) / "cancelled";
  std::filesystem::create_directory(parent);
  CancellationToken cancel;
  cancel.Cancel();

  const auto written = TemporaryCheckpoint::Write("one-huge", 1 << 20, parent.string(), &cancel);

  EXPECT_EQ(written.status().code(), StatusCode::kCancelled);
  EXPECT_TRUE(std::filesystem::is_empty(parent));
  std::filesystem::remove(parent);
}

TEST(ShapeCheckpointsTest, UnknownNamesAndHopelessSizesAreRefused) {
  EXPECT_EQ(WriteCheckpointShape("cube", 0, "unused").code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(WriteCheckpointShape("tiny", 100, "unused").code(), StatusCode::kInvalidArgument);
}

TEST(NormalValuesTest, HasTheMomentsOfANormalDistributionAndRepeats) {
  std::vector<float> values(400000), again(400000);
  NormalValues(1).Fill(2.0f, values);
  NormalValues(1).Fill(2.0f, again);

  double sum = 0, squares = 0, fourths = 0, beyond_three = 0;
  for (const float value : values) {
    const double x = static_cast<double>(value) / 2.0;
    sum += x;
    squares += x * x;
    fourths += x * x * x * x;
    beyond_three += std::fabs(x) > 3.0 ? 1 : 0;
  }
  const auto n = static_cast<double>(values.size());
  EXPECT_NEAR(sum / n, 0.0, 0.01);
  EXPECT_NEAR(squares / n, 1.0, 0.02);
  EXPECT_NEAR(fourths / n, 3.0, 0.1);
  EXPECT_NEAR(beyond_three / n, 0.0027, 0.0005);
  EXPECT_EQ(values, again);
}

}  // namespace
}  // namespace thaw
