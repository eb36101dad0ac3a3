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

TEST(NameTreeTest, ScopesWithoutAChoiceShareALine) {
  EXPECT_EQ(Tree({{"a/b/c/d", "x", 1}, {"a/b/e/f", "y", 2}, {"g/h", "z", 4}}),
            "a/b/  (2, 3 B)\n"
            "  c/d  x\n"
            "  e/f  y\n"
            "g/h  z\n");
}

TEST(NameTreeTest, NamesOfSlashesAlone) {
  EXPECT_EQ(Tree({{"/", "x", 1}, {"//", "y", 1}}), "/  (2, 2 B)\n    x\n  /  y\n");
}

TEST(NameTreeTest, DepthIsLimited) {
  std::vector<std::string> names;
  for (std::size_t depth = 1; depth < 500; ++depth) names.emplace_back(depth, '/');
  std::vector<TreeLeaf> leaves;
  for (const std::string& name : names) leaves.push_back({name, "x", 1});

  const std::string text = Tree(leaves);

  EXPECT_EQ(text.find(std::string(131, ' ')), std::string::npos);
}

}  // namespace
}  // namespace thaw
