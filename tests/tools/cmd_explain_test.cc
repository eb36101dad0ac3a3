#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_folder.h"
#include "tests/tools/run_thaw.h"

namespace thaw {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

TEST(ExplainTest, FoundingCase) {
  const ThawRun run =
      RunThaw({"explain", FoundingCase("model-0"), "--model", FoundingCase("model.json"), "--map",
               FoundingCase("map_scope.json"), "--json"});

  EXPECT_EQ(run.exit_code, 0) << run.out;
  const json document = run.json();
  EXPECT_EQ(document["schema"], "thaw.explain/1");
  EXPECT_EQ(document["errors"], json::array());
  EXPECT_EQ(document["variables"][0]["reason"], "not_in_store");
  EXPECT_THAT(document["variables"][0]["hint"].get<std::string>(),
              HasSubstr(R"("foo": {"variable": "foo"})"));
  EXPECT_EQ(document["unused_tensors"], json({"foo"}));
  EXPECT_EQ(document["totals"]["restored"], 1);
}

TEST(ExplainTest, AllErrorsOfAMapAreListed) {
  const TempFolder folder;
  const std::string map =
      folder.Write("map.json", R"([["nope", "bar"], ["foo", "no_such_variable"], ["bar", "bar"]])");

  const ThawRun run = RunThaw({"explain", FoundingCase("model-0"), "--model",
                               FoundingCase("model.json"), "--map", map, "--json"});

  EXPECT_EQ(run.exit_code, 1);
  const json errors = run.json()["errors"];
  ASSERT_EQ(errors.size(), 2u) << run.out;
  for (const json& error : errors) {
    EXPECT_TRUE(error.contains("code") && error.contains("message") && error.contains("map_key") &&
                error.contains("map_value"))
        << error;
    EXPECT_EQ(error["tf_class"], "ValueError");
  }
  EXPECT_EQ(run.json()["variables"][1]["tensor"], "bar");
  const json findings = run.json()["findings"];
  EXPECT_EQ(findings[0]["code"], "name_not_in_store");
  EXPECT_EQ(findings[1]["code"], "tensor_not_found");
  EXPECT_EQ(findings[1]["severity"], "error");
  EXPECT_EQ(findings[1]["map_key"], "nope");
}

TEST(ExplainTest, TextLimitsFindingsOfOneKind) {
  const TempFolder folder;
  json model;
  for (int i = 0; i < 15; ++i) {
    model["variables"].push_back(
        {{"made_by", "Variable"}, {"name", "v" + std::to_string(i)}, {"shape", json::array()}});
  }
  const std::vector<std::string> arguments = {"explain", FoundingCase("model-0"),
                                              "--model", folder.Write("m.json", model.dump()),
                                              "--map",   FoundingCase("map_scope.json")};

  const ThawRun brief = RunThaw(arguments);
  std::vector<std::string> with_v = arguments;
  with_v.push_back("-v");
  const ThawRun verbose = RunThaw(with_v);

  EXPECT_THAT(brief.out, AllOf(HasSubstr("warning [not_in_store]: 'v9'"),
                               HasSubstr("5 more of [not_in_store] (-v lists them)")));
  EXPECT_THAT(verbose.out, HasSubstr("warning [not_in_store]: 'v14'"));
}

// tests/tools/explain_page_test.py looks at the page in a browser.
TEST(ExplainTest, PageHoldsTheDataWithoutMarkup) {
  const TempFolder folder;
  const std::string attack = "</script><script>alert(1)</script><!--";
  const std::string map = folder.Write("map.json", json::object({{attack, "bar"}}).dump());

  const ThawRun run =
      RunThaw({"explain", FoundingCase("model-0"), "--model", FoundingCase("model.json"), "--map",
               map, "--html", folder.Path("page.html"), "--json"});

  EXPECT_EQ(run.exit_code, 1);
  EXPECT_EQ(run.json()["findings"][0]["map_key"], attack);
  const std::string page = folder.Read("page.html");
  EXPECT_THAT(page, HasSubstr("\\u003c/script>\\u003cscript>alert(1)"));
  EXPECT_THAT(page, testing::Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, testing::Not(HasSubstr("http://")));
  EXPECT_THAT(page, testing::Not(HasSubstr("@DATA@")));
}

TEST(ExplainTest, PageThatCannotBeWrittenIsAnError) {
  const TempFolder folder;

  const ThawRun run = RunThaw({"explain", FoundingCase("model-0"), "--model",
                               FoundingCase("model.json"), "--map", FoundingCase("map_scope.json"),
                               "--html", folder.Path("no/such/folder/page.html"), "--json"});

  EXPECT_EQ(run.exit_code, 3);
  EXPECT_FALSE(run.json()["error"].contains("tf_class"));
  EXPECT_THAT(run.json()["error"]["message"].get<std::string>(), HasSubstr("page.html"));
}

TEST(ExplainTest, ReadsNoTensorData) {
  THAW_SKIP_WITHOUT_REAL_CHECKPOINTS();
  const TempFolder folder;
  const std::string model = folder.Write("model.json", R"({"variables": [
      {"made_by": "get_variable", "name": "bert/pooler/dense/bias", "shape": [768]}]})");
  const std::string map = folder.Write("map.json", R"({"/": "/"})");

  // The data file of this checkpoint is not there.
  const ThawRun run = RunThaw({"explain", RealCheckpoint("bert_base_chinese_index/bert_model.ckpt"),
                               "--model", model, "--map", map, "--json"});

  EXPECT_EQ(run.exit_code, 0) << run.out;
  EXPECT_EQ(run.json()["complete"], true);
  EXPECT_EQ(run.json()["unused_tensors"].size(), 205u);
}

}  // namespace
}  // namespace thaw
