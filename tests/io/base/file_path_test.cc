#include "io/base/file_path.h"

#include <gtest/gtest.h>

namespace thaw {
namespace {

// What Python's os.path gives for the same arguments.
TEST(FilePathTest, JoinsAsPythonDoes) {
  EXPECT_EQ(JoinPath("a", "b"), "a/b");
  EXPECT_EQ(JoinPath("a/", "b"), "a/b");
  EXPECT_EQ(JoinPath("", "b"), "b");
  EXPECT_EQ(JoinPath("a", "/b"), "/b");
  EXPECT_EQ(JoinPath("a", ""), "a/");
}

TEST(FilePathTest, SplitsAsPythonDoes) {
  EXPECT_EQ(DirectoryOf("a/b"), "a");
  EXPECT_EQ(DirectoryOf("b"), "");
  EXPECT_EQ(DirectoryOf("a//b"), "a");
  EXPECT_EQ(DirectoryOf("a/"), "a");
  EXPECT_EQ(DirectoryOf("/b"), "/");
  EXPECT_EQ(DirectoryOf("//b"), "//");
  EXPECT_EQ(BaseNameOf("a/b"), "b");
  EXPECT_EQ(BaseNameOf("a/"), "");
  EXPECT_EQ(BaseNameOf("b"), "b");
}

struct RelativeCase {
  const char* path;
  const char* start;
  const char* relative;
};

class RelativePathTest : public testing::TestWithParam<RelativeCase> {};

TEST_P(RelativePathTest, IsPythons) {
  const Result<std::string> relative = RelativePath(GetParam().path, GetParam().start, "/base/dir");

  ASSERT_TRUE(relative.ok());
  EXPECT_EQ(*relative, GetParam().relative);
}

INSTANTIATE_TEST_SUITE_P(Paths, RelativePathTest,
                         testing::Values(RelativeCase{"sub/m", "sub", "m"},
                                         RelativeCase{"m", "sub", "../m"},
                                         RelativeCase{"sub/", "sub", "."},
                                         RelativeCase{"m", "", "m"}, RelativeCase{"./m", ".", "m"},
                                         RelativeCase{"a/../m", "b//c/.", "../../m"},
                                         RelativeCase{"/base/dir/m", "sub", "../m"},
                                         RelativeCase{"m", "/var/run", "../../base/dir/m"},
                                         RelativeCase{"/", "sub", "../../.."},
                                         RelativeCase{"sub2/m", "sub", "../sub2/m"}));

TEST(FilePathTest, AnEmptyPathIsAValueErrorAsInPython) {
  EXPECT_EQ(RelativePath("", "a", "/").status().tf_class(), "ValueError");
}

}  // namespace
}  // namespace thaw
