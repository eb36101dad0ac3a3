#include "engine/assign/suggest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/assign/map_text.h"
#include "engine/assign/resolver.h"
#include "tests/engine/assign/fake_checkpoint.h"

namespace thaw {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr DType kF32 = DType::kFloat32;

class SuggestTest : public testing::Test {
 protected:
  void Get(const std::string& name, const Shape& shape = {4}, DType dtype = kF32) {
    ASSERT_TRUE(store_.GetVariable(name, dtype, shape).ok()) << name;
  }
  void Make(const std::string& name, const Shape& shape = {4}) {
    ASSERT_TRUE(store_.Variable(name, kF32, shape).ok()) << name;
  }
  void Partitioned(const std::string& name) {
    ASSERT_TRUE(store_.GetPartitionedVariable(name, kF32, {4}, Shape{2}).ok()) << name;
  }

  // The entries as a map file has them. Every suggestion must keep its promise: no error, no entry
  // without effect, each variable assigned unless it is unmatched.
  std::vector<std::string> Suggest(std::map<std::string, FakeTensor> tensors) {
    const auto checkpoint = FakeCheckpoint::Make(std::move(tensors));
    suggestion_ = SuggestMap(checkpoint, store_);

    const Resolution resolution = ResolveAll(checkpoint, suggestion_.map, store_);
    EXPECT_TRUE(resolution.errors.empty()) << resolution.errors.front().status.message();
    EXPECT_TRUE(resolution.entries_without_match.empty());
    std::map<std::string, int> assigned;
    for (const Assignment& assignment : resolution.assignments) {
      ++assigned[assignment.variable->op_name];
    }
    for (const Variable* variable : store_.variables()) {
      const std::string name =
          variable->slice_info ? variable->slice_info->full_name : variable->op_name;
      const bool is_unmatched =
          std::any_of(suggestion_.unmatched.begin(), suggestion_.unmatched.end(),
                      [&](const auto& unmatched) { return unmatched.name == name; });
      EXPECT_EQ(assigned[variable->op_name], is_unmatched ? 0 : 1) << variable->op_name;
    }
    std::vector<std::string> entries;
    for (const MapEntry& entry : suggestion_.map.entries()) {
      entries.push_back(EntryText(entry.key, entry.value, MapNotation::kMapFile));
    }
    return entries;
  }

  // Why the only unmatched variable is.
  std::string WhyNot() const {
    EXPECT_EQ(suggestion_.unmatched.size(), 1u);
    return suggestion_.unmatched.empty() ? "" : suggestion_.unmatched[0].why;
  }

  VariableStore store_;
  Suggestion suggestion_;
};

FakeTensor Vector(std::int64_t size = 4, DType dtype = kF32) { return {{size}, dtype, {}}; }

TEST_F(SuggestTest, SameNamesAreOneEntry) {
  Get("w");
  Get("a/w");

  EXPECT_THAT(Suggest({{"w", Vector()}, {"a/w", Vector()}, {"x", Vector()}}),
              ElementsAre(R"({"/": "/"})"));
  EXPECT_EQ(suggestion_.score, 1.0);
  EXPECT_THAT(suggestion_.unused_tensors, ElementsAre("x"));
}

TEST_F(SuggestTest, ScopeRenamedAddedAndTakenOff) {
  Get("a/new/w");
  Get("a/new/b");
  Get("s/c/k");
  Get("s/c/j");
  Get("m/x");
  Get("m/y");

  EXPECT_THAT(Suggest({{"old/w", Vector()},
                       {"old/b", Vector()},
                       {"t/s/c/k", Vector()},
                       {"t/s/c/j", Vector()},
                       {"x", Vector()},
                       {"y", Vector()}}),
              ElementsAre(R"({"/": "m/"})", R"({"old/": "a/new/"})", R"({"t/s/": "s/"})"));
  EXPECT_DOUBLE_EQ(suggestion_.score, 0.95);
}

TEST_F(SuggestTest, ScopeWithAnUnmatchedVariableIsNoScopeEntry) {
  Get("s/w");
  Get("s/b");
  Get("s/fresh");
  Get("s/deep/w");
  Get("s/deep/b");

  EXPECT_THAT(
      Suggest(
          {{"t/w", Vector()}, {"t/b", Vector()}, {"t/deep/w", Vector()}, {"t/deep/b", Vector()}}),
      ElementsAre(R"({"t/b": "s/b"})", R"({"t/deep/": "s/deep/"})", R"({"t/w": "s/w"})"));
  EXPECT_EQ(suggestion_.unmatched[0].name, "s/fresh");
}

TEST_F(SuggestTest, SlotsFollowTheirVariable) {
  Get("m/w");
  Get("m/w/Adam/");
  Get("m/w/Adam_1/");

  EXPECT_THAT(Suggest({{"w", Vector()}, {"w/Adam", Vector()}, {"w/Adam_1", Vector()}}),
              ElementsAre(R"({"/": "m/"})"));
}

TEST_F(SuggestTest, SlotThatIsNotThereKeepsItsScopeOut) {
  Get("w");
  Get("w/Adam/");

  EXPECT_THAT(Suggest({{"w", Vector()}}), ElementsAre(R"({"w": "w"})"));
  EXPECT_THAT(WhyNot(), HasSubstr("no 'Adam' beside 'w'"));
}

TEST_F(SuggestTest, OutsideTheStoreIsAnObject) {
  Make("foo");
  Make("foo");
  Get("bar");

  EXPECT_THAT(Suggest({{"foo", Vector()}, {"foo_1", Vector()}, {"bar", Vector()}}),
              ElementsAre(R"({"bar": "bar"})", R"({"foo": {"variable": "foo"}})",
                          R"({"foo_1": {"variable": "foo_1"}})"));
}

TEST_F(SuggestTest, OpNameSuffixIsNoPartOfTheName) {
  Make("w");
  Get("w");  // op name w_1

  EXPECT_THAT(Suggest({{"w", Vector()}, {"w_1", Vector()}}),
              ElementsAre(R"({"w": {"variable": "w"}})", R"({"w_1": "w"})"));
}

TEST_F(SuggestTest, OpNameSuffixOfAnObjectIsDropped) {
  ASSERT_TRUE(store_.Variable("v", kF32, {2}).ok());
  Make("v");  // op name v_1; v takes no tensor of this shape

  EXPECT_THAT(Suggest({{"v", Vector()}}), ElementsAre(R"({"v": {"variable": "v_1"}})"));
  EXPECT_THAT(WhyNot(), HasSubstr("shape [4], the variable [2]"));
  EXPECT_DOUBLE_EQ(suggestion_.score, 0.4);
}

TEST_F(SuggestTest, AverageStandsForItsVariableWhereThatIsMissing) {
  Get("a");
  Get("b");
  Get("b/ExponentialMovingAverage/");

  EXPECT_THAT(Suggest({{"a/ExponentialMovingAverage", Vector()}, {"b", Vector()}}),
              ElementsAre(R"({"a/ExponentialMovingAverage": "a"})", R"({"b": "b"})",
                          R"({"b": "b/ExponentialMovingAverage/"})"));
}

TEST_F(SuggestTest, VariableIsPreferredToItsAverage) {
  Get("m/a");

  EXPECT_THAT(Suggest({{"a", Vector()}, {"a/ExponentialMovingAverage", Vector()}}),
              ElementsAre(R"({"a": "m/a"})"));
}

TEST_F(SuggestTest, ObjectPathsOfTf2) {
  Get("net/dense/kernel");
  Get("net/dense/kernel/Adam/");
  Get("net/dense/kernel/Adam_1/");
  const std::string path = "dense/kernel/";

  EXPECT_THAT(
      Suggest({{path + ".ATTRIBUTES/VARIABLE_VALUE", Vector()},
               {path + ".OPTIMIZER_SLOT/opt/m/.ATTRIBUTES/VARIABLE_VALUE", Vector()},
               {path + ".OPTIMIZER_SLOT/opt/v/.ATTRIBUTES/VARIABLE_VALUE", Vector()},
               {"_CHECKPOINTABLE_OBJECT_GRAPH", {{}, DType::kString, {}}}}),
      ElementsAre(
          R"({"dense/kernel/.ATTRIBUTES/VARIABLE_VALUE": "net/dense/kernel"})",
          R"({"dense/kernel/.OPTIMIZER_SLOT/opt/m/.ATTRIBUTES/VARIABLE_VALUE": "net/dense/kernel/Adam/"})",
          R"({"dense/kernel/.OPTIMIZER_SLOT/opt/v/.ATTRIBUTES/VARIABLE_VALUE": "net/dense/kernel/Adam_1/"})"));
}

TEST_F(SuggestTest, EscapesOfObjectPathsAreUndone) {
  Get("a.b/c");

  EXPECT_THAT(Suggest({{"a..b.Sc/.ATTRIBUTES/VARIABLE_VALUE", Vector()}}),
              ElementsAre(R"({"a..b.Sc/.ATTRIBUTES/VARIABLE_VALUE": "a.b/c"})"));
}

TEST_F(SuggestTest, PartitionedVariable) {
  Partitioned("m/emb");
  Get("m/w");

  EXPECT_THAT(Suggest({{"emb", Vector()}, {"w", Vector()}}), ElementsAre(R"({"/": "m/"})"));
}

TEST_F(SuggestTest, PartsThatWereSavedAsTensors) {
  Partitioned("emb");

  EXPECT_THAT(Suggest({{"emb/part_0", Vector(2)}, {"emb/part_1", Vector(2)}}),
              ElementsAre(R"({"emb/part_0": "emb/part_0"})", R"({"emb/part_1": "emb/part_1"})"));
}

TEST_F(SuggestTest, StoredSlicesThatDoNotCoverAreRefused) {
  Partitioned("emb");

  EXPECT_THAT(Suggest({{"emb", {{4}, kF32, {TensorSlice{{{0, 2}}}}}}}), IsEmpty());
  EXPECT_THAT(WhyNot(), HasSubstr("sufficient slices"));
}

TEST_F(SuggestTest, NameCutAtPartIsNotPutInAScope) {
  Get("s/part_of_speech/w");
  Get("s/b");

  EXPECT_THAT(Suggest({{"s/part_of_speech/w", Vector()}, {"s/b", Vector()}}),
              ElementsAre(R"({"s/b": "s/b"})", R"({"s/part_of_speech/w": "s/part_of_speech/w"})"));
}

TEST_F(SuggestTest, TransposedIsRefused) {
  Get("m/k", {2, 3});
  Get("m/b");

  EXPECT_THAT(Suggest({{"k", {{3, 2}, kF32, {}}}, {"b", Vector()}}),
              ElementsAre(R"({"b": "m/b"})"));
  EXPECT_THAT(WhyNot(), AllOf(HasSubstr("tensor 'k' does not fit"), HasSubstr("transpose")));
}

TEST_F(SuggestTest, TransposedIsNotReplacedByATensorThatFits) {
  for (const char* layer : {"m/up/", "m/down/"}) Get(std::string(layer) + "bias");
  Get("m/up/kernel", {3, 2});
  Get("m/down/kernel", {2, 3});

  Suggest({{"up/kernel", {{2, 3}, kF32, {}}},
           {"down/kernel", {{3, 2}, kF32, {}}},
           {"up/bias", Vector()},
           {"down/bias", Vector()}});

  EXPECT_EQ(suggestion_.unmatched.size(), 2u) << "up/kernel would fit m/down/kernel";
}

TEST_F(SuggestTest, OtherDtypeIsRefused) {
  Get("w", {4}, DType::kBFloat16);

  EXPECT_THAT(Suggest({{"w", Vector()}}), IsEmpty());
  EXPECT_THAT(WhyNot(), HasSubstr("dtype float32, the variable bfloat16"));
  EXPECT_EQ(suggestion_.score, 0.0);
}

TEST_F(SuggestTest, ShapesTellRenamesApart) {
  Get("fc1/kernel", {2, 3});
  Get("fc1/bias");
  Get("fc2/kernel", {3, 2});
  Get("fc2/bias");

  EXPECT_THAT(Suggest({{"left/kernel", {{3, 2}, kF32, {}}},
                       {"left/bias", Vector()},
                       {"right/kernel", {{2, 3}, kF32, {}}},
                       {"right/bias", Vector()}}),
              ElementsAre(R"({"left/": "fc2/"})", R"({"right/": "fc1/"})"));
}

TEST_F(SuggestTest, NumbersTellRenamesApart) {
  std::map<std::string, FakeTensor> tensors;
  for (int i = 0; i < 12; ++i) {
    const std::string number = std::to_string(i);
    Get("net/block" + number + "/dense/kernel");
    Get("net/block" + number + "/dense/bias");
    tensors["bert/layer_" + number + "/dense/kernel"] = Vector();
    tensors["bert/layer_" + number + "/dense/bias"] = Vector();
  }

  EXPECT_THAT(Suggest(std::move(tensors)), testing::SizeIs(12));
  EXPECT_THAT(suggestion_.unmatched, IsEmpty());
  EXPECT_EQ(suggestion_.map.entries()[4].key, "bert/layer_2/");
  EXPECT_EQ(suggestion_.map.entries()[4].value.name, "net/block2/");
}

TEST_F(SuggestTest, TwoTensorsThatFitAlikeAreAmbiguous) {
  Get("w");

  EXPECT_THAT(Suggest({{"a/w", Vector()}, {"b/w", Vector()}}), IsEmpty());
  EXPECT_THAT(WhyNot(), AllOf(HasSubstr("ambiguous"), HasSubstr("'a/w'"), HasSubstr("'b/w'")));
}

TEST_F(SuggestTest, TwoVariablesForOneTensorAreAmbiguous) {
  Get("left/w");
  Get("right/w");

  EXPECT_THAT(Suggest({{"w", Vector()}}), IsEmpty());
  EXPECT_THAT(suggestion_.unmatched[0].why, HasSubstr("would fit 'right/w' as well"));
  EXPECT_THAT(suggestion_.unmatched[1].why, HasSubstr("would fit 'left/w' as well"));
}

TEST_F(SuggestTest, WhatIsTakenSettlesWhatIsLeft) {
  Get("x/a");
  Get("x/b");
  Get("x/c");
  Get("y/c");

  EXPECT_THAT(Suggest({{"p/a", Vector()}, {"p/b", Vector()}, {"p/c", Vector()}, {"q/c", Vector()}}),
              ElementsAre(R"({"p/": "x/"})"));
  EXPECT_THAT(WhyNot(), HasSubstr("too little to go by"));
}

TEST_F(SuggestTest, FreshVariableBesideExactOnesGetsNoFalseFriend) {
  Get("bert/w");
  Get("bert/b");
  Get("output_bias");

  EXPECT_THAT(Suggest({{"bert/w", Vector()}, {"bert/b", Vector()}, {"cls/output_bias", Vector()}}),
              ElementsAre(R"({"bert/": "bert/"})"));
  EXPECT_THAT(WhyNot(), HasSubstr("doubtful"));
}

TEST_F(SuggestTest, NamesThatAMapFileCannotHoldAreLeft) {
  Get("w");

  EXPECT_THAT(Suggest({{"\xff/w", Vector()}}), IsEmpty());
  EXPECT_EQ(WhyNot(), "no tensor that is left has a name like it");
}

TEST_F(SuggestTest, EmptyModelAndEmptyCheckpoint) {
  EXPECT_THAT(Suggest({{"w", Vector()}}), IsEmpty());
  EXPECT_EQ(suggestion_.score, 1.0);
  Get("w");
  EXPECT_THAT(Suggest({}), IsEmpty());
  EXPECT_EQ(suggestion_.score, 0.0);
}

TEST_F(SuggestTest, ManyNamesThatAreAllAlike) {
  constexpr int kCount = 5000;
  std::map<std::string, FakeTensor> tensors;
  for (int i = 0; i < kCount; ++i) {
    const std::string name = "layer_" + std::to_string(i) + "/dense/kernel";
    Get("net/" + name);
    tensors["old/" + name] = Vector();
  }

  EXPECT_THAT(Suggest(std::move(tensors)), ElementsAre(R"({"old/": "net/"})"));
}

}  // namespace
}  // namespace thaw
