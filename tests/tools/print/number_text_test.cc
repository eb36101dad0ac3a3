#include "tools/print/number_text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>

namespace thaw {
namespace {

TEST(NumberTextTest, RealsReadBackExactly) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 100'000; ++i) {
    const std::uint64_t bits = random();
    double value;
    std::memcpy(&value, &bits, sizeof(value));
    if (!std::isfinite(value)) continue;
    const std::string text = RealText(value);
    EXPECT_EQ(std::strtod(text.c_str(), nullptr), value) << text;
    EXPECT_NE(text.find_first_of(".e"), std::string::npos) << text;
  }
}

TEST(NumberTextTest, SpecialReals) {
  EXPECT_EQ(RealText(1.0), "1.0");
  EXPECT_EQ(RealText(-0.0), "-0.0");
  EXPECT_EQ(RealText(std::numeric_limits<double>::infinity()), "Infinity");
  EXPECT_EQ(RealText(-std::numeric_limits<double>::infinity()), "-Infinity");
  EXPECT_EQ(RealText(std::nan("")), "NaN");
  EXPECT_EQ(FloatText(0.1f), "0.1");
}

TEST(NumberTextTest, FiguresForPeople) {
  EXPECT_EQ(HumanBytes(0), "0 B");
  EXPECT_EQ(HumanBytes(1023), "1023 B");
  EXPECT_EQ(HumanBytes(1536), "1.5 KiB");
  EXPECT_EQ(HumanBytes((std::uint64_t{1} << 20) - 1), "1.0 MiB");
  EXPECT_EQ(HumanBytes(UINT64_MAX), "16.0 EiB");
  EXPECT_EQ(GroupedText(0), "0");
  EXPECT_EQ(GroupedText(999), "999");
  EXPECT_EQ(GroupedText(1234567), "1,234,567");
  EXPECT_EQ(HumanSeconds(0.0008), "0.8 ms");
  EXPECT_EQ(HumanSeconds(0.9999), "1.0 s");
  EXPECT_EQ(HumanSeconds(59.99), "1 min 0 s");
  EXPECT_EQ(HumanSeconds(125), "2 min 5 s");
  EXPECT_EQ(HumanRate(17'100'000'000, 1.0), "17.1 GB/s");
  EXPECT_EQ(HumanRate(1, 0.0), "");
}

}  // namespace
}  // namespace thaw
