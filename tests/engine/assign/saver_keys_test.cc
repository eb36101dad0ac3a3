#include "engine/assign/saver_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/assign/fake_checkpoint.h"
#include "tests/support/graph_maker.h"

namespace thaw {
namespace {

constexpr DType kF32 = DType::kFloat32;

std::vector<SaverItem> ItemsOf(const VariableStore& store) {
  return *ResolveSaverVariables(DefaultSaverVariables(store));
}

VariableOptions OpName(std::string op_name) {
  VariableOptions options;
  options.op_name = std::move(op_name);
  return options;
}

TEST(SaverKeysTest, VariablesGoByOpNameAndPartsByFullName) {
  VariableStore store;
  ASSERT_TRUE(store.Variable("w", kF32, {}).ok());
  ASSERT_TRUE(store.GetVariable("w", kF32, {}).ok());
  ASSERT_TRUE(store.GetPartitionedVariable("emb", kF32, {2}, Shape{2}, OpName("x")).ok());
  const auto checkpoint = FakeCheckpoint::Make({{"emb", {{2}, kF32, {}}}, {"w", {}}, {"w_1", {}}});

  const auto assignments = SaverAssignments(checkpoint, ItemsOf(store));

  ASSERT_TRUE(assignments.ok()) << assignments.status().ToString();
  ASSERT_EQ(assignments->size(), 4u);
  EXPECT_EQ((*assignments)[0].variable->op_name, "x/part_0");
  EXPECT_EQ((*assignments)[0].source.tensor, "emb");
  EXPECT_EQ((*assignments)[1].source.slice_spec, "2 1,1");
  EXPECT_EQ((*assignments)[3].source.tensor, "w_1");
  EXPECT_EQ((*assignments)[3].source.rule, AssignmentRule::kSaver);
}

TEST(SaverKeysTest, TheFirstMissingKeyIsNamed) {
  VariableStore store;
  for (const char* name : {"c", "b", "a"}) ASSERT_TRUE(store.GetVariable(name, kF32, {}).ok());

  const auto assignments = SaverAssignments(FakeCheckpoint::Make({{"a", {}}}), ItemsOf(store));

  EXPECT_EQ(assignments.status().code(), StatusCode::kNotFound);
  EXPECT_EQ(assignments.status().tf_class(), "NotFoundError");
  EXPECT_EQ(assignments.status().tensor(), "b");
}

TEST(SaverKeysTest, AnObjectGraphSaysUnderWhichKeyEachNameIsStored) {
  VariableStore store;
  ASSERT_TRUE(store.GetVariable("w", kF32, {}).ok());
  ASSERT_TRUE(store.GetPartitionedVariable("emb", kF32, {2}, Shape{2}).ok());
  const auto checkpoint = FakeCheckpoint::Make({{"e/.V", {{2}, kF32, {}}}, {"model/w/.V", {}}});

  const ObjectGraph graph =
      *GraphMaker(3).Value(1, "w", "model/w/.V").Value(2, "emb", "e/.V").Decode();

  const auto assignments = ObjectGraphAssignments(checkpoint, ItemsOf(store), graph);

  ASSERT_TRUE(assignments.ok()) << assignments.status().ToString();
  ASSERT_EQ(assignments->size(), 3u);
  EXPECT_EQ((*assignments)[1].source.tensor, "e/.V");
  EXPECT_EQ((*assignments)[1].source.slice_spec, "2 1,1");
  EXPECT_EQ((*assignments)[2].source.tensor, "model/w/.V");
}

TEST(SaverKeysTest, AllNamesThatAnObjectGraphLacksAreNamed) {
  VariableStore store;
  for (const char* name : {"c", "b", "a"}) ASSERT_TRUE(store.GetVariable(name, kF32, {}).ok());

  const ObjectGraph graph =
      *GraphMaker(3).Value(1, "a", "x/a/.V").Value(2, "old", "x/b/.V").Decode();

  const Status status =
      ObjectGraphAssignments(FakeCheckpoint::Make({}), ItemsOf(store), graph).status();

  EXPECT_EQ(status.tf_class(), "NotFoundError");
  EXPECT_THAT(status.what(), testing::HasSubstr("not in the checkpoint: b, c;"));
  EXPECT_THAT(status.what(), testing::HasSubstr("which don't exist now: old; 1 variable name(s)"));
}

}  // namespace
}  // namespace thaw
