#include "engine/variables/scopes/op_names.h"

#include <gtest/gtest.h>

#include <vector>

namespace thaw {
namespace {

std::vector<std::string> ClaimAll(const std::vector<std::string>& names) {
  OpNames op_names;
  std::vector<std::string> claimed;
  for (const std::string& name : names) {
    const auto op_name = op_names.Claim(name);
    claimed.push_back(op_name.ok() ? *op_name : op_name.status().what());
  }
  return claimed;
}

// The expected names are those that TensorFlow 2.21 gave.
TEST(OpNamesTest, NamesAreMadeUniqueWhateverTheirCase) {
  EXPECT_EQ(
      ClaimAll({"foo", "foo_1", "foo", "foo", "Foo", "foo_1", "FOO_1"}),
      (std::vector<std::string>{"foo", "foo_1", "foo_2", "foo_3", "Foo_4", "foo_1_1", "FOO_1_2"}));
}

TEST(OpNamesTest, SlashAtTheEndTakesTheNameAsItIs) {
  EXPECT_EQ(ClaimAll({"u/Adam/", "u/Adam"}),
            (std::vector<std::string>{"u/Adam", "Duplicate node name in graph: 'u/Adam'"}));
  EXPECT_EQ(ClaimAll({"u", "u/"}),
            (std::vector<std::string>{"u", "Duplicate node name in graph: 'u'"}));
}

TEST(OpNamesTest, ExactNameIsTakenOnce) {
  OpNames op_names;

  EXPECT_TRUE(op_names.ClaimExactly("w_1").ok());

  EXPECT_EQ(op_names.ClaimExactly("w_1").tf_class(), "ValueError");
  EXPECT_EQ(*op_names.Claim("w_1"), "w_1_1");
  EXPECT_EQ(*op_names.Claim("w"), "w");
}

TEST(OpNamesTest, NamesOfOpsBelowAVariableAreTaken) {
  OpNames op_names;
  ASSERT_EQ(*op_names.Claim("w/read"), "w/read");
  ASSERT_TRUE(op_names.Take("w", InnerOps::kRefValue).ok());
  ASSERT_TRUE(op_names.Take("R", InnerOps::kResource).ok());

  EXPECT_EQ(*op_names.Claim("w/Assign"), "w/Assign_1");
  EXPECT_EQ(*op_names.Claim("w/read"), "w/read_2");
  EXPECT_EQ(*op_names.Claim("w/initial_value"), "w/initial_value_1");
  EXPECT_EQ(*op_names.Claim("w/Initializer"), "w/Initializer");
  EXPECT_EQ(*op_names.Claim("r/Read"), "r/Read_1");
  EXPECT_EQ(*op_names.Claim("R/IsInitialized"), "R/IsInitialized_1");
}

TEST(OpNamesTest, ScopesOpenInsideEachOther) {
  OpNames op_names;

  EXPECT_EQ(*op_names.OpenScope("", "a"), "a");
  EXPECT_EQ(*op_names.OpenScope("a", "_b"), "a/_b");
  EXPECT_EQ(*op_names.OpenScope("a", "_B"), "a/_B_1");
  EXPECT_EQ(*op_names.OpenScope("a", "c/"), "c");
  EXPECT_EQ(*op_names.OpenScope("a", ""), "");
  EXPECT_EQ(*op_names.Claim("a", "v"), "a/v");
  EXPECT_EQ(*op_names.Claim("", "a"), "a_1");
  EXPECT_EQ(op_names.OpenScope("a", "b c").status().tf_class(), "ValueError");
}

TEST(OpNamesTest, NamesThatTensorFlowRefusesAreValueErrors) {
  for (const char* name : {"", "/", "a b", "_a", "-a", ">a", "a:0", "/a", "\xc3\xa4", "a\n"}) {
    OpNames op_names;
    EXPECT_EQ(op_names.Claim(name).status().tf_class(), "ValueError") << name;
  }
  OpNames in_scope;
  EXPECT_EQ(in_scope.Claim("scope", "/").status().tf_class(), "ValueError");
  for (const char* name : {"a//b", "a/_b", ".a", "a\\b", "a/", "A.b-c>d", "a/part_0"}) {
    OpNames op_names;
    EXPECT_TRUE(op_names.Claim(name).ok()) << name;
  }
}

}  // namespace
}  // namespace thaw
