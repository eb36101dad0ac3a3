#include "engine/assign/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/assign/resolver.h"
#include "tests/engine/assign/fake_checkpoint.h"

namespace thaw {
namespace {

using testing::HasSubstr;

constexpr DType kF32 = DType::kFloat32;

std::vector<VariableReport> ExplainMap(VariableStore& store, const AssignmentMap& map,
                                       const std::shared_ptr<const CheckpointReader>& checkpoint) {
  Apply(ResolveAll(checkpoint, map, store), store);
  return ExplainVariables(store, *checkpoint);
}

TEST(ExplainTest, FoundingCaseSaysWhatToWriteInstead) {
  VariableStore store;
  ASSERT_TRUE(store.Variable("foo", kF32, {}).ok());
  ASSERT_TRUE(store.GetVariable("bar", kF32, {}).ok());
  const auto checkpoint = FakeCheckpoint::Make({{"bar", {}}, {"foo", {}}});

  const auto reports = ExplainMap(store, {{"/", "/"}}, checkpoint);

  EXPECT_EQ(reports[0].reason, KeptReason::kNotInStore);
  EXPECT_EQ(reports[0].hint(),
            "'foo' was made by Variable: it is not in the variable store, and {\"/\": \"/\"} "
            "reaches only what get_variable made; write {\"foo\": {\"variable\": \"foo\"}} or "
            "restore with --saver");
  ASSERT_TRUE(reports[1].source);
  EXPECT_EQ(reports[1].source->rule, AssignmentRule::kScope);
  EXPECT_THAT(UnusedTensors(store, *checkpoint), testing::ElementsAre("foo"));
}

struct ReasonCase {
  const char* name;
  std::pair<std::string, std::string> entry;
  KeptReason reason;
  const char* hint;
};

class ReasonTest : public testing::TestWithParam<ReasonCase> {};

// The variable is s/w; the checkpoint has s/w, old/w and x.
TEST_P(ReasonTest, IsGivenWithWhatToWrite) {
  VariableStore store;
  ASSERT_TRUE(store.GetVariable("s/w", kF32, {}).ok());
  ASSERT_TRUE(store.GetVariable("t/x", kF32, {}).ok());
  AssignmentMap map;
  map.Add(GetParam().entry.first, GetParam().entry.second);

  const auto reports =
      ExplainMap(store, map, FakeCheckpoint::Make({{"s/w", {}}, {"old/w", {}}, {"x", {}}}));

  EXPECT_EQ(reports[0].reason, GetParam().reason);
  EXPECT_THAT(reports[0].hint(), HasSubstr(GetParam().hint));
}

INSTANTIATE_TEST_SUITE_P(
    Reasons, ReasonTest,
    testing::Values(
        ReasonCase{"NoMapEntry", {"x", "t/x"}, KeptReason::kNoMapEntry, "write {\"s/w\": \"s/w\"}"},
        ReasonCase{"OutsideScope",
                   {"/", "t/"},
                   KeptReason::kOutsideScope,
                   "outside the scopes of the map (\"t/\")"},
        ReasonCase{"ScopeMatchedNothing",
                   {"old/", "sss/"},
                   KeptReason::kScopeMatchedNothing,
                   "write {\"old/\": \"s/\"}"},
        ReasonCase{
            "EntryFailed", {"nosuch", "s/w"}, KeptReason::kOverridden, "{\"nosuch\": \"s/w\"}"}),
    [](const auto& test) { return test.param.name; });

TEST(ExplainTest, ReasonsHaveTheNamesOfTheInterface) {
  EXPECT_EQ(KeptReasonName(KeptReason::kNotInStore), "not_in_store");
  EXPECT_EQ(KeptReasonName(KeptReason::kNoMapEntry), "no_map_entry");
  EXPECT_EQ(KeptReasonName(KeptReason::kOutsideScope), "outside_scope");
  EXPECT_EQ(KeptReasonName(KeptReason::kScopeMatchedNothing), "scope_matched_nothing");
  EXPECT_EQ(KeptReasonName(KeptReason::kOverridden), "overridden");
}

}  // namespace
}  // namespace thaw
