#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/temp_folder.h"
#include "tests/tools/run_thaw.h"

namespace thaw {
namespace {

using nlohmann::json;
using testing::HasSubstr;

ThawRun Verify(const std::string& checkpoint, const std::string& threads = "2") {
  return RunThaw({"verify", checkpoint, "--json", "--threads", threads});
}

class VerifyOfRealCheckpointTest : public testing::TestWithParam<const char*> {};

TEST_P(VerifyOfRealCheckpointTest, FindsNoDamage) {
  THAW_SKIP_WITHOUT_REAL_CHECKPOINTS();

  const ThawRun run = Verify(RealCheckpoint(GetParam()));

  EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
  EXPECT_EQ(run.json()["schema"], "thaw.verify/1");
  EXPECT_EQ(run.json()["ok"], true);
  EXPECT_GT(run.json()["bytes_checked"], 0);
}

INSTANTIATE_TEST_SUITE_P(All, VerifyOfRealCheckpointTest,
                         testing::Values("deepq_v1/karpathy_game.ckpt", "t2t_transformer",
                                         "basic_pitch_savedmodel", "chicago_taxi_snappy/variables",
                                         "iris_prefix_named_checkpoint",
                                         "half_plus_two_snappy_tf1/variables",
                                         "half_plus_two_snappy_tf2/variables",
                                         "adult_rf_bool/variables", "housing_two_shards"));

class VerifyOfGoldenTest : public testing::TestWithParam<const char*> {};

TEST_P(VerifyOfGoldenTest, CountsEveryByteOfTheDataFiles) {
  const json listed = RunThaw({"ls", GoldenCheckpoint(GetParam()), "--json"}).json();

  for (const char* threads : {"1", "3"}) {
    const ThawRun run = Verify(GoldenCheckpoint(GetParam()), threads);

    EXPECT_EQ(run.exit_code, 0) << run.out << run.err;
    EXPECT_EQ(run.json()["tensors_checked"], listed["totals"]["tensors"]);
    EXPECT_EQ(run.json()["bytes_checked"], listed["totals"]["bytes"]);
  }
}

INSTANTIATE_TEST_SUITE_P(All, VerifyOfGoldenTest,
                         testing::Values("v1_every_dtype", "v1_odd_shapes", "v1_odd_names",
                                         "v1_strings", "v1_slices", "v1_snappy", "every_dtype",
                                         "odd_shapes", "odd_names", "strings", "partitioned",
                                         "slices", "merged", "big_endian", "object_graph",
                                         "variant", "snappy_index"));

// A copy of a golden checkpoint that a test may damage.
class DamagedCopy {
 public:
  explicit DamagedCopy(const std::string& name) {
    for (const auto& file :
         std::filesystem::directory_iterator(std::filesystem::path(GoldenCheckpoint("")))) {
      const std::string file_name = file.path().filename();
      if (!file_name.starts_with(name + ".")) continue;
      std::filesystem::copy_file(file.path(), folder_.Path("m" + file_name.substr(name.size())));
    }
  }

  std::string prefix() const { return folder_.Path("m"); }
  std::string data() const { return "m.data-00000-of-00001"; }
  std::string Read() const { return folder_.Read(data()); }
  void Write(const std::string& bytes) const { folder_.Write(data(), bytes); }
  void RemoveData() const { std::filesystem::remove(folder_.Path(data())); }
  void FlipBit(std::size_t offset) const {
    std::string bytes = Read();
    bytes[offset] = static_cast<char>(bytes[offset] ^ 1);
    Write(bytes);
  }

 private:
  TempFolder folder_;
};

TEST(VerifyTest, FlippedBitIsFoundWhereverItIs) {
  for (const char* name : {"partitioned", "strings", "variant", "every_dtype"}) {
    const DamagedCopy copy(name);
    const std::size_t size = copy.Read().size();
    const std::size_t step = size / 40 + 1;
    for (std::size_t offset = 0; offset < size; offset += step) {
      copy.FlipBit(offset);

      const ThawRun run = Verify(copy.prefix());

      EXPECT_EQ(run.exit_code, 1) << name << " " << offset << run.out;
      const json damaged = run.json()["damaged"];
      ASSERT_EQ(damaged.size(), 1u) << name << " " << offset << run.out;
      EXPECT_EQ(damaged[0]["problem"], "checksum");
      EXPECT_EQ(damaged[0]["file"], copy.prefix() + ".data-00000-of-00001");
      EXPECT_LE(damaged[0]["offset"], offset);
      EXPECT_GT(damaged[0]["offset"].get<std::size_t>() + damaged[0]["bytes"].get<std::size_t>(),
                offset);
      copy.FlipBit(offset);
    }
  }
}

TEST(VerifyTest, AllDamagedTensorsAreListedInOrder) {
  const DamagedCopy copy("every_dtype");
  const json tensors = RunThaw({"ls", copy.prefix(), "--json"}).json()["tensors"];
  std::string bytes = copy.Read();
  for (char& byte : bytes) byte = static_cast<char>(~byte);
  copy.Write(bytes);

  const ThawRun run = Verify(copy.prefix());

  EXPECT_EQ(run.exit_code, 1);
  const json damaged = run.json()["damaged"];
  ASSERT_EQ(damaged.size(), tensors.size());
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    EXPECT_EQ(damaged[i]["tensor"], tensors[i]["name"]);
  }
  EXPECT_EQ(run.json()["ok"], false);
}

TEST(VerifyTest, ShortFileIsTruncated) {
  const DamagedCopy copy("partitioned");
  std::string bytes = copy.Read();
  bytes.pop_back();
  copy.Write(bytes);

  const ThawRun run = Verify(copy.prefix());

  EXPECT_EQ(run.exit_code, 1);
  ASSERT_EQ(run.json()["damaged"].size(), 1u) << run.out;
  EXPECT_EQ(run.json()["damaged"][0]["problem"], "truncated");
}

TEST(VerifyTest, MissingShardDamagesItsTensors) {
  const DamagedCopy copy("partitioned");
  copy.RemoveData();

  const ThawRun run = Verify(copy.prefix());

  EXPECT_EQ(run.exit_code, 1);
  const json damaged = run.json()["damaged"];
  EXPECT_EQ(damaged.size(), 7u);  // plain, five parts of scope/emb, scope/one
  for (const json& part : damaged) EXPECT_EQ(part["problem"], "missing_shard");
  EXPECT_EQ(run.json()["bytes_checked"], 0);
}

TEST(VerifyTest, RealCheckpointWithOneOfTwoShards) {
  THAW_SKIP_WITHOUT_REAL_CHECKPOINTS();

  const ThawRun run = Verify(RealCheckpoint("mtf_tiny_t5_index"));

  EXPECT_EQ(run.exit_code, 1);
  const json document = run.json();
  ASSERT_GT(document["damaged"].size(), 0u);
  for (const json& part : document["damaged"]) {
    EXPECT_EQ(part["problem"], "missing_shard");
    EXPECT_THAT(part["file"].get<std::string>(), HasSubstr("data-00001-of-00002"));
  }
}

TEST(VerifyTest, IndexThatCannotBeReadIsCorrupt) {
  const TempFolder folder;
  folder.Write("m.index", std::string(100, 'x'));

  const ThawRun run = Verify(folder.Path("m"));

  EXPECT_EQ(run.exit_code, 4);
  EXPECT_EQ(run.json()["error"]["code"], "DATA_LOSS");
  EXPECT_EQ(run.json()["error"]["tf_class"], "DataLossError");
}

TEST(VerifyTest, TextNamesTheDamage) {
  const DamagedCopy copy("partitioned");
  copy.FlipBit(0);

  const ThawRun run = RunThaw({"verify", copy.prefix()});

  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.out, HasSubstr("checksum"));
  EXPECT_THAT(run.out, HasSubstr("damaged: 3 tensors"));
}

TEST(VerifyTest, NoVerifyMakesNoSense) {
  EXPECT_EQ(RunThaw({"verify", FoundingCase("model-0"), "--no-verify"}).exit_code, 2);
}

}  // namespace
}  // namespace thaw
