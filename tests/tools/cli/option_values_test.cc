#include "tools/cli/option_values.h"

#include <gtest/gtest.h>

namespace thaw {
namespace {

TEST(OptionValuesTest, SizesHaveDecimalAndBinaryUnits) {
  EXPECT_EQ(ParseSize("0"), 0u);
  EXPECT_EQ(ParseSize("4096"), 4096u);
  EXPECT_EQ(ParseSize("256MiB"), std::uint64_t{256} << 20);
  EXPECT_EQ(ParseSize("1GiB"), std::uint64_t{1} << 30);
  EXPECT_EQ(ParseSize("5GB"), 5'000'000'000u);
  EXPECT_EQ(ParseSize("1.5kib"), 1536u);
  EXPECT_EQ(ParseSize("2 TB"), 2'000'000'000'000u);
  EXPECT_EQ(ParseSize("18446744073709551615"), UINT64_MAX);
}

TEST(OptionValuesTest, OtherTextsAreNoSizes) {
  for (const char* text : {"", "MiB", "-1", "+1", "1 2", "1XB", "1e3", "18446744073709551616",
                           "16777216TiB", "nan", "inf", "0x10", "1.5.2"}) {
    EXPECT_EQ(ParseSize(text), std::nullopt) << text;
  }
}

TEST(OptionValuesTest, IntegersAreWholeTexts) {
  EXPECT_EQ(ParseInt("12"), 12);
  EXPECT_EQ(ParseInt("-3"), -3);
  for (const char* text : {"", "1x", " 1", "99999999999", "1.0"}) {
    EXPECT_EQ(ParseInt(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace thaw
