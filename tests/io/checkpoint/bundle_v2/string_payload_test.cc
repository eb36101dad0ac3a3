#include "io/checkpoint/bundle_v2/string_payload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "io/base/coding.h"
#include "io/base/crc32c.h"
#include "tests/golden/golden_manifest.h"

namespace thaw {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Result<std::vector<std::string>> Decode(const std::string& payload, std::uint64_t num_elements,
                                        std::optional<std::uint32_t> crc = std::nullopt,
                                        bool byte_swapped = false) {
  // An exact copy on the heap, so that AddressSanitizer sees a read past its end.
  const std::vector<char> exact(payload.begin(), payload.end());
  return DecodeStringPayload(AsBytes({exact.data(), exact.size()}), num_elements, crc,
                             byte_swapped);
}

// ["hello", "world"] as TensorFlow writes it.
const char* const kHelloWorld = "0505b56f994f68656c6c6f776f726c64";
const std::uint32_t kHelloWorldCrc = UnmaskCrc(0x07d64c1b);

TEST(StringPayloadTest, StringsOfTensorFlowAreDecoded) {
  const auto two = Decode(HexDecoded(kHelloWorld), 2, kHelloWorldCrc);
  const auto empty = Decode(HexDecoded("00a67b113a"), 1, UnmaskCrc(0xbe0767bd));

  ASSERT_TRUE(two.ok()) << two.status().ToString();
  EXPECT_THAT(*two, ElementsAre("hello", "world"));
  ASSERT_TRUE(empty.ok()) << empty.status().ToString();
  EXPECT_THAT(*empty, ElementsAre(""));
}

TEST(StringPayloadTest, NoElementsTakeFourBytesOrNone) {
  const auto four = Decode(HexDecoded("d8ea82a2"), 0, Crc32c(AsBytes(HexDecoded("d8ea82a2"))));
  const auto none = Decode("", 0, 0);

  ASSERT_TRUE(four.ok()) << four.status().ToString();
  EXPECT_THAT(*four, IsEmpty());
  ASSERT_TRUE(none.ok());
  EXPECT_THAT(*none, IsEmpty());
  EXPECT_FALSE(Decode("x", 0).ok());
  EXPECT_FALSE(Decode("12345", 0).ok());
}

// Appends `value` in the byte order of a writer of the other byte order.
template <typename T>
void AppendSwapped(T value, std::string* out) {
  AppendLittleEndian(ByteSwap(value), out);
}

TEST(StringPayloadTest, OtherByteOrderSwapsLengthsAndTheirChecksum) {
  std::string lengths;
  AppendSwapped(std::uint32_t{1}, &lengths);
  AppendSwapped(std::uint32_t{300}, &lengths);
  const std::uint32_t lengths_crc = Crc32c(AsBytes(lengths));
  std::string tail;
  AppendSwapped(MaskCrc(lengths_crc), &tail);
  tail += "a" + std::string(300, 'b');
  std::string payload("\x01\xac\x02", 3);
  payload += tail;
  const std::uint32_t crc = Crc32cExtend(lengths_crc, AsBytes(tail));

  const auto strings = Decode(payload, 2, crc, /*byte_swapped=*/true);

  ASSERT_TRUE(strings.ok()) << strings.status().ToString();
  EXPECT_THAT(*strings, ElementsAre("a", std::string(300, 'b')));
  EXPECT_FALSE(Decode(payload, 2, crc, /*byte_swapped=*/false).ok());
}

TEST(StringPayloadTest, LengthsBeyondOneBufferOfTheChecksum) {
  constexpr std::size_t kNumStrings = 5000;
  std::string payload(kNumStrings, '\x01');
  std::string fixed;
  for (std::size_t i = 0; i < kNumStrings; ++i) AppendLittleEndian(std::uint32_t{1}, &fixed);
  const std::uint32_t lengths_crc = Crc32c(AsBytes(fixed));
  AppendLittleEndian(MaskCrc(lengths_crc), &payload);
  payload += std::string(kNumStrings, 'x');
  const std::uint32_t crc = Crc32cExtend(lengths_crc, AsBytes(payload).subspan(kNumStrings));

  const auto strings = Decode(payload, kNumStrings, crc);

  ASSERT_TRUE(strings.ok()) << strings.status().ToString();
  EXPECT_EQ(*strings, std::vector<std::string>(kNumStrings, "x"));
}

TEST(StringPayloadTest, WithoutAnExpectedSumOnlyTheStructureIsChecked) {
  std::string payload = HexDecoded(kHelloWorld);
  payload[3] = static_cast<char>(payload[3] ^ 1);
  payload.back() = 'D';

  const auto strings = Decode(payload, 2);

  ASSERT_TRUE(strings.ok());
  EXPECT_THAT(*strings, ElementsAre("hello", "worlD"));
}

TEST(StringPayloadTest, EveryFlippedBitIsDataLoss) {
  const std::string whole = HexDecoded(kHelloWorld);
  for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string flipped = whole;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));

    EXPECT_EQ(Decode(flipped, 2, kHelloWorldCrc).status().code(), StatusCode::kDataLoss) << bit;
  }
}

TEST(StringPayloadTest, EveryPrefixAndAnExtraByteAreDataLoss) {
  const std::string whole = HexDecoded(kHelloWorld);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(Decode(whole.substr(0, size), 2).status().code(), StatusCode::kDataLoss) << size;
  }
  EXPECT_EQ(Decode(whole + "x", 2).status().code(), StatusCode::kDataLoss);
}

TEST(StringPayloadTest, ChecksumsThatDisagreeAreNamed) {
  std::string bad_lengths = HexDecoded(kHelloWorld);
  bad_lengths[3] = static_cast<char>(bad_lengths[3] ^ 1);

  const Status lengths = Decode(bad_lengths, 2, kHelloWorldCrc).status();
  const Status total = Decode(HexDecoded(kHelloWorld), 2, kHelloWorldCrc + 1).status();

  EXPECT_THAT(lengths.what(), HasSubstr("length checksum does not match"));
  EXPECT_EQ(lengths.offset(), 2u);
  EXPECT_THAT(total.what(), HasSubstr("checksum does not match: stored"));
  EXPECT_THAT(total.what(), HasSubstr(std::to_string(kHelloWorldCrc)));
}

struct BadPayload {
  const char* name;
  std::string payload;
  std::uint64_t num_elements;
  const char* words;
};

class BadStringPayloadTest : public testing::TestWithParam<BadPayload> {};

TEST_P(BadStringPayloadTest, IsDataLossBeforeMemoryIsTaken) {
  const Status status = Decode(GetParam().payload, GetParam().num_elements).status();

  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.what(), HasSubstr(GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(
    Payloads, BadStringPayloadTest,
    testing::Values(
        BadPayload{"LengthPastTheEnd", std::string("\x0a", 1) + "1234abc", 1, "exceed"},
        BadPayload{"LengthOf64Bits",
                   std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10) + "1234abc", 1,
                   "exceed"},
        BadPayload{"LengthsThatWrapTogether",
                   std::string("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11) + "1234abc", 2,
                   "exceed"},
        BadPayload{"LengthOfElevenBytes", std::string(11, '\x80') + "1234", 1, "malformed"},
        BadPayload{"MoreElementsThanBytes", "\x01", std::uint64_t{1} << 62, "exceed"},
        BadPayload{"ElementsWithoutEnd", std::string(8, '\0'), std::uint64_t{1} << 62, "cut off"},
        BadPayload{"NoRoomForTheChecksum", std::string("\x01", 1) + "abc", 1, "add up to"},
        BadPayload{"BytesThatNoLengthCovers", std::string("\x01", 1) + "1234ab", 1, "add up to"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace thaw
