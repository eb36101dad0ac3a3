#include "io/json/json_document.h"

#include <gtest/gtest.h>

namespace thaw {
namespace {

TEST(JsonDocumentTest, NodesKnowTheirLines) {
  const auto root = ParseJson("{\n\"a\":\n [1,\n  2\n, {\"b\": null}],\n\"c\": \"x\"}", "f");

  ASSERT_TRUE(root.ok()) << root.status().ToString();
  EXPECT_EQ(root->line, 1u);
  const JsonNode& list = root->items[0];
  EXPECT_EQ(list.line, 3u);
  EXPECT_EQ(list.items[0].line, 3u);
  EXPECT_EQ(list.items[1].line, 4u);
  EXPECT_EQ(list.items[2].line, 5u);
  EXPECT_EQ(root->items[1].line, 6u);
}

TEST(JsonDocumentTest, NumbersKeepTheirKind) {
  const auto root = ParseJson("[-1, 9223372036854775807, 9223372036854775808, 1.5, 1e3]", "f");

  ASSERT_TRUE(root.ok());
  EXPECT_EQ(root->items[0].integer, -1);
  EXPECT_TRUE(root->items[1].is(JsonNode::Kind::kInteger));
  EXPECT_TRUE(root->items[2].is(JsonNode::Kind::kUnsigned));
  EXPECT_EQ(static_cast<std::uint64_t>(root->items[2].integer), std::uint64_t{1} << 63);
  EXPECT_EQ(root->items[3].real, 1.5);
  EXPECT_TRUE(root->items[4].is(JsonNode::Kind::kReal));
}

struct BadJson {
  const char* name;
  std::string text;
  const char* words;
};

class BadJsonTest : public testing::TestWithParam<BadJson> {};

TEST_P(BadJsonTest, IsRefusedWithItsLine) {
  const auto root = ParseJson(GetParam().text, "model.json");

  ASSERT_FALSE(root.ok());
  EXPECT_EQ(root.status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(root.status().tf_class(), "");
  EXPECT_NE(root.status().message().find(GetParam().words), std::string::npos)
      << root.status().message();
  EXPECT_EQ(root.status().message().find("json.exception"), std::string::npos)
      << root.status().message();
}

INSTANTIATE_TEST_SUITE_P(
    Texts, BadJsonTest,
    testing::Values(BadJson{"Empty", "", "model.json: line 1: not valid JSON"},
                    BadJson{"Open", "{\n\"a\": [1,\n", "model.json: line 2: not valid JSON"},
                    BadJson{"Trailing", "{}\n{}", "line 2: not valid JSON"},
                    BadJson{"TwiceAKey", "{\"a\": 1,\n\"a\": 2}",
                            "line 2: the key 'a' is there twice"},
                    BadJson{"NotUtf8", "[\"\xff\"]", "line 1: not valid JSON"},
                    BadJson{"HugeNumber", "[1e999]", "line 1: not valid JSON: number overflow"},
                    BadJson{"Deep", std::string(100, '['), "nested deeper than 64 levels"},
                    BadJson{"VeryDeep", std::string(10'000'000, '['), "nested deeper"},
                    BadJson{"Large", std::string(kMaxJsonBytes + 1, ' '), "larger than 64 MiB"}),
    [](const auto& test) { return test.param.name; });

TEST(JsonDocumentTest, TooManyValuesAreRefused) {
  std::string text = "[1";
  for (std::size_t i = 0; i < kMaxJsonNodes; ++i) text += ",1";
  text += "]";

  EXPECT_NE(ParseJson(text, "f").status().message().find("more than"), std::string::npos);
}

}  // namespace
}  // namespace thaw
