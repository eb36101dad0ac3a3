#include "io/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace thaw {
namespace {

TEST(Utf8Test, EveryCharacterIsWrittenAsItIsRead) {
  for (std::uint32_t c = 0; c <= 0x110000; ++c) {
    std::string text;
    const bool is_character = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
    ASSERT_EQ(AppendUtf8(c, &text), is_character) << c;
    ASSERT_EQ(Utf8SequenceLength(text), text.size()) << c;
    ASSERT_EQ(text.empty(), !is_character) << c;
  }
}

TEST(Utf8Test, MalformedSequencesHaveNoLength) {
  for (const char* text : {"\x80", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80",
                           "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
                           "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc3("}) {
    EXPECT_EQ(Utf8SequenceLength(text), 0u);
    EXPECT_FALSE(IsValidUtf8(std::string("ok") + text));
  }
}

TEST(Utf8Test, TextIsValid) {
  EXPECT_TRUE(IsValidUtf8(""));
  EXPECT_TRUE(IsValidUtf8("plain"));
  EXPECT_TRUE(IsValidUtf8("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"));
}

}  // namespace
}  // namespace thaw
