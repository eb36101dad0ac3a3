#include "tools/print/name_text.h"

#include <gtest/gtest.h>

namespace thaw {
namespace {

constexpr const char* kReplacement = "\xef\xbf\xbd";

TEST(NameTextTest, EachByteThatDoesNotFitIsReplaced) {
  const std::string r = kReplacement;
  EXPECT_EQ(Utf8Text("größe"), "größe");
  EXPECT_EQ(Utf8Text("a\xff\xfe"), "a" + r + r);
  EXPECT_EQ(Utf8Text("\xe2\x82"), r + r);                  // cut off
  EXPECT_EQ(Utf8Text("\xc0\xaf"), r + r);                  // overlong
  EXPECT_EQ(Utf8Text("\xed\xa0\x80"), r + r + r);          // a surrogate
  EXPECT_EQ(Utf8Text("\xf4\x90\x80\x80"), r + r + r + r);  // above U+10FFFF
  EXPECT_EQ(Utf8Text("\xf0\x9f\x98\x80"), "\xf0\x9f\x98\x80");
}

TEST(NameTextTest, ControlCharactersAreShown) {
  EXPECT_EQ(PrintableText("a\nb\t\x1b[2J"), "a\\nb\\t\\x1b[2J");
  EXPECT_EQ(PrintableText("\xff"), "\\xff");
  EXPECT_EQ(PrintableText("\xc2\x9b"), "\\xc2\\x9b");  // a C1 control
  EXPECT_EQ(PrintableText(std::string_view("\0x", 2)), "\\x00x");
  EXPECT_EQ(PrintableText("größe"), "größe");
}

// RFC 4648 §10.
TEST(NameTextTest, Base64Vectors) {
  EXPECT_EQ(Base64(""), "");
  EXPECT_EQ(Base64("f"), "Zg==");
  EXPECT_EQ(Base64("fo"), "Zm8=");
  EXPECT_EQ(Base64("foo"), "Zm9v");
  EXPECT_EQ(Base64("foob"), "Zm9vYg==");
  EXPECT_EQ(Base64("\xff\xfe\xfd"), "//79");
}

TEST(NameTextTest, WidthCountsCodePoints) { EXPECT_EQ(DisplayWidth("größe"), 5u); }

}  // namespace
}  // namespace thaw
