#include "engine/saver/saver_restore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/checkpoint/bundle_v2/bundle_writer.h"
#include "tests/engine/saver/saver_fixture.h"
#include "tests/support/graph_maker.h"

namespace thaw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using SaverRestoreTest = SaverFixture;

TEST_F(SaverRestoreTest, WhatIsNoPrefixIsRefusedAsTensorFlowDoes) {
  Make("w", 1);
  Initialise();
  Saver saver = MakeSaver(store_);
  ASSERT_TRUE(saver.Save(folder_.Path("m")).ok());
  folder_.Write("junk", std::string(100, 'x'));
  folder_.Write("m/inside", "");

  const Report nothing = saver.Restore(folder_.Path("none"));
  EXPECT_EQ(nothing.status.tf_class(), "ValueError");
  EXPECT_THAT(nothing.status.message(), HasSubstr("not a valid checkpoint"));
  EXPECT_EQ(saver.Restore(folder_.path()).status.tf_class(), "DataLossError");
  EXPECT_EQ(saver.Restore(folder_.Path("m.index")).status.tf_class(), "NotFoundError");
  EXPECT_EQ(saver.Restore(folder_.Path("m.data-00000-of-00001")).status.tf_class(),
            "DataLossError");
  EXPECT_EQ(saver.Restore(folder_.Path("checkpoint")).status.tf_class(), "DataLossError");
  EXPECT_EQ(saver.Restore(folder_.Path("junk")).status.tf_class(), "DataLossError");
  // A directory of the prefix's name is no obstacle.
  EXPECT_TRUE(saver.Restore(folder_.Path("m")).status.ok());
}

TEST_F(SaverRestoreTest, AFailedRestoreSaysWhatDoesNotFitAndChangesNothing) {
  Variable* a = Make("a", 1);
  Initialise();
  ASSERT_TRUE(MakeSaver(store_).Save(folder_.Path("m")).ok());
  Variable* b = Make("b", 2);
  Variable* integer = Make("i", 3, {2}, DType::kInt32);
  Variable* longer = Make("l", 4, {3});
  Initialise();
  const auto restore = [&](std::vector<std::pair<std::string, Variable*>> names) {
    SaverVarList list;
    list.has_names = true;
    for (const auto& [name, variable] : names) {
      list.values.push_back({name, {SaverValue::Kind::kVariable, "", {variable}}});
    }
    return Saver::Create(store_, list)->Restore(folder_.Path("m")).status;
  };

  const Status missing = restore({{"a", a}, {"gone", b}});
  const Status dtype = restore({{"a", integer}});
  const Status shape = restore({{"a", longer}});

  EXPECT_EQ(missing.tf_class(), "NotFoundError");
  EXPECT_THAT(missing.message(), HasSubstr("Key gone not found in checkpoint"));
  EXPECT_THAT(missing.message(), HasSubstr("missing from the checkpoint"));
  EXPECT_EQ(dtype.tf_class(), "InvalidArgumentError");
  EXPECT_THAT(dtype.message(), HasSubstr("mismatch between the current graph"));
  EXPECT_THAT(dtype.message(), HasSubstr("int32"));
  EXPECT_EQ(shape.tf_class(), "InvalidArgumentError");
  EXPECT_THAT(ValuesOf(*a), ElementsAre(1, 1));
  EXPECT_THAT(ValuesOf(*longer), ElementsAre(4, 4, 4));
  EXPECT_TRUE(restore({{"a", b}}).ok());
  EXPECT_THAT(ValuesOf(*b), ElementsAre(1, 1));
}

TEST_F(SaverRestoreTest, WithoutASaverEveryVariableIsRestoredByItsOpName) {
  Make("bar", 1);
  Make("foo", 2);
  Make("other", 3);
  Initialise();
  ASSERT_TRUE(MakeSaver(store_).Save(folder_.Path("m")).ok());
  VariableStore store;
  Variable* foo = *store.Variable("foo", kF32, {2}, {Zeros(), false, ""});  // outside its names
  Variable* bar = *store.GetVariable("bar", kF32, {2});

  const Report report = RestoreSaver(*Checkpoint::Open(folder_.Path("m")), store);

  EXPECT_TRUE(report.status.ok()) << report.status.ToString();
  EXPECT_TRUE(report.complete());
  EXPECT_EQ(report.variables[0].source->rule, AssignmentRule::kSaver);
  EXPECT_THAT(report.unused_tensors, ElementsAre("other"));
  EXPECT_THAT(ValuesOf(*foo), ElementsAre(2, 2));
  EXPECT_THAT(ValuesOf(*bar), ElementsAre(1, 1));
  EXPECT_FALSE(bar->source.has_value());
}

TEST_F(SaverRestoreTest, WithoutASaverAFailureChangesNothing) {
  Make("bar", 1);
  Make("step", 2, {}, DType::kInt64);
  Initialise();
  ASSERT_TRUE(MakeSaver(store_).Save(folder_.Path("m")).ok());
  const Checkpoint checkpoint = *Checkpoint::Open(folder_.Path("m"));
  VariableStore store;
  Variable* bar = *store.GetVariable("bar", kF32, {2}, {Zeros(), false, ""});
  ASSERT_TRUE(Initialize(store).status.ok());
  Variable* step = *store.GetVariable("step", kF32, {});

  const Report wrong_dtype = RestoreSaver(checkpoint, store);
  ASSERT_TRUE(store.Variable("absent", kF32, {2}).ok());
  const Report missing_key = RestoreSaver(checkpoint, store);

  EXPECT_EQ(wrong_dtype.status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(missing_key.status.code(), StatusCode::kNotFound);
  EXPECT_THAT(missing_key.status.message(), HasSubstr("Key absent not found in checkpoint"));
  EXPECT_THAT(ValuesOf(*bar), ElementsAre(0, 0));
  EXPECT_TRUE(bar->is_initialized);
  EXPECT_FALSE(step->is_initialized);
}

TEST_F(SaverRestoreTest, ReshapeTakesAnyShapeOfAsManyElements) {
  Make("a", 1, {2, 3});
  Initialise();
  ASSERT_TRUE(MakeSaver(store_).Save(folder_.Path("m")).ok());
  VariableStore other;
  Variable* flat = *other.GetVariable("a", kF32, {6});
  SaverOptions reshape;
  reshape.reshape = true;

  EXPECT_FALSE(MakeSaver(other).Restore(folder_.Path("m")).status.ok());
  const Report report = MakeSaver(other, reshape).Restore(folder_.Path("m"));

  EXPECT_TRUE(report.status.ok()) << report.status.ToString();
  EXPECT_EQ(flat->shape, Shape({6}));
  EXPECT_THAT(ValuesOf(*flat), testing::Each(1.0f));
  VariableStore short_store;
  ASSERT_TRUE(short_store.GetVariable("a", kF32, {5}).ok());
  EXPECT_EQ(MakeSaver(short_store, reshape).Restore(folder_.Path("m")).status.tf_class(),
            "InvalidArgumentError");
}

TEST_F(SaverRestoreTest, AVariableOfUnknownShapeTakesTheStoredOneAndKeepsItsOwnAfterAFailure) {
  Make("a", 7, {3});
  Make("b", 8);
  Initialise();
  ASSERT_TRUE(MakeSaver(store_).Save(folder_.Path("m")).ok());
  VariableStore other;
  Variable* open = *other.Variable("a", kF32, {kUnknownDim},
                                   {ConstantInitializer{{2}, {1, 2}, {}, {}}, true, ""});
  ASSERT_TRUE(Initialize(other).status.ok());
  ASSERT_EQ(open->shape, Shape({2}));
  Saver good = MakeSaver(other);
  SaverOptions reshape;
  reshape.reshape = true;
  Saver reshaping = MakeSaver(other, reshape);
  ASSERT_TRUE(other.Variable("b", DType::kInt32, {2}).ok());
  Saver bad = MakeSaver(other);

  EXPECT_FALSE(bad.Restore(folder_.Path("m")).status.ok());
  EXPECT_FALSE(reshaping.Restore(folder_.Path("m")).status.ok());
  EXPECT_EQ(open->shape, Shape({2}));
  EXPECT_THAT(ValuesOf(*open), ElementsAre(1, 2));
  EXPECT_TRUE(good.Restore(folder_.Path("m")).status.ok());
  EXPECT_EQ(open->shape, Shape({3}));
  EXPECT_THAT(ValuesOf(*open), ElementsAre(7, 7, 7));
  open->is_initialized = false;
  EXPECT_EQ(reshaping.Restore(folder_.Path("m")).status.tf_class(), "FailedPreconditionError");
}

// A checkpoint of tf.train.Checkpoint: values under object paths, and the graph that names them.
void WriteObjectBased(const std::string& prefix) {
  const std::vector<float> two = {5, 6};
  const std::vector<float> four = {1, 2, 3, 4};
  const std::string graph = GraphMaker(4)
                                .Child(0, "w", 1)
                                .Child(0, "e", 2)
                                .Child(0, "old", 3)
                                .Value(1, "dense/w", "w/.ATTRIBUTES/VARIABLE_VALUE")
                                .Value(2, "emb", "e/.ATTRIBUTES/VARIABLE_VALUE")
                                .Value(3, "old", "old/.ATTRIBUTES/VARIABLE_VALUE")
                                .Bytes();
  BundleWriter writer = *BundleWriter::Create(prefix);
  const auto raw = [](const std::vector<float>& values) {
    return std::as_bytes(std::span(values));
  };
  EXPECT_TRUE(writer.Add("w/.ATTRIBUTES/VARIABLE_VALUE", kF32, Shape{2}, raw(two)).ok());
  EXPECT_TRUE(writer.Add("e/.ATTRIBUTES/VARIABLE_VALUE", kF32, Shape{4}, raw(four)).ok());
  EXPECT_TRUE(writer.Add("old/.ATTRIBUTES/VARIABLE_VALUE", kF32, Shape{2}, raw(two)).ok());
  EXPECT_TRUE(writer.AddStrings(kObjectGraphKey, {}, {&graph, 1}).ok());
  EXPECT_TRUE(writer.Finish().ok());
}

// TensorFlow's RestoreV2 op comes before the ops that give values their shapes.
TEST_F(SaverRestoreTest, AWrongDTypeComesBeforeAShapeThatIsNotKnownYet) {
  Make("a", 1);
  Make("b", 2);
  Initialise();
  Saver saver = MakeSaver(store_);
  ASSERT_TRUE(saver.Save(folder_.Path("m")).ok());
  VariableStore other;
  ASSERT_TRUE(
      other.Variable("a", kF32, {kUnknownDim}, {ConstantInitializer{{2}, {1, 2}, {}, {}}, true, ""})
          .ok());
  ASSERT_TRUE(other.GetVariable("b", DType::kInt32, Shape{2}, {Zeros(), false, ""}).ok());
  SaverOptions reshape;
  reshape.reshape = true;

  const Status status = MakeSaver(other, reshape).Restore(folder_.Path("m")).status;

  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument) << status.ToString();
  EXPECT_EQ(status.tensor(), "b");
}

TEST_F(SaverRestoreTest, AnObjectBasedCheckpointIsRestoredByFullNames) {
  WriteObjectBased(folder_.Path("ckpt-1"));
  Variable* w = Make("dense/w", 0);
  const std::vector<Variable*> parts = *store_.GetPartitionedVariable("emb", kF32, {4}, Shape{2});

  const Report report = MakeSaver(store_).Restore(folder_.Path("ckpt-1"));

  EXPECT_TRUE(report.status.ok()) << report.status.ToString();
  EXPECT_THAT(ValuesOf(*w), ElementsAre(5, 6));
  EXPECT_THAT(ValuesOf(*parts[0]), ElementsAre(1, 2));
  EXPECT_THAT(ValuesOf(*parts[1]), ElementsAre(3, 4));
}

TEST_F(SaverRestoreTest, NamesThatAnObjectGraphLacksAreAllNamed) {
  WriteObjectBased(folder_.Path("ckpt-1"));
  Make("dense/w", 0);
  Make("b", 0);
  Make("a", 0);

  const Status status = MakeSaver(store_).Restore(folder_.Path("ckpt-1")).status;

  EXPECT_EQ(status.tf_class(), "NotFoundError");
  EXPECT_THAT(status.message(), HasSubstr("not in the checkpoint: a, b;"));
  EXPECT_THAT(status.message(), HasSubstr("don't exist now: emb, old; 1 variable name(s)"));
}

TEST_F(SaverRestoreTest, ByFullNameNothingIsReshaped) {
  WriteObjectBased(folder_.Path("ckpt-1"));
  SaverOptions reshape;
  reshape.reshape = true;
  Make("dense/w", 0, {2, 1});

  const Status status = MakeSaver(store_, reshape).Restore(folder_.Path("ckpt-1")).status;

  EXPECT_EQ(status.tf_class(), "InvalidArgumentError");
  EXPECT_THAT(status.message(), HasSubstr("[2,1]"));
}

}  // namespace
}  // namespace thaw
