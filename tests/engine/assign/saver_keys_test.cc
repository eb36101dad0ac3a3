#include "engine/assign/saver_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/assign/fake_checkpoint.h"

namespace thaw {
namespace {

constexpr DType kF32 = DType::kFloat32;

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

  const auto assignments = SaverAssignments(checkpoint, store);

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

  const auto assignments = SaverAssignments(FakeCheckpoint::Make({{"a", {}}}), store);

  EXPECT_EQ(assignments.status().code(), StatusCode::kNotFound);
  EXPECT_EQ(assignments.status().tf_class(), "NotFoundError");
  EXPECT_EQ(assignments.status().tensor(), "b");
}

TEST(SaverKeysTest, EmptyStoreIsAValueError) {
  EXPECT_EQ(SaverAssignments(FakeCheckpoint::Make({}), VariableStore()).status().tf_class(),
            "ValueError");
}

TEST(SaverKeysTest, TwoOfOneKeyAreValueErrors) {
  const auto checkpoint = FakeCheckpoint::Make({{"w", {{2}, kF32, {}}}});
  VariableStore parts_first;
  ASSERT_TRUE(parts_first.GetPartitionedVariable("w", kF32, {2}, Shape{2}).ok());
  ASSERT_TRUE(parts_first.Variable("w", kF32, {2}).ok());
  VariableStore whole_first;
  ASSERT_TRUE(whole_first.Variable("w", kF32, {2}).ok());
  ASSERT_TRUE(whole_first.GetPartitionedVariable("w", kF32, {2}, Shape{2}, OpName("x")).ok());

  const Status same = SaverAssignments(checkpoint, parts_first).status();
  const Status mixed = SaverAssignments(checkpoint, whole_first).status();

  EXPECT_EQ(same.tf_class(), "ValueError");
  EXPECT_THAT(same.what(), testing::HasSubstr("At least two variables have the same name: w"));
  EXPECT_THAT(mixed.what(), testing::HasSubstr("Mixing slices and non-slices with the same name"));
}

}  // namespace
}  // namespace thaw
