#include "tools/listing/name_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace thaw {
namespace {

TEST(NameOrderTest, NumbersCompareAsNumbers) {
  EXPECT_TRUE(ComesBefore("layer_2/w", "layer_10/w"));
  EXPECT_FALSE(ComesBefore("layer_10/w", "layer_2/w"));
  EXPECT_TRUE(ComesBefore("layer_9", "layer_99999999999999999999999999"));
  EXPECT_TRUE(ComesBefore("layer_02", "layer_3"));
  EXPECT_TRUE(ComesBefore("w", "w1"));
  EXPECT_FALSE(ComesBefore("w", "w"));
  EXPECT_NE(ComesBefore("w01", "w1"), ComesBefore("w1", "w01"));
}

// What std::sort relies on, over names that differ in zeros, digits and letters.
TEST(NameOrderTest, IsAStrictOrder) {
  std::mt19937 random(7);
  std::vector<std::string> names;
  for (int i = 0; i < 60; ++i) {
    std::string name;
    for (std::size_t n = random() % 6; n > 0; --n) name += "012a/"[random() % 5];
    names.push_back(name);
  }
  for (const std::string& a : names) {
    EXPECT_FALSE(ComesBefore(a, a));
    for (const std::string& b : names) {
      EXPECT_EQ(ComesBefore(a, b) || ComesBefore(b, a), a != b) << a << " " << b;
      for (const std::string& c : names) {
        if (ComesBefore(a, b) && ComesBefore(b, c)) {
          EXPECT_TRUE(ComesBefore(a, c)) << a << " " << b << " " << c;
        }
      }
    }
  }
}

TEST(NameOrderTest, PatternReplacesRunsOfDigits) {
  EXPECT_EQ(NamePattern("encoder/layer_10/conv1"), "encoder/layer_#/conv#");
  EXPECT_EQ(NamePattern("w"), "w");
  EXPECT_EQ(NamePattern("123"), "#");
}

}  // namespace
}  // namespace thaw
