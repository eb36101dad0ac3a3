#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/temp_folder.h"
#include "tests/tools/run_thaw.h"

namespace thaw {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

ThawRun Show(const std::string& checkpoint, const std::string& name,
             const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments = {"show", checkpoint, name, "--json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunThaw(arguments);
}

json ValuesOf(const std::string& checkpoint, const std::string& name,
              const std::vector<std::string>& more = {}) {
  const ThawRun run = Show(checkpoint, name, more);
  EXPECT_EQ(run.exit_code, 0) << name << ": " << run.err << run.out;
  return run.json()["values"];
}

TEST(ShowTest, RealScalars) {
  THAW_SKIP_WITHOUT_REAL_CHECKPOINTS();
  const std::string checkpoint = RealCheckpoint("half_plus_two_snappy_tf1/variables");

  EXPECT_EQ(ValuesOf(checkpoint, "a"), 0.5);
  EXPECT_EQ(ValuesOf(checkpoint, "b:0"), 2.0);
  EXPECT_EQ(ValuesOf(checkpoint, "c"), 3.0);
}

// The first 64-bit patterns of every golden tensor are 0, 1.0, -1.0, infinity, a denormal, noise,
// the largest finite double and a NaN.
TEST(ShowTest, NumbersRoundTripAndNamesStandForNanAndInfinity) {
  const json document = Show(GoldenCheckpoint("every_dtype"), "float64").json();

  EXPECT_EQ(document["schema"], "thaw.show/1");
  EXPECT_EQ(document["name"], "float64");
  EXPECT_EQ(document["dtype"], "float64");
  EXPECT_EQ(document["shape"], json({8}));
  const json values = document["values"];
  EXPECT_EQ(values[0], 0.0);
  EXPECT_EQ(values[1], 1.0);
  EXPECT_EQ(values[2], -1.0);
  EXPECT_EQ(values[3], "Infinity");
  EXPECT_EQ(values[6], std::numeric_limits<double>::max());
  EXPECT_EQ(values[7], "NaN");
}

TEST(ShowTest, EveryDtypeHasValues) {
  const std::string checkpoint = GoldenCheckpoint("every_dtype");
  const json listed = RunThaw({"ls", checkpoint, "--json"}).json()["tensors"];

  for (const json& tensor : listed) {
    const json values = ValuesOf(checkpoint, tensor["name"]);
    EXPECT_EQ(json({values.size()}), tensor["shape"]) << tensor["name"];
  }
  EXPECT_EQ(listed.size(), 31u);
}

TEST(ShowTest, IntegersOfEveryWidth) {
  const std::string checkpoint = GoldenCheckpoint("every_dtype");

  EXPECT_EQ(ValuesOf(checkpoint, "int64")[5], 0x0123456789abcdef);
  EXPECT_EQ(ValuesOf(checkpoint, "uint64")[2], 0xbff0000000000000u);
  EXPECT_EQ(ValuesOf(checkpoint, "int64")[2], -0x4010000000000000);
  EXPECT_EQ(ValuesOf(checkpoint, "uint8")[40], 0xef);
  EXPECT_EQ(ValuesOf(checkpoint, "int8")[40], -17);
  EXPECT_EQ(ValuesOf(checkpoint, "bool"), json({true, false, false, true, true, false}));
}

TEST(ShowTest, SmallSignedIntegersAreSignExtended) {
  const std::string checkpoint = GoldenCheckpoint("every_dtype");

  EXPECT_EQ(ValuesOf(checkpoint, "int4"),
            json({0, 1, 2, 3, 4, 5, 6, 7, -8, -7, -6, -5, -4, -3, -2, -1}));
  EXPECT_EQ(ValuesOf(checkpoint, "int2"), json({0, 1, -2, -1}));
  EXPECT_EQ(ValuesOf(checkpoint, "uint4")[15], 15);
  EXPECT_EQ(ValuesOf(checkpoint, "uint2"), json({0, 1, 2, 3}));
  EXPECT_EQ(ValuesOf(checkpoint, "float4_e2m1fn"),
            json({0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, -0.0, -0.5, -1.0, -1.5, -2.0, -3.0, -4.0,
                  -6.0}));
}

TEST(ShowTest, ComplexIsAPairAndStringsAreBase64) {
  const std::string checkpoint = GoldenCheckpoint("every_dtype");

  EXPECT_EQ(ValuesOf(checkpoint, "complex128")[0], json({0.0, 1.0}));
  EXPECT_EQ(ValuesOf(checkpoint, "complex128")[1], json({-1.0, "Infinity"}));
  EXPECT_EQ(ValuesOf(checkpoint, "string"),
            json::parse(R"([{"base64": "aGVsbG8="}, {"base64": "d29ybGQ="}])"));
}

TEST(ShowTest, BigEndianBundlesAreSwapped) {
  const json here = RunThaw({"ls", GoldenCheckpoint("big_endian"), "--json"}).json()["tensors"];
  ASSERT_GT(here.size(), 0u);

  for (const json& tensor : here) {
    const ThawRun run = Show(GoldenCheckpoint("big_endian"), tensor["name"]);
    EXPECT_EQ(run.exit_code, 0) << run.out;
  }
}

TEST(ShowTest, EmptyTensorsAreNestedEmptyLists) {
  const json values = ValuesOf(GoldenCheckpoint("odd_shapes"), "empty/float32");

  ASSERT_EQ(values.size(), 16u);
  EXPECT_EQ(values[15], json::array());
}

TEST(ShowTest, SlicesFollowNumpy) {
  const std::string checkpoint = GoldenCheckpoint("partitioned");

  // scope/emb is 0, 1, 2, … in rows of three, stored in five parts.
  EXPECT_EQ(ValuesOf(checkpoint, "scope/emb", {"--slice", "2:4,1:"}),
            json::parse("[[7, 8], [10, 11]]"));
  EXPECT_EQ(ValuesOf(checkpoint, "scope/emb", {"--slice", "-1"}), json({33, 34, 35}));
  EXPECT_EQ(ValuesOf(checkpoint, "scope/emb", {"--slice", "-1,-1"}), 35);
  EXPECT_EQ(ValuesOf(checkpoint, "scope/emb", {"--slice=100:"}), json::array());
  EXPECT_EQ(ValuesOf(checkpoint, "scope/emb", {"--slice", "[:1]"}), json::parse("[[0, 1, 2]]"));
}

TEST(ShowTest, ImpossibleSlicesAreUsageErrors) {
  for (const char* spec : {"1,2,3", "x", "::2", "12", "1:2:3:4"}) {
    const ThawRun run = Show(GoldenCheckpoint("partitioned"), "scope/emb", {"--slice", spec});

    EXPECT_EQ(run.exit_code, 2) << spec;
    EXPECT_EQ(run.json()["schema"], "thaw.error/1") << spec;
  }
}

TEST(ShowTest, NameThatIsMissingComesWithTheNearest) {
  const ThawRun run = Show(GoldenCheckpoint("partitioned"), "scope/embb");

  EXPECT_EQ(run.exit_code, 3);
  const json error = run.json()["error"];
  EXPECT_EQ(error["code"], "NOT_FOUND");
  EXPECT_EQ(error["tensor"], "scope/embb");
  EXPECT_THAT(error["hint"].get<std::string>(), HasSubstr("scope/emb"));
}

TEST(ShowTest, NameThatEndsInColonZeroWinsOverTheNameWithout) {
  EXPECT_EQ(ValuesOf(GoldenCheckpoint("odd_names"), "w:0"), json({9}));
}

TEST(ShowTest, TextHasStatisticsAndLeavesTheMiddleOut) {
  THAW_SKIP_WITHOUT_REAL_CHECKPOINTS();
  const ThawRun run = RunThaw({"show", RealCheckpoint("t2t_transformer"),
                               "transformer/symbol_modality_8190_16/shared/weights_0"});

  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, AllOf(HasSubstr("dtype  float32"), HasSubstr("min    -"),
                             HasSubstr("NaN    0"), HasSubstr("...")));
  EXPECT_LT(run.out.size(), 4000u);
}

TEST(ShowTest, NpyHoldsTheBytesAndIsNotReplacedUnasked) {
  const TempFolder folder;
  const std::string file = folder.Path("emb.npy");
  const std::vector<std::string> arguments = {
      "show", GoldenCheckpoint("partitioned"), "scope/emb", "--slice", ":2", "--npy", file};

  const ThawRun first = RunThaw(arguments);
  ThawRun second = RunThaw(arguments);

  EXPECT_EQ(first.exit_code, 0) << first.err;
  const std::string bytes = folder.Read("emb.npy");
  EXPECT_EQ(bytes.substr(0, 6), "\x93NUMPY");
  EXPECT_THAT(bytes.substr(0, 128), AllOf(HasSubstr("'<f4'"), HasSubstr("(2, 3)")));
  ASSERT_EQ(bytes.size(), 128 + 2 * 3 * 4u);
  EXPECT_EQ(bytes.substr(128 + 4, 4), std::string("\0\0\x80\x3f", 4));
  EXPECT_EQ(second.exit_code, 5);
  EXPECT_THAT(second.err, HasSubstr("emb.npy"));
}

TEST(ShowTest, MissingShardIsNotFoundBeforeMemoryIsTaken) {
  THAW_SKIP_WITHOUT_REAL_CHECKPOINTS();
  const ThawRun run = Show(RealCheckpoint("bert_base_chinese_index/bert_model.ckpt"),
                           "bert/embeddings/word_embeddings");

  EXPECT_EQ(run.exit_code, 3);
  EXPECT_EQ(run.json()["error"]["code"], "NOT_FOUND");
  EXPECT_EQ(run.json()["error"]["shard"], 0);
}

}  // namespace
}  // namespace thaw
