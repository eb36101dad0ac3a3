#include "engine/variables/variable_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace thaw {
namespace {

constexpr DType kF32 = DType::kFloat32;

VariableOptions OpName(std::string op_name) {
  VariableOptions options;
  options.op_name = std::move(op_name);
  return options;
}

TEST(VariableStoreTest, OnlyGetVariableEntersTheStore) {
  VariableStore store;

  const auto foo = store.Variable("foo", kF32, {});
  const auto bar = store.GetVariable("bar", kF32, {});

  EXPECT_FALSE((*foo)->in_store());
  EXPECT_EQ(store.FindKey("foo"), nullptr);
  EXPECT_EQ(store.FindKey("bar"), *bar);
  EXPECT_EQ(store.FindOpName("foo"), *foo);
  EXPECT_EQ(store.keys(), std::vector<std::string_view>{"bar"});
}

TEST(VariableStoreTest, KeyAndOpNameCanDiffer) {
  VariableStore store;
  ASSERT_TRUE(store.Variable("w", kF32, {}).ok());

  const auto w = store.GetVariable("W", kF32, {});
  const auto slot = store.GetVariable("w/Adam/", kF32, {});

  EXPECT_EQ((*w)->key, "W");
  EXPECT_EQ((*w)->op_name, "W_1");
  EXPECT_EQ((*slot)->key, "w/Adam/");
  EXPECT_EQ((*slot)->op_name, "w/Adam");
}

TEST(VariableStoreTest, ARefVariableWithoutElementsHasAValueFromTheStart) {
  VariableStore store;
  VariableOptions resource;
  resource.use_resource = true;

  const auto ref = store.Variable("ref", kF32, {0, 3});
  const auto full = store.Variable("full", kF32, {1, 3});
  const auto other = store.Variable("other", kF32, {0, 3}, resource);

  EXPECT_TRUE((*ref)->has_value());
  EXPECT_FALSE((*full)->has_value());
  EXPECT_FALSE((*other)->has_value());
}

TEST(VariableStoreTest, PartsHaveNamesAndSlicesOfTheirOwn) {
  VariableStore store;
  ASSERT_TRUE(store.Variable("emb/part_1", kF32, {}).ok());

  const auto parts = store.GetPartitionedVariable("emb", kF32, {5, 2}, Shape{2, 1});

  ASSERT_EQ(parts->size(), 2u);
  EXPECT_EQ((*parts)[0]->op_name, "emb/part_0");
  EXPECT_EQ((*parts)[1]->key, "emb/part_1");
  EXPECT_EQ((*parts)[1]->op_name, "emb/part_1_1");
  EXPECT_EQ((*parts)[1]->slice_info->full_name, "emb");
  EXPECT_EQ((*parts)[1]->slice_info->spec(), "5 2 3,2:0,2");
  EXPECT_EQ((*parts)[1]->shape, (Shape{2, 2}));
}

TEST(VariableStoreTest, ExplicitOpNameReplacesTheName) {
  VariableStore store;

  EXPECT_EQ((*store.GetVariable("w", kF32, {}, OpName("w_7")))->op_name, "w_7");
  EXPECT_EQ((*store.GetPartitionedVariable("e", kF32, {2}, Shape{2}, OpName("x")))[1]->op_name,
            "x/part_1");
  EXPECT_EQ(store.Variable("v", kF32, {}, OpName("w_7")).status().tf_class(), "ValueError");
}

void MakeMany(VariableStore* store) {
  ASSERT_TRUE(store->GetVariable("w", kF32, {}).ok());
  ASSERT_TRUE(store->GetPartitionedVariable("emb", kF32, {4}, Shape{2}).ok());
  ASSERT_TRUE(store->GetVariable("made/part_0", kF32, {}).ok());
}

TEST(VariableStoreTest, NamesThatExistAreValueErrors) {
  VariableStore store;
  MakeMany(&store);
  const auto words = [](const Status& status) {
    EXPECT_EQ(status.tf_class(), "ValueError");
    return status.what();
  };

  EXPECT_NE(words(store.GetVariable("w", kF32, {}).status()).find("already exists"),
            std::string::npos);
  EXPECT_NE(words(store.GetVariable("emb", kF32, {}).status()).find("No partitioner was provided"),
            std::string::npos);
  EXPECT_NE(words(store.GetVariable("made", kF32, {}).status()).find("made/part_0"),
            std::string::npos);
  EXPECT_NE(words(store.GetPartitionedVariable("w", kF32, {4}, Shape{2}).status())
                .find("unpartitioned version"),
            std::string::npos);
  EXPECT_NE(words(store.GetPartitionedVariable("emb", kF32, {4}, Shape{2}).status())
                .find("Partitioned variable with name emb already exists"),
            std::string::npos);
  EXPECT_NE(words(store.GetPartitionedVariable("made", kF32, {4}, Shape{2}).status())
                .find("different partitioning"),
            std::string::npos);
  EXPECT_NE(words(store.GetPartitionedVariable("made", kF32, {4}, Shape{1}).status())
                .find("already exists"),
            std::string::npos);
}

TEST(VariableStoreTest, ImpossibleVariablesAreValueErrors) {
  VariableStore store;
  VariableOptions constant;
  constant.initializer = Constant(1.5);

  for (const Status& status :
       {store.GetVariable("a", kF32, {kUnknownDim}).status(),
        store.GetVariable("a", kF32, {std::int64_t{1} << 40, std::int64_t{1} << 40}).status(),
        store.Variable("a", kF32, {-2}).status(), store.GetVariable("a b", kF32, {}).status(),
        store.GetVariable("a", DType::kComplex64, {}).status(),
        store.GetVariable("a", DType::kVariant, {}).status(),
        store.GetVariable("a", DType::kInt32, {}, constant).status()}) {
    EXPECT_EQ(status.tf_class(), "ValueError") << status.ToString();
  }
  EXPECT_TRUE(store.variables().empty());
}

TEST(VariableStoreTest, MemoryIsBoundOrOwned) {
  VariableStore store;
  Variable* w = *store.GetVariable("w", kF32, {3});
  Variable* s = *store.GetVariable("s", DType::kString, {3});
  std::vector<std::byte> memory(12);

  EXPECT_FALSE(store.Bind(w, MutableByteView(memory).first(8)).ok());
  EXPECT_FALSE(store.Bind(s, memory).ok());
  ASSERT_TRUE(store.Bind(w, memory).ok());
  ASSERT_TRUE(store.EnsureBuffer(w).ok());
  EXPECT_EQ(w->buffer.data(), memory.data());
  ASSERT_TRUE(store.EnsureBuffer(s).ok());
  EXPECT_TRUE(s->buffer.empty());

  Variable* owned = *store.GetVariable("owned", kF32, {1 << 20});
  ASSERT_TRUE(store.EnsureBuffer(owned).ok());
  EXPECT_EQ(owned->buffer.size(), std::size_t{4} << 20);
}

TEST(VariableStoreTest, MemoryThatIsReservedTogetherLiesTogether) {
  VariableStore store;
  Variable* const a = *store.GetVariable("a", DType::kFloat32, {3});
  Variable* const bound = *store.GetVariable("bound", DType::kFloat32, {1});
  Variable* const unknown = *store.Variable("unknown", DType::kFloat32, {kUnknownDim});
  Variable* const text = *store.Variable("text", DType::kString, {});
  Variable* const b = *store.GetVariable("b", DType::kFloat64, {5});
  std::vector<std::byte> memory(4);
  ASSERT_TRUE(store.Bind(bound, memory).ok());

  store.ReserveBuffers(std::vector{a, bound, unknown, text, b});
  const std::byte* const place = a->buffer.data();

  ASSERT_EQ(a->buffer.size(), 12u);
  ASSERT_EQ(b->buffer.size(), 40u);
  EXPECT_EQ(b->buffer.data(), place + 64);
  EXPECT_EQ(bound->buffer.data(), memory.data());
  EXPECT_TRUE(unknown->buffer.empty() && text->buffer.empty());
  ASSERT_TRUE(store.EnsureBuffer(a).ok());
  EXPECT_EQ(a->buffer.data(), place);
  a->shape = {4};
  ASSERT_TRUE(store.EnsureBuffer(a).ok());
  EXPECT_EQ(a->buffer.size(), 16u);
  std::fill(b->buffer.begin(), b->buffer.end(), std::byte{1});
}

TEST(VariableStoreTest, WhatIsTooLargeToBeReservedLeavesTheOthersToThemselves) {
  VariableStore store;
  Variable* const a = *store.GetVariable("a", DType::kFloat32, {3});
  Variable* const huge = *store.GetVariable("huge", DType::kFloat32, {std::int64_t{1} << 59});

  store.ReserveBuffers(std::vector{a, huge});

  EXPECT_TRUE(a->buffer.empty() && huge->buffer.empty());
  EXPECT_TRUE(store.EnsureBuffer(a).ok());
}

TEST(VariableStoreTest, SizesBeyondMemoryAreRefusedWithoutAThrow) {
  VariableStore store;
  Variable* huge = *store.GetVariable("huge", DType::kFloat64, {std::int64_t{1} << 61});
  Variable* unknown = *store.Variable("unknown", kF32, {kUnknownDim, 2});

  EXPECT_EQ(store.EnsureBuffer(huge).code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(store.EnsureBuffer(unknown).code(), StatusCode::kInvalidArgument);
}

TEST(VariableStoreTest, VariablesWithoutASeedDiffer) {
  VariableStore store;
  Variable* a = *store.GetVariable("a", kF32, {4});
  Variable* b = *store.GetVariable("b", kF32, {4});

  EXPECT_NE(std::get<GlorotUniformInitializer>(a->initializer).seed,
            std::get<GlorotUniformInitializer>(b->initializer).seed);
}

}  // namespace
}  // namespace thaw
