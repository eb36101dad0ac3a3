// The indexes of checkpoints from public repositories, where they are at hand.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "io/checkpoint/bundle_v2/bundle_reader.h"
#include "io/storage/local_storage.h"

namespace thaw {
namespace {

std::filesystem::path RealCheckpoints() {
  if (const char* folder = std::getenv("TENSORTHAW_REAL_CHECKPOINTS")) return folder;
  return THAW_REAL_CHECKPOINTS;
}

struct RealBundle {
  const char* folder;
  const char* prefix;
  std::size_t num_tensors;  // as TensorFlow's list_variables counts
  std::uint32_t num_shards;
};

class RealBundlesTest : public testing::TestWithParam<RealBundle> {};

TEST_P(RealBundlesTest, OpenWithoutAFault) {
  const std::filesystem::path folder = RealCheckpoints() / GetParam().folder;
  if (!std::filesystem::exists(folder)) {
    GTEST_SKIP() << folder << " is not there; set TENSORTHAW_REAL_CHECKPOINTS";
  }
  const LocalStorage storage;

  const auto reader = OpenBundleV2(storage, (folder / GetParam().prefix).string(), IoMode::kAuto);

  ASSERT_TRUE(reader.ok()) << reader.status().ToString();
  EXPECT_EQ((*reader)->num_tensors(), GetParam().num_tensors);
  EXPECT_EQ((*reader)->num_shards(), GetParam().num_shards);
  EXPECT_TRUE((*reader)->entry_errors().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Folders, RealBundlesTest,
    testing::Values(RealBundle{"adult_rf_bool", "variables", 6, 1},
                    RealBundle{"basic_pitch_savedmodel", "variables", 74, 1},
                    RealBundle{"bert_base_chinese_index", "bert_model.ckpt", 206, 1},
                    RealBundle{"chicago_taxi_snappy", "variables", 21, 1},
                    RealBundle{"half_plus_two_snappy_tf1", "variables", 5, 1},
                    RealBundle{"half_plus_two_snappy_tf2", "variables", 4, 1},
                    RealBundle{"housing_two_shards", "model.ckpt-1000", 66, 2},
                    RealBundle{"iris_prefix_named_checkpoint", "checkpoint", 30, 1},
                    RealBundle{"mtf_tiny_t5_index", "model.ckpt-0", 105, 2},
                    RealBundle{"t2t_transformer", "model.ckpt-1", 250, 2}),
    [](const auto& test) { return std::string(test.param.folder); });

}  // namespace
}  // namespace thaw
