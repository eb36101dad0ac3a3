#include "io/checkpoint/bundle_v1/wire_fields.h"

#include <gtest/gtest.h>

#include <string>

#include "io/base/coding.h"
#include "tests/golden/golden_manifest.h"

namespace thaw {
namespace {

// "NUMBER:TYPE=value" of every field, then "malformed" if it was.
std::string Describe(const std::string& message) {
  WireFields fields(AsBytes(message));
  WireField field;
  std::string text;
  while (fields.Next(&field)) {
    text += std::to_string(field.number) + ":" + std::to_string(static_cast<int>(field.type)) + "=";
    text += field.type == WireType::kVarint ? std::to_string(DecodeVarint64(&field.bytes).value())
                                            : std::string(AsChars(field.bytes));
    text += " ";
  }
  return fields.is_malformed() ? text + "malformed" : text;
}

struct Case {
  const char* name;
  const char* message;  // hexadecimal
  const char* fields;
};

class WireFieldsTest : public testing::TestWithParam<Case> {};

TEST_P(WireFieldsTest, TakesTheFieldsOfTheMessage) {
  EXPECT_EQ(Describe(HexDecoded(GetParam().message)), GetParam().fields);
}

INSTANTIATE_TEST_SUITE_P(
    All, WireFieldsTest,
    testing::Values(
        Case{"Empty", "", ""}, Case{"Varint", "08ac02", "1:0=300 "},
        Case{"Bytes", "120261620a00", "2:2=ab 1:2= "},
        Case{"Fixed",
             "0d616263640961626364"
             "65666768",
             "1:5=abcd 1:1=abcdefgh "},
        Case{"GroupIsPassedOver", "0b0801130814140c1007", "2:0=7 "},
        Case{"LargestNumber", "f8ffffff0f01", "536870911:0=1 "},
        Case{"NumberZero", "0001", "malformed"}, Case{"TagCutOff", "0801f8", "1:0=1 malformed"},
        Case{"TagTooLong", "f8ffffff7f01", "malformed"}, Case{"VarintCutOff", "08ff", "malformed"},
        Case{"VarintTooLong", "08ffffffffffffffffffff01", "malformed"},
        Case{"BytesCutOff", "0a0361", "malformed"},
        Case{"BytesLongerThan32Bits", "0a8080808010", "malformed"},
        Case{"Fixed32CutOff", "0d616263", "malformed"}, Case{"Fixed64CutOff", "0961", "malformed"},
        Case{"TypeSix", "0e01", "malformed"}, Case{"TypeSeven", "0f01", "malformed"},
        Case{"EndWithoutBegin", "0c", "malformed"}, Case{"BeginWithoutEnd", "0b0801", "malformed"},
        Case{"EndOfAnotherGroup", "0b14", "malformed"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(WireFieldsDepthTest, HundredGroupsInEachOtherAreFollowed) {
  const std::string begins(100, '\x0b');
  const std::string ends(100, '\x0c');
  EXPECT_EQ(Describe(begins + ends + "\x10\x07"), "2:0=7 ");
  EXPECT_EQ(Describe("\x0b" + begins + ends + "\x0c"), "malformed");
}

}  // namespace
}  // namespace thaw
