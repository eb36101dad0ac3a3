#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "tests/support/temp_folder.h"
#include "tests/tools/run_thaw.h"

namespace thaw {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;

ThawRun Restore(const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"restore", FoundingCase("model-0"), "--model",
                                        FoundingCase("model.json"), "--json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return RunThaw(arguments);
}

// The little-endian float at the end of a stored npz's member: after its name comes a local header,
// then the .npy header of 128 bytes.
float ScalarOf(const std::string& npz, const std::string& member) {
  const std::size_t magic = npz.find("\x93NUMPY", npz.find(member + ".npy"));
  float value = -1;
  std::memcpy(&value, npz.data() + magic + 128, sizeof(value));
  return value;
}

TEST(RestoreTest, RootScopeLeavesTheVariableOutsideTheStore) {
  const TempFolder folder;

  const ThawRun run =
      Restore({"--map", FoundingCase("map_scope.json"), "--out", folder.Path("v.npz")});

  ASSERT_EQ(run.exit_code, 0) << run.out << run.err;
  const json document = run.json();
  EXPECT_EQ(document["schema"], "thaw.restore/1");
  EXPECT_EQ(document["checkpoint"], FoundingCase("model-0"));
  EXPECT_EQ(document["complete"], false);
  const json foo = document["variables"][0];
  EXPECT_EQ(foo["name"], "foo");
  EXPECT_EQ(foo["op_name"], "foo");
  EXPECT_EQ(foo["made_by"], "Variable");
  EXPECT_EQ(foo["source"], "initializer");
  EXPECT_EQ(foo["reason"], "not_in_store");
  EXPECT_FALSE(foo["hint"].get<std::string>().empty());
  EXPECT_EQ(document["variables"][1], json::parse(R"({"name": "bar", "op_name": "bar",
      "made_by": "get_variable", "dtype": "float32", "shape": [], "source": "checkpoint",
      "tensor": "bar", "slice": null, "rule": "scope", "map_key": "/", "map_value": "/"})"));
  EXPECT_EQ(document["totals"]["restored"], 1);
  EXPECT_EQ(document["totals"]["initialized"], 1);
  EXPECT_EQ(document["totals"]["bytes"], 4);
  EXPECT_EQ(document["findings"][0]["code"], "not_in_store");
  EXPECT_EQ(document["findings"][0]["severity"], "warning");
  EXPECT_EQ(document["findings"][0]["variable"], "foo");
  EXPECT_EQ(document["skipped"], json::array());
  EXPECT_EQ(ScalarOf(folder.Read("v.npz"), "foo"), 0.0f);
  EXPECT_EQ(ScalarOf(folder.Read("v.npz"), "bar"), 1.0f);
}

TEST(RestoreTest, ObjectsAndSaverRestoreBoth) {
  const TempFolder folder;

  const ThawRun objects =
      Restore({"--map", FoundingCase("map_objects.json"), "--out", folder.Path("o.npz")});
  const ThawRun saver = Restore({"--saver", "--out", folder.Path("s.npz")});

  EXPECT_EQ(objects.exit_code, 0) << objects.out;
  EXPECT_EQ(saver.exit_code, 0) << saver.out;
  EXPECT_EQ(objects.json()["complete"], true);
  EXPECT_EQ(objects.json()["variables"][0]["rule"], "object");
  EXPECT_EQ(objects.json()["variables"][0]["map_value"], json::parse(R"({"variable": "foo"})"));
  EXPECT_EQ(saver.json()["variables"][0]["rule"], "saver");
  EXPECT_FALSE(saver.json()["variables"][0].contains("map_key"));
  for (const char* file : {"o.npz", "s.npz"}) {
    EXPECT_EQ(ScalarOf(folder.Read(file), "foo"), 1.0f) << file;
    EXPECT_EQ(ScalarOf(folder.Read(file), "bar"), 1.0f) << file;
  }
}

TEST(RestoreTest, TextSaysWhyAndWhatToWrite) {
  const ThawRun run =
      RunThaw({"restore", FoundingCase("model-0"), "--model", FoundingCase("model.json"), "--map",
               FoundingCase("map_scope.json")});

  EXPECT_EQ(run.exit_code, 0);
  EXPECT_THAT(run.out,
              AllOf(HasSubstr("not in the variable store"), HasSubstr("\"/\": \"/\""),
                    HasSubstr("{\"variable\": \"foo\"}"), HasSubstr("Restored 1 of 2 variables")));
  EXPECT_THAT(run.out, AllOf(ContainsRegex("foo +Variable +float32 +\\[\\] +0\\.0 "),
                             ContainsRegex("bar +get_variable +float32 +\\[\\] +1\\.0 ")));
}

TEST(RestoreTest, TextShowsTheFirstElementsOfLongValues) {
  const TempFolder folder;
  folder.Write("model.json", R"({"variables": [
      {"made_by": "Variable", "name": "long", "shape": [5], "initializer": "ones"},
      {"made_by": "get_variable", "name": "bar", "shape": []}]})");

  const ThawRun run = RunThaw({"restore", FoundingCase("model-0"), "--model",
                               folder.Path("model.json"), "--map", FoundingCase("map_scope.json")});

  EXPECT_THAT(run.out, HasSubstr("[1.0, 1.0, 1.0, …]"));
}

TEST(RestoreTest, MapsFromStandardInput) {
  const ThawRun run = RunThaw({"restore", FoundingCase("model-0"), "--model",
                               FoundingCase("model.json"), "--map", "-", "--json"},
                              R"([["foo", {"variable": "foo"}]])");

  EXPECT_EQ(run.exit_code, 0) << run.out;
  EXPECT_EQ(run.json()["variables"][0]["tensor"], "foo");
}

TEST(RestoreTest, StrictCallsAnEntryWithoutMatchAFinding) {
  const TempFolder folder;
  const std::string map = folder.Write("map.json", R"({"/": "nowhere/"})");

  const ThawRun strict = Restore({"--map", map, "--out", folder.Path("v.npz")});
  const ThawRun lenient = Restore({"--map", map, "--lenient"});

  EXPECT_EQ(strict.exit_code, 1);
  EXPECT_EQ(strict.json()["schema"], "thaw.restore/1");
  EXPECT_EQ(strict.json()["variables"][1]["reason"], "scope_matched_nothing");
  EXPECT_EQ(ScalarOf(folder.Read("v.npz"), "bar"), 0.0f) << "values are delivered all the same";
  EXPECT_EQ(lenient.exit_code, 0);
}

TEST(RestoreTest, EmptyMapRestoresNothing) {
  const TempFolder folder;

  const ThawRun run = Restore({"--map", folder.Write("map.json", "{}")});

  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.json()["totals"]["restored"], 0);
  EXPECT_EQ(run.json()["checkpoint"], FoundingCase("model-0"));
}

TEST(RestoreTest, ErrorOfTheMapIsAFinding) {
  const TempFolder folder;

  const ThawRun run = Restore({"--map", folder.Write("map.json", R"({"nope": "bar"})")});

  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.json()["error"]["tf_class"], "ValueError");
  EXPECT_EQ(run.json()["error"]["finding"], "tensor_not_found");
}

TEST(RestoreTest, SeveralErrorsOfAMapAreCountedOnStderr) {
  const TempFolder folder;

  const ThawRun run =
      Restore({"--map", folder.Write("map.json", R"([["nope", "bar"], ["x", "bar"]])")});

  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("2 errors; thaw explain lists all"));
}

// Silent case 17.
TEST(RestoreTest, NoCheckpointStateSaysWhatIsThere) {
  const TempFolder folder;
  folder.Write("model.ckpt-7.index", "x");

  for (const char* command : {"restore", "explain"}) {
    const ThawRun run = RunThaw({command, folder.Path(""), "--model", FoundingCase("model.json"),
                                 "--map", FoundingCase("map_scope.json"), "--json"});

    EXPECT_EQ(run.exit_code, 3);
    EXPECT_EQ(run.json()["error"]["tf_class"], "ValueError");
    EXPECT_EQ(run.json()["error"]["finding"], "no_checkpoint_state");
    EXPECT_THAT(run.json()["error"]["hint"].get<std::string>(), HasSubstr("model.ckpt-7"));
  }
}

// Silent case 19.
TEST(RestoreTest, SuccessIsToldOnStderrWithVAndAlwaysInJson) {
  const std::vector<std::string> map = {"--map", FoundingCase("map_objects.json")};

  const ThawRun plain = Restore(map);
  const ThawRun verbose = Restore({map[0], map[1], "-v"});

  const json last = plain.json()["findings"].back();
  EXPECT_EQ(last["code"], "restored");
  EXPECT_EQ(last["message"], "2 of 2 variables from the checkpoint: 'foo', 'bar'");
  EXPECT_EQ(plain.err, "");
  EXPECT_THAT(verbose.err, HasSubstr("[restored] 2 of 2 variables"));
}

TEST(RestoreTest, KeyThatASaverMissesIsAFinding) {
  const TempFolder folder;
  const std::string model = folder.Write(
      "model.json", R"({"variables": [{"made_by": "Variable", "name": "baz", "shape": []}]})");

  const ThawRun run =
      RunThaw({"restore", FoundingCase("model-0"), "--model", model, "--saver", "--json"});

  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.json()["error"]["code"], "NOT_FOUND");
  EXPECT_EQ(run.json()["error"]["tf_class"], "NotFoundError");
  EXPECT_EQ(run.json()["error"]["tensor"], "baz");
}

TEST(RestoreTest, WrongDtypeOrShapeIsRefusedWhileReading) {
  const TempFolder folder;
  for (const char* field : {R"("shape": [], "dtype": "int32")", R"("shape": [2])"}) {
    const std::string model = folder.Write(
        "model.json",
        std::string(R"({"variables": [{"made_by": "Variable", "name": "foo", )") + field + "}]}");

    const ThawRun run =
        RunThaw({"restore", FoundingCase("model-0"), "--model", model, "--saver", "--json"});

    EXPECT_EQ(run.exit_code, 4) << field << run.out;
    EXPECT_EQ(run.json()["error"]["tf_class"], "InvalidArgumentError") << field;
  }
}

TEST(RestoreTest, MissingShardIsNotFound) {
  THAW_SKIP_WITHOUT_REAL_CHECKPOINTS();
  const TempFolder folder;
  const std::string model = folder.Write(
      "model.json",
      R"({"variables": [{"made_by": "Variable", "name": "bert/pooler/dense/bias", "shape": [768]}]})");

  const ThawRun run = RunThaw({"restore", RealCheckpoint("bert_base_chinese_index/bert_model.ckpt"),
                               "--model", model, "--saver", "--json"});

  EXPECT_EQ(run.exit_code, 3);
  EXPECT_EQ(run.json()["error"]["code"], "NOT_FOUND");
}

TEST(RestoreTest, PartsOfAPartitionedVariable) {
  const TempFolder folder;
  const std::string model = folder.Write("model.json", R"({"variables": [{"made_by": "get_variable",
          "name": "scope/emb", "shape": [12, 3], "partitions": [2, 1]}]})");
  const std::string map = folder.Write("map.json", R"({"scope/emb": "scope/emb"})");

  const ThawRun run = RunThaw({"restore", GoldenCheckpoint("partitioned"), "--model", model,
                               "--map", map, "--json", "--out", folder.Path("v.npz")});

  ASSERT_EQ(run.exit_code, 0) << run.out;
  const json variables = run.json()["variables"];
  ASSERT_EQ(variables.size(), 2u);
  EXPECT_EQ(variables[0]["op_name"], "scope/emb/part_0");
  EXPECT_EQ(variables[1]["op_name"], "scope/emb/part_1");
  EXPECT_EQ(variables[0]["slice"], "0,6:0,3");
  EXPECT_EQ(variables[1]["slice"], "6,6:0,3");
  EXPECT_EQ(ScalarOf(folder.Read("v.npz"), "scope/emb/part_1"), 18.0f);
}

TEST(RestoreTest, OutputsAreNotReplacedUnasked) {
  const TempFolder folder;
  const std::string out = folder.Write("v.npz", "mine");

  const ThawRun kept = Restore({"--saver", "--out", out});
  const std::string after_kept = folder.Read("v.npz");
  const ThawRun forced = Restore({"--saver", "--out", out, "--force"});

  EXPECT_EQ(kept.exit_code, 5);
  EXPECT_EQ(kept.json()["error"]["code"], "ALREADY_EXISTS");
  EXPECT_FALSE(kept.json()["error"].contains("tf_class"));
  EXPECT_EQ(after_kept, "mine");
  EXPECT_EQ(forced.exit_code, 0) << forced.out;
  EXPECT_EQ(folder.Names(), std::vector<std::string>{"v.npz"});
}

TEST(RestoreTest, FailureLeavesNoOutput) {
  const TempFolder folder;

  const ThawRun run =
      Restore({"--map", FoundingCase("nothing.json"), "--out", folder.Path("v.npz")});

  EXPECT_EQ(run.exit_code, 3);
  EXPECT_TRUE(folder.Names().empty());
}

TEST(RestoreTest, SafetensorsLeavesStringsOut) {
  const TempFolder folder;
  const std::string model = folder.Write("model.json", R"({"variables": [
          {"made_by": "Variable", "name": "string", "shape": [2], "dtype": "string"},
          {"made_by": "Variable", "name": "float32", "shape": [16]}]})");

  const ThawRun run = RunThaw({"restore", GoldenCheckpoint("every_dtype"), "--model", model,
                               "--saver", "--json", "--out", folder.Path("v.safetensors")});

  ASSERT_EQ(run.exit_code, 0) << run.out;
  ASSERT_EQ(run.json()["skipped"].size(), 1u);
  EXPECT_EQ(run.json()["skipped"][0]["name"], "string");
  EXPECT_THAT(folder.Read("v.safetensors").substr(8), HasSubstr("\"float32\""));
}

TEST(RestoreTest, UsageErrors) {
  const TempFolder folder;
  const std::string bad = folder.Write("bad.json", "{\"variables\": [{\"made_by\": \"magic\"}]}");
  const std::string model = FoundingCase("model.json");
  const std::vector<std::vector<std::string>> cases = {
      {"--model", model},
      {"--model", model, "--saver", "--map", FoundingCase("map_scope.json")},
      {"--model", bad, "--saver"},
      {"--model", model, "--map", bad},
      {"--saver"},
      {"--model", model, "--saver", "--out", "values.txt"},
      {"--model", model, "--saver", "--force"},
  };
  for (std::vector<std::string> arguments : cases) {
    arguments.insert(arguments.begin(), {"restore", FoundingCase("model-0"), "--json"});

    const ThawRun run = RunThaw(arguments);

    EXPECT_EQ(run.exit_code, 2) << testing::PrintToString(arguments) << run.out;
    EXPECT_EQ(run.json()["error"]["code"], "INVALID_ARGUMENT") << run.out;
    EXPECT_FALSE(run.json()["error"].contains("tf_class")) << run.out;
  }
}

TEST(RestoreTest, MalformedModelNamesLineAndField) {
  const TempFolder folder;
  const std::string model = folder.Write("m.json", "{\"variables\": [\n{\"made_by\": \"magic\"}]}");

  const ThawRun run = RunThaw({"restore", FoundingCase("model-0"), "--model", model, "--saver"});

  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, AllOf(HasSubstr("m.json"), HasSubstr("line 2"), HasSubstr("variables[0]")));
}

}  // namespace
}  // namespace thaw
