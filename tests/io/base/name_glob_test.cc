#include "io/base/name_glob.h"

#include <gtest/gtest.h>

#include <string>

namespace thaw {
namespace {

struct Case {
  const char* glob;
  const char* name;
  bool matches;
};

TEST(NameGlobTest, Table) {
  const Case cases[] = {
      {"", "", true},
      {"", "a", false},
      {"*", "", true},
      {"*", "a/b/c", true},
      {"a/*", "a/b/c", true},
      {"*kernel", "dense/kernel", true},
      {"*kernel", "dense/kernel_1", false},
      {"*a*b*c*", "xxaxxbxxcxx", true},
      {"*a*b*c*", "xxcxxbxxaxx", false},
      {"layer_?", "layer_1", true},
      {"layer_?", "layer_10", false},
      {"layer_[0-3]", "layer_2", true},
      {"layer_[0-3]", "layer_4", false},
      {"layer_[!0-3]", "layer_4", true},
      {"[]]", "]", true},
      {"[a-]", "-", true},
      {"[abc", "[abc", true},
      {"[abc", "a", false},
      {"w[0]", "w[0]", true},
      {"w[0]", "w0", true},
      {"a\\*", "a*", true},
      {"a\\*", "ab", false},
      {"a\\", "a\\", true},
  };
  for (const Case& c : cases)
    EXPECT_EQ(GlobMatches(c.glob, c.name), c.matches) << c.glob << " " << c.name;
}

TEST(NameGlobTest, ManyStarsTakeNoExponentialTime) {
  std::string glob;
  for (int i = 0; i < 60; ++i) glob += "*a";
  EXPECT_FALSE(GlobMatches(glob + "b", std::string(5000, 'a')));
}

}  // namespace
}  // namespace thaw
