#include "engine/assign/resolver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/engine/assign/fake_checkpoint.h"

namespace thaw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr DType kF32 = DType::kFloat32;

// "variable <- tensor [slice]" of each assignment, in order.
std::vector<std::string> Texts(const Resolution& resolution) {
  std::vector<std::string> texts;
  for (const Assignment& assignment : resolution.assignments) {
    std::string text = assignment.variable->op_name + " <- " + assignment.source.tensor;
    if (!assignment.source.slice_spec.empty()) text += " [" + assignment.source.slice_spec + "]";
    texts.push_back(std::move(text));
  }
  return texts;
}

// A store of unpartitioned scalars, all made by get_variable.
VariableStore Scalars(const std::vector<std::string>& names) {
  VariableStore store;
  for (const std::string& name : names) EXPECT_TRUE(store.GetVariable(name, kF32, {}).ok()) << name;
  return store;
}

std::shared_ptr<const CheckpointReader> ScalarTensors(const std::vector<std::string>& names) {
  std::map<std::string, FakeTensor> tensors;
  for (const std::string& name : names) tensors[name] = {};
  return FakeCheckpoint::Make(tensors);
}

// Expects one error and returns it.
Status OnlyError(const Resolution& resolution) {
  EXPECT_EQ(resolution.errors.size(), 1u);
  return resolution.errors.empty() ? Status() : resolution.errors.front().status;
}

struct ScopeCase {
  const char* name;
  std::vector<std::string> variables;
  std::vector<std::string> tensors;
  std::pair<std::string, std::string> entry;
  std::vector<std::string> expected;  // assignments, or one word list of the error
};

class ScopeTest : public testing::TestWithParam<ScopeCase> {};

TEST_P(ScopeTest, IsResolvedAsInTensorFlow) {
  const VariableStore store = Scalars(GetParam().variables);
  AssignmentMap map;
  map.Add(GetParam().entry.first, GetParam().entry.second);

  const Resolution resolution = Resolve(ScalarTensors(GetParam().tensors), map, store);

  EXPECT_THAT(Texts(resolution), testing::ElementsAreArray(GetParam().expected));
  EXPECT_THAT(resolution.errors, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Scopes, ScopeTest,
    testing::Values(
        ScopeCase{"RootToRoot", {"a", "s/b"}, {"a", "s/b"}, {"/", "/"}, {"a <- a", "s/b <- s/b"}},
        ScopeCase{"RootToScope", {"a", "s/b"}, {"b"}, {"/", "s/"}, {"s/b <- b"}},
        ScopeCase{"ScopeToRoot",
                  {"a", "s/b"},
                  {"t/a", "t/s/b"},
                  {"t/", "/"},
                  {"a <- t/a", "s/b <- t/s/b"}},
        ScopeCase{"ScopeToScope",
                  {"a", "s/b", "s/c/d"},
                  {"t/b", "t/c/d"},
                  {"t/", "s/"},
                  {"s/b <- t/b", "s/c/d <- t/c/d"}},
        ScopeCase{"LastComponentIsDropped",
                  {"a/x", "a/b/y"},
                  {"t/x", "t/b/y"},
                  {"t/", "a/b"},
                  {"a/b/y <- t/b/y", "a/x <- t/x"}},
        ScopeCase{"OutputIsNotStripped", {"a/x"}, {"t/x"}, {"t/", "a/x:0"}, {"a/x <- t/x"}},
        ScopeCase{"WithoutSlashCutsAFirstLetter", {"xa"}, {"t/a"}, {"t/", "foo"}, {"xa <- t/a"}},
        ScopeCase{"EmptyValueCutsAFirstLetter", {"xa"}, {"t/a"}, {"t/", ""}, {"xa <- t/a"}},
        ScopeCase{
            "ScopeIsNotAPrefix", {"foo/a", "foo_1/a", "foo"}, {"a"}, {"/", "foo/"}, {"foo/a <- a"}},
        ScopeCase{"DoubleSlash", {"a//x"}, {"t/x"}, {"t/", "a//"}, {"a//x <- t/x"}},
        ScopeCase{"SlotLosesItsSlash", {"w/Adam/"}, {"w/Adam"}, {"/", "/"}, {"w/Adam <- w/Adam"}},
        ScopeCase{"NothingMatches", {"a"}, {"a"}, {"/", "nosuch/"}, {}},
        ScopeCase{"PartOfSpeechIsCut", {"a/part_of_speech/w", "a"}, {"a"}, {"/", "/"}, {"a <- a"}}),
    [](const auto& test) { return test.param.name; });

TEST(ResolverTest, NameWinsOverScope) {
  const VariableStore store = Scalars({"foo", "foo/x"});

  const auto resolution = Resolve(ScalarTensors({"t"}), {{"t", "foo"}}, store);

  EXPECT_THAT(Texts(resolution), ElementsAre("foo <- t"));
}

TEST(ResolverTest, EntriesAreSortedByKeyAndTheLastWins) {
  VariableStore store = Scalars({"a/x", "a/y"});
  const auto checkpoint = ScalarTensors({"t/x", "t/y", "other"});

  // "other" sorts before "t/"; so the scope, given first, comes last and wins.
  const auto resolution = Resolve(checkpoint, {{"t/", "a/"}, {"other", "a/x"}}, store);
  Apply(resolution, store);

  EXPECT_THAT(Texts(resolution), ElementsAre("a/x <- other", "a/x <- t/x", "a/y <- t/y"));
  EXPECT_EQ(store.FindKey("a/x")->source->tensor, "t/x");
  EXPECT_EQ(store.applied_entries()[0].map_key, "other");
  EXPECT_EQ(store.applied_entries()[1].num_matches, 2u);
}

TEST(ResolverTest, OneTensorMayGoToManyVariables) {
  const VariableStore store = Scalars({"a", "b"});

  const auto resolution = Resolve(ScalarTensors({"t"}), {{"t", "b"}, {"t", "a"}}, store);

  EXPECT_THAT(Texts(resolution), ElementsAre("b <- t", "a <- t"));
}

TEST(ResolverTest, ObjectsAreReachedByOpNameInTheStoreOrNot) {
  VariableStore store;
  ASSERT_TRUE(store.Variable("foo", kF32, {}).ok());
  ASSERT_TRUE(store.GetVariable("foo", kF32, {}).ok());  // op name foo_1
  const auto checkpoint = ScalarTensors({"foo"});
  AssignmentMap objects;
  objects.AddVariable("foo", "foo");
  objects.AddVariable("foo", "foo_1");

  EXPECT_THAT(Texts(Resolve(checkpoint, objects, store)),
              ElementsAre("foo <- foo", "foo_1 <- foo"));
  EXPECT_THAT(Texts(Resolve(checkpoint, {{"foo", "foo"}}, store)), ElementsAre("foo_1 <- foo"));
  EXPECT_THAT(Texts(Resolve(checkpoint, {{"/", "/"}}, store)), ElementsAre("foo_1 <- foo"));
}

// A store with emb in 3 parts of one row, whole in a checkpoint.
struct Partitioned {
  VariableStore store;
  std::shared_ptr<const CheckpointReader> checkpoint =
      FakeCheckpoint::Make({{"emb", {{3, 2}, kF32, {}}}, {"e", {{3, 2}, kF32, {}}}});

  Partitioned() {
    EXPECT_TRUE(store.GetPartitionedVariable("emb", kF32, {3, 2}, Shape{3, 1}).ok());
    EXPECT_TRUE(store.GetPartitionedVariable("other", kF32, {3, 2}, Shape{3, 1}).ok());
    EXPECT_TRUE(store.GetVariable("plain", kF32, {3, 2}).ok());
  }
};

TEST(ResolverTest, PartitionedVariableIsReachedByItsName) {
  Partitioned p;
  EXPECT_THAT(Texts(Resolve(p.checkpoint, {{"emb", "emb"}}, p.store)),
              ElementsAre("emb/part_0 <- emb [3 2 0,1:0,2]", "emb/part_1 <- emb [3 2 1,1:0,2]",
                          "emb/part_2 <- emb [3 2 2,1:0,2]"));
}

TEST(ResolverTest, ScopeThatIsAPartitionedVariableDropsALetterMore) {
  Partitioned p;
  // "emb/part_0" lies in scope "emb"; cut at "/part_" nothing is left of the name: tensor "e".
  EXPECT_THAT(Texts(Resolve(p.checkpoint, {{"e/", "emb/"}}, p.store)),
              ElementsAre("emb/part_0 <- e [3 2 0,1:0,2]", "emb/part_1 <- e [3 2 1,1:0,2]",
                          "emb/part_2 <- e [3 2 2,1:0,2]"));
}

TEST(ResolverTest, ListOfPartsMayBeInAnyOrderAndIncomplete) {
  Partitioned p;
  AssignmentMap map;
  map.AddParts("e", {"emb/part_2", "emb/part_0"});

  EXPECT_THAT(Texts(Resolve(p.checkpoint, map, p.store)),
              ElementsAre("emb/part_2 <- e [3 2 2,1:0,2]", "emb/part_0 <- e [3 2 0,1:0,2]"));
}

TEST(ResolverTest, MixedListKeepsThePartsBeforeTheError) {
  Partitioned p;
  AssignmentMap map;
  map.AddParts("emb", {"emb/part_0", "other/part_1", "emb/part_2"});

  const auto resolution = Resolve(p.checkpoint, map, p.store);

  EXPECT_THAT(Texts(resolution), ElementsAre("emb/part_0 <- emb [3 2 0,1:0,2]"));
  EXPECT_THAT(OnlyError(resolution).what(), HasSubstr("emb != other"));
}

TEST(ResolverTest, ListWithAVariableThatIsNoPartIsAValueError) {
  Partitioned p;
  AssignmentMap map;
  map.AddParts("emb", {"plain"});

  EXPECT_EQ(OnlyError(Resolve(p.checkpoint, map, p.store)).tf_class(), "ValueError");
}

TEST(ResolverTest, EmptyListOnlyChecksItsKey) {
  Partitioned p;
  AssignmentMap map;
  map.AddParts("emb", {});
  AssignmentMap missing;
  missing.AddParts("nosuch", {});

  EXPECT_THAT(Resolve(p.checkpoint, map, p.store).entries_without_match, ElementsAre(0u));
  EXPECT_EQ(OnlyError(Resolve(p.checkpoint, missing, p.store)).tensor(), "nosuch");
}

TEST(ResolverTest, OnePartByItselfTakesAWholeTensor) {
  Partitioned p;
  const auto checkpoint = FakeCheckpoint::Make({{"row", {{1, 2}, kF32, {}}}});

  EXPECT_THAT(Texts(Resolve(checkpoint, {{"row", "emb/part_1"}}, p.store)),
              ElementsAre("emb/part_1 <- row"));
  EXPECT_THAT(OnlyError(Resolve(p.checkpoint, {{"emb", "emb/part_1"}}, p.store)).hint(),
              HasSubstr("emb/part_1' is a part of 'emb'"));
}

TEST(ResolverTest, PartsEndAtTheFirstGap) {
  Partitioned p;
  ASSERT_TRUE(p.store.GetVariable("emb/part_4", kF32, {1, 2}).ok());
  EXPECT_EQ(Texts(Resolve(p.checkpoint, {{"emb", "emb"}}, p.store)).size(), 3u);

  ASSERT_TRUE(p.store.GetVariable("emb/part_3", kF32, {1, 2}).ok());
  const auto resolution = Resolve(p.checkpoint, {{"emb", "emb"}}, p.store);
  EXPECT_EQ(resolution.assignments.size(), 3u);
  EXPECT_THAT(OnlyError(resolution).what(), HasSubstr("'emb/part_3' is no part"));
}

struct ErrorCase {
  const char* name;
  std::vector<std::string> variables;
  std::vector<std::string> tensors;
  std::pair<std::string, std::string> entry;
  const char* tensor;
  const char* words;
  const char* hint;
};

class ErrorTest : public testing::TestWithParam<ErrorCase> {};

TEST_P(ErrorTest, NamesTheTensorAndWhatToWriteInstead) {
  const VariableStore store = Scalars(GetParam().variables);
  AssignmentMap map;
  map.Add(GetParam().entry.first, GetParam().entry.second);

  const Status error = OnlyError(Resolve(ScalarTensors(GetParam().tensors), map, store));

  EXPECT_EQ(error.tf_class(), "ValueError");
  EXPECT_EQ(error.file(), "fake/model-0");
  EXPECT_EQ(error.tensor(), GetParam().tensor);
  EXPECT_THAT(error.what(), HasSubstr(GetParam().words));
  EXPECT_THAT(error.hint(), HasSubstr(GetParam().hint));
}

INSTANTIATE_TEST_SUITE_P(
    Errors, ErrorTest,
    testing::Values(
        ErrorCase{"MissingTensor",
                  {"w"},
                  {"weight"},
                  {"weigth", "w"},
                  "weigth",
                  "not found in the checkpoint",
                  "weight"},
        ErrorCase{"KeyWithOutput", {"w"}, {"w"}, {"w:0", "w"}, "w:0", "not found", "write \"w\""},
        ErrorCase{
            "ScopeKeyForAVariable", {"w"}, {"w"}, {"w/", "w"}, "w/", "not found", "write \"w\""},
        ErrorCase{"MisspeltVariable",
                  {"weights"},
                  {"w"},
                  {"w", "wieghts"},
                  "w",
                  "no variable named 'wieghts'",
                  "weights"},
        ErrorCase{"ValueWithOutput",
                  {"w"},
                  {"w"},
                  {"w", "w:0"},
                  "w",
                  "no variable named 'w:0'",
                  "write \"w\""},
        ErrorCase{"SlotByName",
                  {"w/Adam/"},
                  {"w"},
                  {"w", "w/Adam"},
                  "w",
                  "no variable named",
                  "\"w/Adam/\""},
        ErrorCase{"ScopeWithoutSlash",
                  {"new/w"},
                  {"old/w"},
                  {"old/", "new"},
                  "old/ew/w",
                  "not found",
                  "{\"old/\": \"new/\"}"},
        ErrorCase{"MissingInScope",
                  {"s/w", "s/step"},
                  {"w"},
                  {"/", "s/"},
                  "step",
                  "variable 's/step'",
                  "every variable of a scope"},
        ErrorCase{"CutName",
                  {"a/part_of_speech/w"},
                  {"a"},
                  {"/", "/"},
                  "a",
                  "cuts the name 'a/part_of_speech/w'",
                  "map it by name"}),
    [](const auto& test) { return test.param.name; });

TEST(ResolverTest, ObjectOutsideTheStoreIsNamedInTheHint) {
  VariableStore store;
  ASSERT_TRUE(store.Variable("foo", kF32, {}).ok());

  const Status error = OnlyError(Resolve(ScalarTensors({"foo"}), {{"foo", "foo"}}, store));

  EXPECT_THAT(error.hint(), HasSubstr("write {\"foo\": {\"variable\": \"foo\"}}"));
}

TEST(ResolverTest, ShapesAreComparedByNameButNotInAScope) {
  VariableStore store;
  ASSERT_TRUE(store.GetVariable("w", kF32, {10, 10}).ok());
  const auto checkpoint = FakeCheckpoint::Make({{"w", {{1, 10}, kF32, {}}}});

  const Status error = OnlyError(Resolve(checkpoint, {{"w", "w"}}, store));
  EXPECT_THAT(error.what(), HasSubstr("(10, 10)"));
  EXPECT_THAT(error.what(), HasSubstr("[1, 10]"));
  EXPECT_THAT(Texts(Resolve(checkpoint, {{"/", "/"}}, store)), ElementsAre("w <- w"));
}

TEST(ResolverTest, UnknownDimensionsFitAnything) {
  VariableStore store;
  ASSERT_TRUE(store.Variable("w", kF32, {kUnknownDim, 2}).ok());
  AssignmentMap map;
  map.AddVariable("w", "w");

  EXPECT_THAT(Resolve(FakeCheckpoint::Make({{"w", {{5, 2}, kF32, {}}}}), map, store).errors,
              IsEmpty());
  EXPECT_EQ(Resolve(FakeCheckpoint::Make({{"w", {{5, 3}, kF32, {}}}}), map, store).errors.size(),
            1u);
}

TEST(ResolverTest, ResolveStopsAtTheFirstErrorAndResolveAllGoesOn) {
  const VariableStore store = Scalars({"a", "b", "c"});
  const auto checkpoint = ScalarTensors({"a", "d"});
  const AssignmentMap map = {{"/", "/"}, {"a", "a"}, {"x", "b"}};

  const auto first = Resolve(checkpoint, map, store);
  const auto all = ResolveAll(checkpoint, map, store);

  EXPECT_THAT(Texts(first), ElementsAre("a <- a"));
  EXPECT_EQ(OnlyError(first).tensor(), "b");
  EXPECT_THAT(first.applied_entries, testing::SizeIs(1));
  EXPECT_TRUE(first.applied_entries[0].failed);
  ASSERT_EQ(all.errors.size(), 3u);
  EXPECT_EQ(all.errors[1].tensor, "c");
  EXPECT_EQ(all.errors[2].tensor, "x");
  EXPECT_EQ(all.errors[2].entry, 2u);
}

TEST(ResolverTest, ResolveAllChecksTheWinnersOnly) {
  const VariableStore store = Scalars({"a"});
  const auto checkpoint =
      FakeCheckpoint::Make({{"bad", {{}, DType::kInt64, {}}}, {"good", {{}, kF32, {}}}});

  EXPECT_THAT(ResolveAll(checkpoint, {{"bad", "a"}, {"good", "a"}}, store).errors, IsEmpty());
  const Status error = OnlyError(ResolveAll(checkpoint, {{"bad", "a"}}, store));
  EXPECT_EQ(error.tf_class(), "InvalidArgumentError");
  EXPECT_EQ(error.tensor(), "bad");
}

}  // namespace
}  // namespace thaw
