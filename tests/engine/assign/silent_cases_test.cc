// The twenty cases of docs/tensorflow_rules.md, "What TensorFlow leaves silent": one test each,
// named by its code. Those of calls are tested with the commands and from Python.

#include "engine/assign/silent_cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/assign/error_findings.h"
#include "tests/engine/assign/fake_checkpoint.h"

namespace thaw {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr DType kF32 = DType::kFloat32;

// A program and what a map does to it.
class SilentCasesTest : public testing::Test {
 protected:
  Variable* Get(const std::string& name, const Shape& shape = {}, DType dtype = kF32) {
    return *store_.GetVariable(name, dtype, shape);
  }

  // Errors first, as a report has them.
  const std::vector<Finding>& Run(const AssignmentMap& map,
                                  std::map<std::string, FakeTensor> tensors) {
    const auto checkpoint = FakeCheckpoint::Make(std::move(tensors));
    const Resolution resolution = ResolveAll(checkpoint, map, store_);
    Apply(resolution, store_);
    const auto variables = ExplainVariables(store_, *checkpoint);
    findings_ = ErrorFindings(resolution, map);
    for (Finding& finding :
         FindSilentCases(store_, variables, UnusedTensors(store_, *checkpoint))) {
      findings_.push_back(std::move(finding));
    }
    return findings_;
  }

  std::vector<Finding> Of(FindingCode code) const {
    std::vector<Finding> of_code;
    for (const Finding& finding : findings_) {
      if (finding.code == code) of_code.push_back(finding);
    }
    return of_code;
  }

  // The only finding of a code; an empty one, and a failure, when there are others.
  Finding Only(FindingCode code, Severity severity) const {
    const std::vector<Finding> of_code = Of(code);
    EXPECT_EQ(of_code.size(), 1u) << FindingCodeName(code);
    if (of_code.size() != 1) return {};
    EXPECT_EQ(of_code[0].severity, severity);
    return of_code[0];
  }

  VariableStore store_;
  std::vector<Finding> findings_;
};

TEST_F(SilentCasesTest, NotInStore) {
  ASSERT_TRUE(store_.Variable("foo", kF32, {}).ok());
  Get("bar");

  Run({{"/", "/"}}, {{"bar", {}}, {"foo", {}}});

  const Finding finding = Only(FindingCode::kNotInStore, Severity::kWarning);
  EXPECT_EQ(finding.variable, "foo");
  EXPECT_THAT(finding.message, HasSubstr("'foo' was made by Variable"));
  EXPECT_THAT(finding.hint, HasSubstr(R"({"foo": {"variable": "foo"}})"));
}

TEST_F(SilentCasesTest, NotInStoreAsAName) {
  ASSERT_TRUE(store_.Variable("foo", kF32, {}).ok());

  Run({{"foo", "foo"}}, {{"foo", {}}});

  const Finding finding = Of(FindingCode::kNotInStore)[0];
  EXPECT_EQ(finding.severity, Severity::kError);
  EXPECT_THAT(finding.hint, HasSubstr(R"({"foo": {"variable": "foo"}})"));
}

TEST_F(SilentCasesTest, ScopeMatchedNothing) {
  Get("model/w");

  Run({{"/", "modle/"}}, {{"w", {}}});

  const std::vector<Finding> findings = Of(FindingCode::kScopeMatchedNothing);
  ASSERT_EQ(findings.size(), 2u) << "one of the entry, one of the variable";
  EXPECT_EQ(findings[0].map_key, "/");
  EXPECT_THAT(findings[0].message, HasSubstr(R"({"/": "modle/"} matched no variable)"));
  EXPECT_THAT(findings[0].hint, HasSubstr("'model/'"));
  EXPECT_EQ(findings[1].variable, "model/w");
  EXPECT_THAT(findings[1].hint, HasSubstr(R"({"/": "model/"})"));
}

TEST_F(SilentCasesTest, ScopeMatchedNothingInAnEmptyStore) {
  ASSERT_TRUE(store_.Variable("w", kF32, {}).ok());

  Run({{"/", "/"}}, {{"w", {}}});

  EXPECT_THAT(Of(FindingCode::kScopeMatchedNothing)[0].hint, HasSubstr("store is empty"));
}

TEST_F(SilentCasesTest, ScopeTensorMissing) {
  Get("s/w");
  Get("s/w/Adam/");
  Get("s/bias");
  Get("s/step");

  Run({{"old/", "s/"}}, {{"old/w", {}}, {"old/bais", {}}, {"bias", {}}});

  const std::vector<Finding> findings = Of(FindingCode::kScopeTensorMissing);
  ASSERT_EQ(findings.size(), 3u) << "all at once";
  EXPECT_EQ(findings[0].variable, "s/bias");
  EXPECT_EQ(findings[0].tensor, "old/bias");
  EXPECT_THAT(findings[0].hint, HasSubstr("'old/bais'"));
  EXPECT_THAT(findings[0].message,
              HasSubstr("3 variables of the scope without a tensor, 1 would restore"));
  EXPECT_EQ(findings[2].variable, "s/w/Adam/");
}

TEST_F(SilentCasesTest, ScopeTensorMissingForWantOfAScope) {
  Get("model/w");

  Run({{"/", "/"}}, {{"w", {}}});

  EXPECT_THAT(Only(FindingCode::kScopeTensorMissing, Severity::kError).hint,
              HasSubstr(R"({"/": "model/"} would find it)"));
}

TEST_F(SilentCasesTest, NameNotInStore) {
  Get("kernel");

  Run({{"w", "kernal"}}, {{"w", {}}});

  const Finding finding = Only(FindingCode::kNameNotInStore, Severity::kError);
  EXPECT_THAT(finding.message, HasSubstr("no variable named 'kernal'"));
  EXPECT_THAT(finding.hint, AllOf(HasSubstr("'kernel'"), HasSubstr("end both with \"/\"")));
}

TEST_F(SilentCasesTest, ScopeWithoutSlash) {
  Get("new/w");

  Run({{"old/", "new"}}, {{"old/w", {}}});

  const Finding finding = Only(FindingCode::kScopeWithoutSlash, Severity::kError);
  EXPECT_EQ(finding.tensor, "old/ew/w") << "the first letter is cut off";
  EXPECT_THAT(finding.hint, HasSubstr(R"({"old/": "new/"})"));
}

TEST_F(SilentCasesTest, ScopeWithoutSlashThatFindsTensors) {
  Get("xw");

  Run({{"old/", "new"}}, {{"old/w", {}}});

  const Finding finding = Only(FindingCode::kScopeWithoutSlash, Severity::kWarning);
  EXPECT_THAT(finding.message, HasSubstr("first letter of every name is cut off"));
  EXPECT_THAT(finding.hint, HasSubstr(R"({"old/": "new/"})"));
}

TEST_F(SilentCasesTest, ParentScope) {
  Get("a/w");

  Run({{"/", "a/b"}}, {{"w", {}}});

  const Finding finding = Only(FindingCode::kParentScope, Severity::kWarning);
  EXPECT_THAT(finding.message, HasSubstr("stands for the scope 'a/', not 'a/b/'"));
  EXPECT_THAT(finding.hint, HasSubstr(R"({"/": "a/b/"})"));
}

TEST_F(SilentCasesTest, ScopeExpansion) {
  Get("s/w");
  Get("s/b");
  Get("t/w");

  Run({{"/", "s/"}, {"t/", "/"}},
      {{"w", {}}, {"b", {}}, {"t/s/w", {}}, {"t/s/b", {}}, {"t/t/w", {}}});

  const std::vector<Finding> findings = Of(FindingCode::kScopeExpansion);
  ASSERT_EQ(findings.size(), 1u) << "the second entry took all";
  EXPECT_THAT(findings[0].message,
              HasSubstr(R"({"t/": "/"} assigns 3 variables: 's/w' gets 't/s/w', its whole name)"));
  EXPECT_THAT(findings[0].hint, HasSubstr(R"({"t/": "s/"} would take 's/' off)"));
}

TEST_F(SilentCasesTest, ShapeMismatch) {
  Get("w", {2, 3});

  Run({{"w", "w"}}, {{"w", {{2, 4}, kF32, {}}}});

  EXPECT_THAT(Only(FindingCode::kShapeMismatch, Severity::kError).message,
              AllOf(HasSubstr("(2, 3)"), HasSubstr("[2, 4]"), HasSubstr("dimension 1")));
}

TEST_F(SilentCasesTest, ScopeShapeMismatch) {
  Get("w", {2, 3});

  Run({{"/", "/"}}, {{"w", {{2, 4}, kF32, {}}}});

  const Finding finding = Only(FindingCode::kScopeShapeMismatch, Severity::kError);
  EXPECT_EQ(finding.variable, "w");
  EXPECT_THAT(finding.message, AllOf(HasSubstr("[2,3]"), HasSubstr("[2,4]")));
}

TEST_F(SilentCasesTest, DtypeMismatch) {
  Get("w", {2}, DType::kBFloat16);

  Run({{"w", "w"}}, {{"w", {{2}, kF32, {}}}});

  const Finding finding = Only(FindingCode::kDTypeMismatch, Severity::kError);
  EXPECT_EQ(finding.variable, "w");
  EXPECT_THAT(finding.message, AllOf(HasSubstr("bfloat16"), HasSubstr("float32")));
  EXPECT_THAT(finding.hint, HasSubstr("nothing is converted unasked"));
}

TEST_F(SilentCasesTest, PartMissing) {
  ASSERT_TRUE(store_.GetPartitionedVariable("w", kF32, {4}, Shape{2}).ok());
  Get("w/part_3", {2});

  Run({{"w", "w"}}, {{"w", {{4}, kF32, {}}}});

  const Finding finding = Only(FindingCode::kPartMissing, Severity::kWarning);
  EXPECT_EQ(finding.variable, "w");
  EXPECT_THAT(finding.message, HasSubstr("'w/part_2' is missing"));
}

TEST_F(SilentCasesTest, NameCutAtPart) {
  Get("a/part_of_speech/w");

  Run({{"/", "/"}}, {{"a", {}}});

  const Finding finding = Only(FindingCode::kNameCutAtPart, Severity::kError);
  EXPECT_THAT(finding.message, AllOf(HasSubstr("'a/part_of_speech/w'"), HasSubstr("'a'")));
}

TEST_F(SilentCasesTest, NameCutAtPartOfASlotInSilence) {
  ASSERT_TRUE(store_.GetPartitionedVariable("w", kF32, {4}, Shape{2}).ok());
  Get("w/part_0/Adam/", {2});

  Run({{"/", "/"}}, {{"w", {{4}, kF32, {}}}});

  const Finding finding = Only(FindingCode::kNameCutAtPart, Severity::kWarning);
  EXPECT_EQ(finding.variable, "w/part_0/Adam");
  EXPECT_THAT(finding.message, HasSubstr("passes over 'w/part_0/Adam/'"));
}

TEST_F(SilentCasesTest, MixedParts) {
  ASSERT_TRUE(store_.GetPartitionedVariable("a", kF32, {4}, Shape{2}).ok());
  ASSERT_TRUE(store_.GetPartitionedVariable("b", kF32, {4}, Shape{2}).ok());
  AssignmentMap map;
  map.AddParts("w", {"a/part_0", "b/part_1"});

  Run(map, {{"w", {{4}, kF32, {}}}});

  EXPECT_THAT(Only(FindingCode::kMixedParts, Severity::kError).message, HasSubstr("a != b"));
}

TEST_F(SilentCasesTest, Overridden) {
  Get("w");
  Get("b");

  Run({{"/", "/"}, {"x", "w"}}, {{"w", {}}, {"b", {}}, {"x", {}}});

  const Finding finding = Only(FindingCode::kOverridden, Severity::kWarning);
  EXPECT_EQ(finding.variable, "w");
  EXPECT_THAT(finding.message, HasSubstr("it gets 'x', not 'w'"));
}

TEST_F(SilentCasesTest, OverriddenByALaterCall) {
  Get("w");

  Run({{"w", "w"}}, {{"w", {}}});
  EXPECT_TRUE(Of(FindingCode::kOverridden).empty());
  Run({{"x", "w"}}, {{"x", {}}});

  EXPECT_THAT(Only(FindingCode::kOverridden, Severity::kWarning).message,
              HasSubstr("gets 'x', not 'w'"));
}

TEST_F(SilentCasesTest, TensorShared) {
  Get("a");
  Get("b");
  ASSERT_TRUE(store_.GetPartitionedVariable("p", kF32, {4}, Shape{2}).ok());

  Run({{"w", "a"}, {"w", "b"}, {"p", "p"}}, {{"w", {}}, {"p", {{4}, kF32, {}}}});

  const Finding finding = Only(FindingCode::kTensorShared, Severity::kNote);
  EXPECT_EQ(finding.tensor, "w") << "parts of one variable share a tensor by nature";
  EXPECT_THAT(finding.message, HasSubstr("2 variables: 'a', 'b'"));
  EXPECT_THAT(finding.hint, HasSubstr("list of pairs"));
}

TEST_F(SilentCasesTest, OutputSuffix) {
  Get("w");
  Get("s/v");

  Run({{"w:0", "w"}, {"x", "w:0"}, {"t/", "s/v:0"}}, {{"w", {}}, {"x", {}}});

  const std::vector<Finding> findings = Of(FindingCode::kOutputSuffix);
  ASSERT_EQ(findings.size(), 3u);
  for (const Finding& finding : findings) EXPECT_THAT(finding.hint, HasSubstr("no \":0\""));
}

TEST_F(SilentCasesTest, AlreadyInitialized) {
  Get("w")->is_initialized = true;
  Get("b");

  Run({{"/", "/"}}, {{"w", {}}, {"b", {}}});

  const Finding finding = Only(FindingCode::kAlreadyInitialized, Severity::kWarning);
  EXPECT_EQ(finding.variable, "w");
  EXPECT_THAT(finding.message, HasSubstr("changes no value"));
}

TEST_F(SilentCasesTest, Restored) {
  Get("w");
  Get("b");

  Run({{"w", "w"}}, {{"w", {}}});

  EXPECT_EQ(Only(FindingCode::kRestored, Severity::kNote).message,
            "1 of 2 variables from the checkpoint: 'w'");
}

TEST_F(SilentCasesTest, LeftOver) {
  Get("w");
  Get("encoder/kernel");

  Run({{"w", "w"}}, {{"w", {}}, {"bert/kernel", {}}});

  const Finding finding = Only(FindingCode::kLeftOver, Severity::kNote);
  EXPECT_THAT(finding.message,
              AllOf(HasSubstr("1 variable gets no tensor ('encoder/kernel')"),
                    HasSubstr("1 tensor of the checkpoint is not used ('bert/kernel')")));
  EXPECT_THAT(finding.hint, HasSubstr("thaw suggest"));
}

TEST_F(SilentCasesTest, ErrorsComeBeforeWarningsBeforeNotes) {
  Get("w", {2});
  Get("b");

  const std::vector<Finding>& findings = Run({{"w", "w"}, {"x", "b"}}, {{"w", {}}, {"x", {}}});

  EXPECT_TRUE(
      std::is_sorted(findings.begin(), findings.end(),
                     [](const Finding& a, const Finding& b) { return a.severity < b.severity; }));
  EXPECT_GE(findings.size(), 3u);
}

}  // namespace
}  // namespace thaw
