#include "io/base/nearest_names.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace thaw {
namespace {

using Names = std::vector<std::string>;

TEST(NearestNamesTest, NearestFirst) {
  const Names names = {"global_step", "dense/kernal", "dense/kernel", "Dense/Bias"};
  EXPECT_EQ(NearestNames("dense/kernle", names), (Names{"dense/kernel", "dense/kernal"}));
}

TEST(NearestNamesTest, CaseAndScopesComeBeforeEdits) {
  const Names names = {"word", "model/words", "WORDS"};
  EXPECT_EQ(NearestNames("words", names), (Names{"WORDS", "model/words", "word"}));
  EXPECT_EQ(NearestNames("a/b/model/words", names), (Names{"model/words"}));
}

TEST(NearestNamesTest, ASwapIsOneEdit) {
  EXPECT_EQ(NearestNames("ab", Names{"ba"}), (Names{"ba"}));
  EXPECT_EQ(NearestNames("ab", Names{"cd"}), Names{});
}

TEST(NearestNamesTest, FarNamesAreNotOffered) {
  EXPECT_EQ(NearestNames("kernel", Names{"global_step", "x", ""}), Names{});
  EXPECT_EQ(NearestNames("", Names{"a/b", "abc"}), Names{});
}

TEST(NearestNamesTest, AtMostAsManyAsWantedInTheirOrder) {
  const Names names = {"w1", "w2", "w3", "w4"};
  EXPECT_EQ(NearestNames("w", names, 2), (Names{"w1", "w2"}));
  EXPECT_EQ(NearestNames("w", names, 0), Names{});
}

TEST(NearestNamesTest, ALaterAndNearerNamePushesOutAFartherOne) {
  const Names names = {"layer_abc", "layer_abd", "layer_abe", "layer_xyy"};
  EXPECT_EQ(NearestNames("layer_xyz", names, 1), (Names{"layer_xyy"}));
}

// The bound of the header; generous, because other tests may run beside this one.
TEST(NearestNamesTest, ManySimilarNamesEndInTime) {
  Names names;
  for (int i = 0; i < 100'000; ++i) {
    names.push_back("model/encoder/layer_" + std::to_string(i) + "/attention/self/query/kernel");
  }
  const auto start = std::chrono::steady_clock::now();

  const Names near = NearestNames("model/encoder/layer_x99/atention/self/qurey/kernell", names);

  EXPECT_EQ(near.size(), 3u);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

TEST(NearestNamesTest, TheQuestion) {
  EXPECT_EQ(DidYouMean(Names{}), "");
  EXPECT_EQ(DidYouMean(Names{"a"}), "did you mean 'a'?");
  EXPECT_EQ(DidYouMean(Names{"a", "b", "c"}), "did you mean 'a', 'b' or 'c'?");
}

}  // namespace
}  // namespace thaw
