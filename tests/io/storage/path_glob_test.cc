#include "io/storage/path_glob.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "io/storage/memory_storage.h"

namespace thaw {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PathGlobTest : public testing::Test {
 protected:
  PathGlobTest() {
    for (const char* path : {"d/m.index", "d/m-1.index", "d/m.data-00000-of-00002",
                             "d/m.data-00001-of-00002", "d/m.data-00000-of-00002.zst",
                             "run[1]/m.index", "run1/m.index", "run1/m.data-00000-of-00001"}) {
      storage_.Put(std::string("/t/") + path, "x");
    }
  }

  std::vector<std::string> Match(const std::string& prefix, std::string_view pattern = "") {
    const Result<std::vector<std::string>> paths = MatchingPaths(storage_, prefix, pattern);
    EXPECT_TRUE(paths.ok()) << paths.status().ToString();
    return paths.ok() ? *paths : std::vector<std::string>{"error"};
  }

  MemoryStorage storage_;
};

TEST_F(PathGlobTest, APathThatExistsMatchesItself) {
  EXPECT_THAT(Match("/t/d/m", ".index"), ElementsAre("/t/d/m.index"));
  EXPECT_THAT(Match("/t/d"), ElementsAre("/t/d"));
  EXPECT_THAT(Match("/t/d/none"), IsEmpty());
  EXPECT_THAT(Match("/t/none/m", ".index"), IsEmpty());
  EXPECT_THAT(Match(""), IsEmpty());
}

TEST_F(PathGlobTest, WildcardsStayWithinAComponent) {
  EXPECT_THAT(Match("/t/d/m*", ".index"), ElementsAre("/t/d/m-1.index", "/t/d/m.index"));
  EXPECT_THAT(Match("/t/r*/m", ".index"), ElementsAre("/t/run1/m.index", "/t/run[1]/m.index"));
  EXPECT_THAT(Match("/t/*"), ElementsAre("/t/d", "/t/run1", "/t/run[1]"));
  EXPECT_THAT(Match("/t/*index"), IsEmpty());
}

TEST_F(PathGlobTest, TheLiteralNameWinsOverThePattern) {
  EXPECT_THAT(Match("/t/run[1]/m", ".index"), ElementsAre("/t/run[1]/m.index"));
  // There are no data files under the literal name, so the brackets are a set of letters.
  EXPECT_THAT(Match("/t/run[1]/m", ".data-*"), ElementsAre("/t/run1/m.data-00000-of-00001"));
}

TEST_F(PathGlobTest, APatternAfterAPrefixTakesThePrefixLiterally) {
  std::string pattern = ".data-NNNNN-of-NNNNN";
  std::replace(pattern.begin(), pattern.end(), 'N', '?');  // written out, it holds a trigraph
  EXPECT_THAT(Match("/t/d/m", pattern),
              ElementsAre("/t/d/m.data-00000-of-00002", "/t/d/m.data-00001-of-00002"));
}

}  // namespace
}  // namespace thaw
