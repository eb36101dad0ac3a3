#include "engine/assign/map_file.h"

#include <gtest/gtest.h>

#include <string>

namespace thaw {
namespace {

VariableStore SomeVariables() {
  VariableStore store;
  EXPECT_TRUE(store.Variable("foo", DType::kFloat32, {}).ok());
  EXPECT_TRUE(store.GetPartitionedVariable("emb", DType::kFloat32, {4}, Shape{2}).ok());
  return store;
}

TEST(MapFileTest, ObjectKeepsItsOrder) {
  const auto map = ParseMap(R"({"z/": "/", "foo": {"variable": "foo"},
                               "emb": {"variables": ["emb/part_1", "emb/part_0"]}})",
                            "map.json", SomeVariables());

  ASSERT_TRUE(map.ok()) << map.status().ToString();
  ASSERT_EQ(map->entries().size(), 3u);
  EXPECT_EQ(map->entries()[0].key, "z/");
  EXPECT_EQ(map->entries()[0].value, (MapValue{MapValue::Kind::kName, "/", {}}));
  EXPECT_EQ(map->entries()[1].value, (MapValue{MapValue::Kind::kVariable, "foo", {}}));
  EXPECT_EQ(map->entries()[2].value,
            (MapValue{MapValue::Kind::kVariables, "", {"emb/part_1", "emb/part_0"}}));
}

TEST(MapFileTest, PairsMayRepeatAKey) {
  const auto map = ParseMap(R"([["w", "a"], ["w", "b"]])", "map.json", SomeVariables());

  ASSERT_TRUE(map.ok());
  EXPECT_EQ(map->entries()[1].key, "w");
  EXPECT_EQ(map->entries()[1].value.name, "b");
}

struct BadMap {
  const char* name;
  const char* text;
  const char* words;
  const char* hint;
};

class BadMapTest : public testing::TestWithParam<BadMap> {};

TEST_P(BadMapTest, IsRefusedWithItsPlace) {
  const auto map = ParseMap(GetParam().text, "map.json", SomeVariables());

  ASSERT_FALSE(map.ok());
  EXPECT_EQ(map.status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(map.status().tf_class(), "");
  EXPECT_NE(map.status().message().find(GetParam().words), std::string::npos)
      << map.status().message();
  EXPECT_NE(map.status().hint().find(GetParam().hint), std::string::npos) << map.status().hint();
}

INSTANTIATE_TEST_SUITE_P(
    Maps, BadMapTest,
    testing::Values(
        BadMap{"NeitherObjectNorList", "3", "map.json: line 1: expected an object or a list", ""},
        BadMap{"TwiceAKey", "{\"a\": \"b\",\n\"a\": \"c\"}", "line 2: the key 'a'",
               "a list of pairs"},
        BadMap{"NotAPair", "[[\"a\"]]", "line 1: [0]: a pair", ""},
        BadMap{"KeyIsANumber", "[[1, \"a\"]]", "[0][0]: expected a string", ""},
        BadMap{"ValueIsANumber", "{\"a\": 1}", "[\"a\"]: a value is", ""},
        BadMap{"UnknownField", "{\"a\": {\"var\": \"foo\"}}", "[\"a\"]: a value is", ""},
        BadMap{"UnknownObject", "{\"a\":\n{\"variable\": \"fooo\"}}",
               "line 2: [\"a\"].variable: the model has no variable", "'foo'"},
        BadMap{"PartitionedAsObject", "{\"a\": {\"variable\": \"emb\"}}", "'emb'",
               "{\"variables\": [\"emb/part_0\", \"emb/part_1\"]}"},
        BadMap{"ObjectWithOutput", "{\"a\": {\"variable\": \"foo:0\"}}", "'foo:0'",
               "write \"foo\""},
        BadMap{"UnknownPart", "{\"a\": {\"variables\": [\"emb/part_0\", \"emb/part_2\"]}}",
               "[\"a\"].variables[1]", "emb/part_"},
        BadMap{"PartsAreText", "{\"a\": {\"variables\": \"emb\"}}",
               "[\"a\"].variables: expected a list", ""},
        BadMap{"NotUtf8", "{\"\xff\": \"a\"}", "line 1: not valid JSON", ""}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace thaw
