#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_folder.h"
#include "tests/tools/run_thaw.h"

namespace thaw {
namespace {

using nlohmann::json;
using testing::HasSubstr;

json Variable(const std::string& name, const json& shape,
              const std::string& made_by = "get_variable") {
  return {{"made_by", made_by}, {"name", name}, {"shape", shape}};
}

// What a model of these variables is told, and that restore or explain agree with it.
ThawRun Suggest(const TempFolder& folder, const std::string& checkpoint, const json& variables,
                const std::vector<std::string>& more = {"--json"}) {
  json model;
  model["variables"] = variables.is_array() ? variables : json::array({variables});
  folder.Write("model.json", model.dump());
  std::vector<std::string> arguments = {"suggest", checkpoint, "--model",
                                        folder.Path("model.json")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunThaw(arguments);
}

TEST(SuggestTest, MapCanBeGivenToRestoreAsItIs) {
  const TempFolder folder;
  const json variables = {Variable("foo", json::array(), "Variable"),
                          Variable("m/bar", json::array())};

  const ThawRun suggested = Suggest(folder, FoundingCase("model-0"), variables);
  const std::string map = folder.Write("map.json", suggested.json()["map"].dump());
  const ThawRun restored = RunThaw({"restore", FoundingCase("model-0"), "--model",
                                    folder.Path("model.json"), "--map", map, "--json"});

  EXPECT_EQ(suggested.exit_code, 0) << suggested.out;
  EXPECT_EQ(suggested.json()["schema"], "thaw.suggest/1");
  EXPECT_EQ(suggested.json()["map"],
            json::parse(R"([["bar", "m/bar"], ["foo", {"variable": "foo"}]])"));
  EXPECT_EQ(suggested.json()["unmatched_variables"], json::array());
  EXPECT_EQ(suggested.json()["unused_tensors"], json::array());
  EXPECT_EQ(restored.exit_code, 0) << restored.out;
  EXPECT_EQ(restored.json()["complete"], true);
}

TEST(SuggestTest, TextIsAMapFileAndTheRestIsTalk) {
  const TempFolder folder;

  const ThawRun run = Suggest(folder, FoundingCase("model-0"),
                              {Variable("bar", json::array()), Variable("new", {2})}, {});

  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.json(), json::parse(R"([["bar", "bar"]])"));
  EXPECT_THAT(run.err, HasSubstr("unmatched: new: no tensor that is left has a name like it"));
  EXPECT_THAT(run.err, HasSubstr("score 0.50; 1 of 2 variables unmatched, 1 tensors unused"));
}

TEST(SuggestTest, UnmatchedVariableIsAFinding) {
  const TempFolder folder;

  const ThawRun run = Suggest(folder, FoundingCase("model-0"), {Variable("bar", {3})});

  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.json()["score"], 0.0);
  EXPECT_EQ(run.json()["unmatched_variables"][0]["name"], "bar");
  EXPECT_THAT(run.json()["unmatched_variables"][0]["why"].get<std::string>(),
              HasSubstr("shape [], the variable [3]"));
}

TEST(SuggestTest, DirectoryWithoutStateIsNotFound) {
  const TempFolder folder;

  const ThawRun run = Suggest(folder, folder.Path(""), json::array());

  EXPECT_EQ(run.exit_code, 3);
  EXPECT_EQ(run.json()["error"]["finding"], "no_checkpoint_state");
}

TEST(SuggestTest, ModelIsNeeded) {
  EXPECT_EQ(RunThaw({"suggest", FoundingCase("model-0")}).exit_code, 2);
}

// Models made of real checkpoints: everything under another scope is one entry, and explain agrees.
class RealSuggestTest : public testing::TestWithParam<const char*> {};

TEST_P(RealSuggestTest, RenamedModelIsFoundAgain) {
  THAW_SKIP_WITHOUT_REAL_CHECKPOINTS();
  const TempFolder folder;
  const std::string checkpoint = RealCheckpoint(GetParam());
  json variables;
  const json listed = RunThaw({"ls", checkpoint, "--json"}).json();
  for (const json& tensor : listed["tensors"]) {
    json variable = Variable("model/" + tensor["name"].get<std::string>(), tensor["shape"]);
    variable["dtype"] = tensor["dtype"];
    variables.push_back(std::move(variable));
  }

  const ThawRun run = Suggest(folder, checkpoint, variables);
  const std::string map = folder.Write("map.json", run.json()["map"].dump());
  const ThawRun explained = RunThaw(
      {"explain", checkpoint, "--model", folder.Path("model.json"), "--map", map, "--json"});

  EXPECT_EQ(run.exit_code, 0) << run.json()["unmatched_variables"];
  EXPECT_EQ(run.json()["map"], json::parse(R"([["/", "model/"]])"));
  EXPECT_EQ(run.json()["score"], 0.95);
  EXPECT_EQ(explained.exit_code, 0);
  EXPECT_EQ(explained.json()["complete"], true);
}

INSTANTIATE_TEST_SUITE_P(Checkpoints, RealSuggestTest,
                         testing::Values("bert_base_chinese_index/bert_model.ckpt",
                                         "t2t_transformer/model.ckpt-1",
                                         "mtf_tiny_t5_index/model.ckpt-0", "housing_two_shards"));

// A Keras model's names are in the object graph of its checkpoint: a scope entry reaches them.
TEST(SuggestTest, FullNamesOfAnObjectBasedCheckpoint) {
  const TempFolder folder;
  const std::string checkpoint = GoldenCheckpoint("object_graphs/keras_2");
  json variables;
  const json listed = RunThaw({"ls", checkpoint, "--json"}).json();
  for (const json& tensor : listed["tensors"]) {
    if (!tensor.contains("full_name")) continue;
    json variable = Variable("net/" + tensor["full_name"].get<std::string>(), tensor["shape"]);
    variable["dtype"] = tensor["dtype"];
    variables.push_back(std::move(variable));
  }
  ASSERT_GT(variables.size(), 10u);

  const ThawRun run = Suggest(folder, checkpoint, variables);

  EXPECT_EQ(run.exit_code, 0) << run.out;
  EXPECT_EQ(run.json()["map"], json::parse(R"([["/", "net/"]])"));
  EXPECT_NEAR(run.json()["score"].get<double>(), 0.9, 1e-9);
}

// BERT with a fresh classifier: the body is one entry, the head is left and said so.
TEST(SuggestTest, BertBodyIsOneEntryAndTheHeadIsLeft) {
  THAW_SKIP_WITHOUT_REAL_CHECKPOINTS();
  const TempFolder folder;
  const std::string checkpoint = RealCheckpoint("bert_base_chinese_index/bert_model.ckpt");
  json variables;
  const json listed = RunThaw({"ls", checkpoint, "bert/*", "--json"}).json();
  for (const json& tensor : listed["tensors"]) {
    variables.push_back(Variable(tensor["name"], tensor["shape"]));
  }
  variables.push_back(Variable("output_weights", {2, 768}));

  const ThawRun run = Suggest(folder, checkpoint, variables);

  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.json()["map"], json::parse(R"([["bert/", "bert/"]])"));
  EXPECT_THAT(run.json()["unmatched_variables"][0]["why"].get<std::string>(),
              HasSubstr("doubtful"));
}

}  // namespace
}  // namespace thaw
