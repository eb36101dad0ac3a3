#include "engine/variables/scopes/variable_scope.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace thaw {
namespace {

// The expected names are those that TensorFlow 2.21 gave for the same programs.
class VariableScopeTest : public testing::Test {
 protected:
  static ScopeRequest Named(std::string name, Reuse reuse = Reuse::kDefault) {
    ScopeRequest request;
    request.name = std::move(name);
    request.reuse = reuse;
    return request;
  }
  static ScopeRequest Default(std::string name) {
    ScopeRequest request;
    request.default_name = std::move(name);
    return request;
  }
  static ScopeRequest Object(std::shared_ptr<VariableScope> scope, Reuse reuse = Reuse::kDefault) {
    ScopeRequest request;
    request.scope = std::move(scope);
    request.reuse = reuse;
    return request;
  }

  // Enters and leaves at once.
  std::shared_ptr<VariableScope> Visit(ScopeRequest request) {
    ScopeEntry entry(&scopes_, std::move(request));
    const auto scope = entry.Enter();
    EXPECT_TRUE(entry.Exit().ok());
    return *scope;
  }
  static std::string Names(const VariableScope& scope) {
    return scope.name() + " " + scope.original_name_scope();
  }

  OpNames op_names_;
  ScopeStack scopes_{&op_names_};
};

TEST_F(VariableScopeTest, DefaultNamesAreCountedUnderTheScopeThatIsOpen) {
  std::vector<std::string> names;
  ScopeEntry a(&scopes_, Named("a"));
  const auto a_scope = *a.Enter();
  for (int i = 0; i < 3; ++i) names.push_back(Names(*Visit(Default("d"))));
  ASSERT_TRUE(a.Exit().ok());
  ScopeEntry again(&scopes_, Named("a"));
  ASSERT_TRUE(again.Enter().ok());
  names.push_back(Names(*Visit(Default("d"))));
  ASSERT_TRUE(again.Exit().ok());
  ScopeEntry object(&scopes_, Object(a_scope));
  ASSERT_TRUE(object.Enter().ok());
  names.push_back(Names(*Visit(Default("d"))));
  names.push_back(Names(*Visit(Named("d_1"))));
  names.push_back(Names(*Visit(Default("d"))));
  ASSERT_TRUE(object.Exit().ok());
  names.push_back(Names(*Visit(Default("a"))));
  names.push_back(Names(*Visit(Default("A"))));

  EXPECT_EQ(names, (std::vector<std::string>{"a/d a/d/", "a/d_1 a/d_1/", "a/d_2 a/d_2/",
                                             "a/d a_1/d/", "a/d a_2/d/", "a/d_1 a_2/d_1/",
                                             "a/d_2 a_2/d_2/", "a_1 a_3/", "A A_4/"}));
}

TEST_F(VariableScopeTest, ObjectIsAbsoluteWithItsOwnSettings) {
  ScopeRequest request = Named("r");
  request.settings.dtype = DType::kInt32;
  const auto r = Visit(std::move(request));
  ScopeEntry outer(&scopes_, Named("p", Reuse::kYes));
  ASSERT_TRUE(outer.Enter().ok());

  ScopeEntry entry(&scopes_, Object(r));
  const auto scope = *entry.Enter();

  EXPECT_NE(scope, r);
  EXPECT_EQ(Names(*scope), "r r/");
  EXPECT_EQ(scopes_.name_scope(), "p/r");
  EXPECT_EQ(scope->reuse(), Reuse::kNo);
  EXPECT_EQ(scope->settings().dtype, DType::kInt32);
  scope->reuse_variables();
  EXPECT_EQ(r->reuse(), Reuse::kNo);
}

TEST_F(VariableScopeTest, ReuseIsInheritedAndCannotBeSwitchedOff) {
  const std::vector<Reuse> given = {Reuse::kDefault, Reuse::kNo, Reuse::kYes, Reuse::kAuto};
  const std::vector<Reuse> alone = {Reuse::kNo, Reuse::kNo, Reuse::kYes, Reuse::kAuto};
  for (std::size_t outer = 0; outer < given.size(); ++outer) {
    ScopeEntry entry(&scopes_, Named("a", given[outer]));
    const auto a = *entry.Enter();
    EXPECT_EQ(a->reuse(), alone[outer]);
    for (std::size_t inner = 0; inner < given.size(); ++inner) {
      const Reuse expected = inner < 2 ? alone[outer] : alone[inner];
      EXPECT_EQ(Visit(Named("b", given[inner]))->reuse(), expected);
      EXPECT_EQ(Visit(Object(a, given[inner]))->reuse(), expected);
    }
    ASSERT_TRUE(entry.Exit().ok());
  }
}

TEST_F(VariableScopeTest, EnteringAgainKeepsTheNamesAndOpensANewNameScope) {
  ScopeEntry a(&scopes_, Named("a"));
  std::vector<std::string> seen;
  for (int i = 0; i < 2; ++i) {
    seen.push_back(Names(**a.Enter()) + " " + scopes_.name_scope());
    ASSERT_TRUE(a.Exit().ok());
  }
  ScopeEntry q(&scopes_, Named("q", Reuse::kYes));
  ASSERT_TRUE(q.Enter().ok());
  seen.push_back(Names(**a.Enter()) + " " + scopes_.name_scope());
  ASSERT_TRUE(a.Exit().ok());
  ASSERT_TRUE(q.Exit().ok());

  EXPECT_EQ(seen, (std::vector<std::string>{"a a/ a", "a a/ a_1", "q/a a/ q/a"}));
  // What it inherited once it keeps.
  EXPECT_EQ((*a.Enter())->reuse(), Reuse::kYes);
}

TEST_F(VariableScopeTest, WithoutAuxiliaryNameScopeTheCurrentOneStays) {
  const auto r = Visit(Named("r"));
  ScopeEntry n(&scopes_, Named("n"));
  ASSERT_TRUE(n.Enter().ok());
  std::vector<std::string> seen;
  for (ScopeRequest request : {Object(r), Named("m"), Default("dd")}) {
    request.auxiliary_name_scope = false;
    ScopeEntry entry(&scopes_, std::move(request));
    seen.push_back(Names(**entry.Enter()) + " " + scopes_.name_scope());
    ASSERT_TRUE(entry.Exit().ok());
  }

  EXPECT_EQ(seen, (std::vector<std::string>{"r r/ n", "n/m n/ n", "n/dd n/ n"}));
}

TEST_F(VariableScopeTest, OddNames) {
  EXPECT_EQ(Names(*Visit(Named("s/"))), "s/ s/");
  EXPECT_EQ(Names(*Visit(Named("s/t"))), "s/t s/t/");
  ScopeEntry s(&scopes_, Named("s"));
  ASSERT_TRUE(s.Enter().ok());
  EXPECT_EQ(Names(*Visit(Named(""))), "s/ ");
  EXPECT_EQ(Names(*Visit(Named("_t"))), "s/_t s/_t/");

  ScopeStack fresh(&op_names_);
  for (const char* name : {"_a", "a b", "-a", "a:0"}) {
    ScopeEntry bad(&fresh, Named(name));
    EXPECT_EQ(bad.Enter().status().tf_class(), "ValueError") << name;
    EXPECT_EQ(fresh.current()->name(), "");
  }
}

TEST_F(VariableScopeTest, ReuseNeedsAName) {
  for (const Reuse reuse : {Reuse::kYes, Reuse::kAuto}) {
    ScopeRequest request = Default("d");
    request.reuse = reuse;
    ScopeEntry entry(&scopes_, std::move(request));
    const Status status = entry.Enter().status();
    EXPECT_EQ(status.tf_class(), "ValueError");
    EXPECT_NE(status.what().find("without a name_or_scope"), std::string::npos);
  }
}

TEST_F(VariableScopeTest, LeavingTheOuterScopeFirstIsARuntimeError) {
  ScopeEntry a(&scopes_, Named("a"));
  ScopeEntry b(&scopes_, Named("b"));
  ASSERT_TRUE(a.Enter().ok());
  ASSERT_TRUE(b.Enter().ok());

  const Status status = a.Exit();

  EXPECT_EQ(status.tf_class(), "RuntimeError");
  EXPECT_NE(status.what().find("Improper nesting of variable_scope"), std::string::npos);
  EXPECT_EQ(scopes_.current()->name(), "a/b");
  EXPECT_EQ(scopes_.name_scope(), "");
  EXPECT_TRUE(b.Exit().ok());
  EXPECT_EQ(scopes_.current()->name(), "a");
}

TEST_F(VariableScopeTest, SettingsAreInheritedButTheConstraint) {
  const auto hook = std::make_shared<const int>(1);
  ScopeRequest request = Named("a");
  request.settings = {InitializerArgument{Ones(), nullptr},
                      FixedSizePartitioner(2),
                      DType::kFloat64,
                      true,
                      hook,
                      hook,
                      {hook}};
  ScopeEntry a(&scopes_, std::move(request));
  ASSERT_TRUE(a.Enter().ok());

  ScopeRequest below = Named("b");
  below.settings.use_resource = false;
  below.settings.custom_getters = {hook};
  const auto b = Visit(std::move(below));

  const ScopeSettings& settings = b->settings();
  EXPECT_TRUE(settings.initializer && settings.partitioner && settings.regularizer);
  EXPECT_EQ(settings.dtype, DType::kFloat64);
  EXPECT_EQ(settings.use_resource, false);
  EXPECT_EQ(settings.custom_getters.size(), 2u);
  EXPECT_EQ(settings.constraint, nullptr);
}

TEST_F(VariableScopeTest, NameScopesNest) {
  std::vector<std::string> seen;
  const std::string root = *scopes_.EnterNameScope("a");
  const std::string a = *scopes_.EnterNameScope("b");
  seen.push_back(scopes_.name_scope());
  ASSERT_TRUE(scopes_.EnterNameScope("").ok());
  seen.push_back(scopes_.name_scope());
  ASSERT_TRUE(scopes_.EnterNameScope("a/").ok());
  ASSERT_TRUE(scopes_.EnterNameScope("b").ok());
  seen.push_back(scopes_.name_scope());
  scopes_.LeaveNameScope(a);
  seen.push_back(scopes_.name_scope());
  scopes_.LeaveNameScope(root);

  EXPECT_EQ(seen, (std::vector<std::string>{"a/b", "", "a/b_1", "a"}));
  EXPECT_EQ(scopes_.EnterNameScope("a b").status().tf_class(), "ValueError");
}

}  // namespace
}  // namespace thaw
