#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/temp_folder.h"
#include "tests/tools/run_thaw.h"

namespace thaw {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

struct RealCase {
  const char* name;
  const char* typed;
  std::size_t tensors;
  std::uint32_t shards;
  const char* format = "tf-v2";
};

class LsOfRealCheckpointTest : public testing::TestWithParam<RealCase> {};

TEST_P(LsOfRealCheckpointTest, CountsTensorsAndShardsOfWhateverIsTyped) {
  THAW_SKIP_WITHOUT_REAL_CHECKPOINTS();

  const ThawRun run = RunThaw({"ls", RealCheckpoint(GetParam().typed), "--json"});

  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json document = run.json();
  EXPECT_EQ(document["schema"], "thaw.ls/1");
  EXPECT_EQ(document["format"], GetParam().format);
  EXPECT_EQ(document["shards"], GetParam().shards);
  EXPECT_EQ(document["tensors"].size(), GetParam().tensors);
  EXPECT_EQ(document["totals"]["tensors"], GetParam().tensors);
}

INSTANTIATE_TEST_SUITE_P(
    All, LsOfRealCheckpointTest,
    testing::Values(
        RealCase{"V1File", "deepq_v1/karpathy_game.ckpt", 24, 1, "tf-v1"},
        RealCase{"Directory", "t2t_transformer", 250, 2},
        RealCase{"StateFile", "t2t_transformer/checkpoint", 250, 2},
        RealCase{"Prefix", "t2t_transformer/model.ckpt-1", 250, 2},
        RealCase{"Index", "t2t_transformer/model.ckpt-1.index", 250, 2},
        RealCase{"DataFile", "t2t_transformer/model.ckpt-1.data-00001-of-00002", 250, 2},
        RealCase{"SavedModel", "basic_pitch_savedmodel", 74, 1},
        RealCase{"SnappyIndex", "chicago_taxi_snappy/variables", 21, 1},
        RealCase{"PrefixNamedCheckpoint", "iris_prefix_named_checkpoint/checkpoint", 30, 1},
        RealCase{"Tf1", "half_plus_two_snappy_tf1/variables", 5, 1},
        RealCase{"Tf2", "half_plus_two_snappy_tf2/variables", 4, 1},
        RealCase{"Bool", "adult_rf_bool/variables", 6, 1},
        RealCase{"TwoShards", "housing_two_shards", 66, 2},
        RealCase{"IndexAlone", "bert_base_chinese_index/bert_model.ckpt", 206, 1},
        RealCase{"ShardMissing", "mtf_tiny_t5_index", 105, 2}),
    [](const testing::TestParamInfo<RealCase>& test) { return test.param.name; });

// Full name and kind of some tensors of a checkpoint of TF2's objects, by key.
struct ObjectCase {
  const char* checkpoint;
  const char* path;  // the key without its ending
  const char* full_name;
  const char* kind;
};

TEST(LsTest, ObjectsHaveTheirFullNamesAndKinds) {
  const ObjectCase cases[] = {
      {"keras_3", "optimizer/_trainable_variables/0", "sequential/dense/kernel", "weight"},
      {"keras_3", "optimizer/_variables/2", "adam/sequential_dense_kernel_momentum",
       "optimizer slot"},
      {"keras_3", "optimizer/_iterations", "adam/iteration", "counter"},
      {"keras_3", "model/_functional/_operations/2/moving_mean",
       "sequential/batch_normalization/moving_mean", "weight"},
      {"keras_2", "model/layer_with_weights-0/kernel", "dense/kernel", "weight"},
      {"keras_2", "model/layer_with_weights-0/kernel/.OPTIMIZER_SLOT/optimizer/m",
       "Adam/dense/kernel/m", "optimizer slot"},
      {"keras_2", "optimizer/decay", "Adam/decay", "optimizer slot"},
      {"keras_2_new", "optimizer/_variables/1", "SGD/m/dense/kernel", "optimizer slot"},
      {"optimizer_v1", "net", "w", "weight"},
      {"optimizer_v1", "opt/beta1_power", "beta1_power", "optimizer slot"},
      {"optimizer_v1", "save_counter", "save_counter", "counter"},
  };
  for (const ObjectCase& c : cases) {
    const std::string key = std::string(c.path) + "/.ATTRIBUTES/VARIABLE_VALUE";

    const ThawRun run = RunThaw({"ls", ObjectCheckpoint(c.checkpoint), key, "--json"});

    ASSERT_EQ(run.exit_code, 0) << run.err;
    const json document = run.json();
    ASSERT_EQ(document["tensors"].size(), 1u) << key;
    EXPECT_EQ(document["tensors"][0]["full_name"], c.full_name);
    EXPECT_EQ(document["tensors"][0]["kind"], c.kind) << key;
  }
}

TEST(LsTest, AGlobMatchesFullNames) {
  const ThawRun run = RunThaw({"ls", ObjectCheckpoint("keras_2"), "dense_1/*"});

  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("layer_with_weights-1/kernel"), HasSubstr("full name"),
                             HasSubstr("2 tensors")));
}

TEST(LsTest, SaysOnStderrWhatAPathWasTakenFor) {
  const ThawRun run = RunThaw({"ls", FoundingCase("")});
  const ThawRun quiet = RunThaw({"ls", FoundingCase(""), "-q"});

  EXPECT_THAT(run.err, HasSubstr("model-0"));
  EXPECT_EQ(quiet.err, "");
  EXPECT_EQ(run.out, quiet.out);
}

TEST(LsTest, DocumentHasTheFieldsOfTheInterface) {
  const ThawRun run = RunThaw({"ls", FoundingCase("model-0"), "--json"});

  EXPECT_EQ(run.json(), json::parse(R"({"schema": "thaw.ls/1", "path": ")" +
                                    FoundingCase("model-0") + R"(", "format": "tf-v2",
      "shards": 1, "tensors": [
        {"name": "bar", "dtype": "float32", "shape": [], "bytes": 4, "kind": "weight",
         "slices": []},
        {"name": "foo", "dtype": "float32", "shape": [], "bytes": 4, "kind": "weight",
         "slices": []}],
      "totals": {"tensors": 2, "bytes": 8}})"));
}

TEST(LsTest, SlicesAreInStoredOrderWithFullExtents) {
  const ThawRun run = RunThaw({"ls", GoldenCheckpoint("partitioned"), "scope/emb", "--json"});

  const json tensor = run.json()["tensors"][0];
  EXPECT_EQ(tensor["shape"], json({12, 3}));
  EXPECT_EQ(tensor["bytes"], 12 * 3 * 4);
  ASSERT_EQ(tensor["slices"].size(), 5u);
  EXPECT_EQ(tensor["slices"][1], json::parse(R"({"start": [3, 0], "extent": [3, 3]})"));
}

TEST(LsTest, NamesThatAreNoUtf8KeepTheirBytesInBase64) {
  const ThawRun run = RunThaw({"ls", GoldenCheckpoint("odd_names"), "--json"});

  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json tensors = run.json()["tensors"];
  const auto found = std::find_if(tensors.begin(), tensors.end(), [](const json& tensor) {
    return tensor.value("name_base64", "") == "//4=";
  });
  ASSERT_NE(found, tensors.end());
  EXPECT_EQ((*found)["name"], "\xef\xbf\xbd\xef\xbf\xbd");
  const auto plain = std::find_if(tensors.begin(), tensors.end(),
                                  [](const json& tensor) { return tensor["name"] == "größe"; });
  ASSERT_NE(plain, tensors.end());
  EXPECT_FALSE(plain->contains("name_base64"));
}

TEST(LsTest, NamesCannotForgeLinesOfATerminal) {
  const ThawRun run = RunThaw({"ls", GoldenCheckpoint("odd_names")});

  EXPECT_THAT(run.out, HasSubstr("tab\\t\\n "));
  EXPECT_THAT(run.out, HasSubstr("\\xff\\xfe "));
}

TEST(LsTest, DocumentIsInByteOrderAndTextInNumericOrder) {
  THAW_SKIP_WITHOUT_REAL_CHECKPOINTS();
  const std::string bert = RealCheckpoint("bert_base_chinese_index/bert_model.ckpt");
  const std::string glob = "bert/encoder/layer_*[0-9]/output/dense/kernel";

  const std::string text = RunThaw({"ls", bert, glob}).out;
  const json tensors = RunThaw({"ls", bert, glob, "--json"}).json()["tensors"];

  EXPECT_LT(text.find("layer_2/"), text.find("layer_10/"));
  EXPECT_EQ(tensors.size(), 12u);
  EXPECT_EQ(tensors[2]["name"], "bert/encoder/layer_10/output/dense/kernel");
}

TEST(LsTest, PatternCollapsesNumbers) {
  THAW_SKIP_WITHOUT_REAL_CHECKPOINTS();
  const std::string bert = RealCheckpoint("bert_base_chinese_index/bert_model.ckpt");

  const ThawRun text = RunThaw({"ls", bert, "--pattern"});
  const json patterns = RunThaw({"ls", bert, "--pattern", "--json"}).json()["patterns"];

  EXPECT_THAT(text.out, AllOf(HasSubstr("bert/encoder/layer_#/output/dense/kernel"),
                              HasSubstr("206 tensors, 392.5 MiB")));
  const auto row = std::find_if(patterns.begin(), patterns.end(), [](const json& pattern) {
    return pattern["pattern"] == "bert/encoder/layer_#/output/dense/kernel";
  });
  ASSERT_NE(row, patterns.end());
  EXPECT_EQ((*row)["count"], 12);
}

TEST(LsTest, TreeShowsScopesWithTheirTotals) {
  const ThawRun run = RunThaw({"ls", GoldenCheckpoint("partitioned"), "--tree"});

  EXPECT_THAT(run.out, AllOf(HasSubstr("scope/  (2, 168 B)\n"), HasSubstr("\n  emb  float32")));
}

TEST(LsTest, KindsFollowTheNames) {
  THAW_SKIP_WITHOUT_REAL_CHECKPOINTS();
  const auto kind_of = [](const char* checkpoint, const char* tensor) {
    return RunThaw({"ls", RealCheckpoint(checkpoint), tensor, "--json"})
        .json()["tensors"][0]["kind"];
  };

  EXPECT_EQ(kind_of("housing_two_shards", "global_step"), "counter");
  EXPECT_EQ(kind_of("half_plus_two_snappy_tf2", "_CHECKPOINTABLE_OBJECT_GRAPH"), "object graph");
  EXPECT_EQ(kind_of("t2t_transformer", "training/*/Adam"), "optimizer slot");
  EXPECT_EQ(kind_of("basic_pitch_savedmodel", "*/.OPTIMIZER_SLOT/*"), "optimizer slot");
  EXPECT_EQ(kind_of("mtf_tiny_t5_index", "*_slot_v"), "optimizer slot");
}

TEST(LsTest, GlobThatMatchesNothingIsAFinding) {
  const ThawRun run = RunThaw({"ls", FoundingCase("model-0"), "nothing*", "--json"});

  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.json()["totals"]["tensors"], 0);
}

TEST(LsTest, ASafetensorsFileIsACheckpoint) {
  const TempFolder folder;
  const std::string header = R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  const std::string safetensors =
      folder.Write("m.safetensors", std::string(1, static_cast<char>(header.size())) +
                                        std::string(7, '\0') + header + std::string(4, '\0'));

  const ThawRun run = RunThaw({"ls", safetensors, "--json"});

  ASSERT_EQ(run.exit_code, 0) << run.err;
  const json document = run.json();
  EXPECT_EQ(document["format"], "safetensors");
  EXPECT_EQ(document["tensors"], json::parse(R"([{"name": "a", "dtype": "float32", "shape": [1],
      "bytes": 4, "kind": "weight", "slices": []}])"));
}

TEST(LsTest, BracketsInAPathAreLetters) {
  const TempFolder folder;
  for (const char* suffix : {".index", ".data-00000-of-00001"}) {
    const ThawRun copy = RunShell(
        "cp \"$1\" \"$2\"", {FoundingCase("model-0") + suffix, folder.Path("[m]*?") + suffix});
    ASSERT_EQ(copy.exit_code, 0) << copy.err;
  }

  EXPECT_EQ(RunThaw({"ls", folder.Path("[m]*?")}).exit_code, 0);
}

}  // namespace
}  // namespace thaw
