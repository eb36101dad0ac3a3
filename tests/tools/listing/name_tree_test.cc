#include "tools/listing/name_tree.h"

#include <gtest/gtest.h>

#include <vector>

namespace thaw {
namespace {

std::string Tree(const std::vector<TreeLeaf>& leaves) {
  std::string text;
  OutputStream out(&text);
  WriteTree(leaves, out);
  return text;
}

TEST(NameTreeTest, ScopesHoldTheirLeaves) {
  EXPECT_EQ(
      Tree({{"a", "float32", 1}, {"b/c/d", "int32", 2}, {"b/c/e", "int32", 3}, {"b/f", "x", 4}}),
      "a  float32\n"
      "b/  (3, 9 B)\n"
      "  c/  (2, 5 B)\n"
      "    d  int32\n"
      "    e  int32\n"
      "  f  x\n");
}

TEST(NameTreeTest, NamesOfSlashesAlone) {
  EXPECT_EQ(Tree({{"/", "x", 1}, {"//", "y", 1}}), "/  (2, 2 B)\n    x\n  /  (1, 1 B)\n      y\n");
}

TEST(NameTreeTest, DepthIsLimited) {
  const std::string name(65536, '/');

  EXPECT_LT(Tree({{name, "x", 1}}).size(), 200'000u);
}

}  // namespace
}  // namespace thaw
