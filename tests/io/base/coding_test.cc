#include "io/base/coding.h"

#include <gtest/gtest.h>

#include <limits>

namespace thaw {
namespace {

std::string Encoded(std::uint64_t value) {
  std::string bytes;
  AppendVarint64(value, &bytes);
  return bytes;
}

TEST(CodingTest, VarintsRoundTripAtEveryLength) {
  for (unsigned bit = 0; bit < 64; ++bit) {
    for (const std::uint64_t value : {(std::uint64_t{1} << bit) - 1, std::uint64_t{1} << bit}) {
      const std::string bytes = Encoded(value);
      ByteView input = AsBytes(bytes);

      EXPECT_EQ(DecodeVarint64(&input), value);
      EXPECT_TRUE(input.empty());
    }
  }
}

TEST(CodingTest, EveryTruncatedVarintIsRefused) {
  const std::string bytes = Encoded(std::numeric_limits<std::uint64_t>::max());
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    ByteView input = AsBytes(std::string_view(bytes).substr(0, n));
    EXPECT_FALSE(DecodeVarint64(&input)) << n;
  }
}

TEST(CodingTest, VarintBeyond64BitsIsRefused) {
  const std::string eleven(10, '\xff');
  ByteView input = AsBytes(eleven);
  EXPECT_FALSE(DecodeVarint64(&input));

  const std::string tenth_too_large = std::string(9, '\xff') + '\x02';
  input = AsBytes(tenth_too_large);
  EXPECT_FALSE(DecodeVarint64(&input));
}

TEST(CodingTest, Varint32RefusesValuesAndLengthsBeyondIt) {
  const std::string too_large = Encoded(std::uint64_t{1} << 32);
  ByteView input = AsBytes(too_large);
  EXPECT_FALSE(DecodeVarint32(&input));

  const std::string overlong("\x81\x80\x80\x80\x80\x00", 6);
  input = AsBytes(overlong);
  EXPECT_FALSE(DecodeVarint32(&input));

  const std::string largest = Encoded(0xffffffffu);
  input = AsBytes(largest);
  EXPECT_EQ(DecodeVarint32(&input), 0xffffffffu);
}

TEST(CodingTest, LittleEndianIsByteForByte) {
  std::string bytes;
  AppendLittleEndian(std::uint32_t{0x01020304}, &bytes);

  EXPECT_EQ(bytes, std::string("\x04\x03\x02\x01", 4));
  EXPECT_EQ(LoadLittleEndian<std::uint32_t>(AsBytes(bytes).data()), 0x01020304u);
}

}  // namespace
}  // namespace thaw
