#include "io/base/crc32c.h"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>
#include <random>
#include <string>
#include <vector>

namespace thaw {
namespace {

std::vector<std::byte> RandomBytes(std::size_t n) {
  std::mt19937_64 random(n);
  std::vector<std::byte> bytes(n);
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
  return bytes;
}

// The definition: one bit at a time, RFC 3720 §12.1.
std::uint32_t BitwiseCrc(std::uint32_t crc, ByteView bytes) {
  crc = ~crc;
  for (const std::byte byte : bytes) {
    crc ^= static_cast<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82f63b78u : 0u);
  }
  return ~crc;
}

class Crc32cLevelTest : public ::testing::TestWithParam<IsaLevel> {
 protected:
  void SetUp() override {
    if (GetParam() > BestIsaLevel()) GTEST_SKIP() << "this machine has no " << LevelName();
  }
  std::string LevelName() const { return std::string(IsaLevelName(GetParam())); }
  std::uint32_t Crc(ByteView bytes, std::uint32_t crc = 0) const {
    return Crc32cExtendAt(GetParam(), crc, bytes);
  }
};

TEST_P(Crc32cLevelTest, CheckValuesOfRfc3720) {
  std::vector<std::byte> rising(32), falling(32);
  for (std::size_t i = 0; i < 32; ++i) {
    rising[i] = static_cast<std::byte>(i);
    falling[31 - i] = static_cast<std::byte>(i);
  }
  std::vector<std::byte> read_command(48);
  read_command[0] = std::byte{0x01};
  read_command[1] = std::byte{0xc0};
  read_command[16] = std::byte{0x14};
  read_command[22] = std::byte{0x04};
  read_command[27] = std::byte{0x14};
  read_command[31] = std::byte{0x18};
  read_command[32] = std::byte{0x28};
  read_command[40] = std::byte{0x02};

  EXPECT_EQ(Crc(AsBytes("123456789")), 0xe3069283u);
  EXPECT_EQ(Crc(std::vector<std::byte>(32, std::byte{0})), 0x8a9136aau);
  EXPECT_EQ(Crc(std::vector<std::byte>(32, std::byte{0xff})), 0x62a8ab43u);
  EXPECT_EQ(Crc(rising), 0x46dd794eu);
  EXPECT_EQ(Crc(falling), 0x113fdb5cu);
  EXPECT_EQ(Crc(read_command), 0xd9963a56u);
  EXPECT_EQ(Crc({}), 0u);
}

TEST_P(Crc32cLevelTest, EveryLengthAndAlignmentAgreesWithTheDefinition) {
  const std::vector<std::byte> bytes = RandomBytes(2048 + 64);
  for (std::size_t n = 0; n <= 2048; n += n < 600 ? 1 : 37) {
    const std::size_t alignment = (n * 29) % 64;
    const ByteView view(bytes.data() + alignment, n);

    EXPECT_EQ(Crc(view, 0x1234567u), BitwiseCrc(0x1234567u, view)) << n << " at " << alignment;
  }
}

TEST_P(Crc32cLevelTest, LongRangesAgreeWithTheDefinitionAtEveryAlignment) {
  const std::vector<std::byte> bytes = RandomBytes(40000);
  for (std::size_t alignment = 0; alignment < 64; ++alignment) {
    const ByteView view(bytes.data() + alignment, 20000 + alignment * 301);

    EXPECT_EQ(Crc(view), BitwiseCrc(0, view)) << alignment;
  }
}

TEST_P(Crc32cLevelTest, ConcatEqualsOneSumForEverySplit) {
  const std::vector<std::byte> bytes = RandomBytes(300);
  const ByteView whole(bytes);
  for (std::size_t split = 0; split <= bytes.size(); ++split) {
    const std::uint32_t head = Crc(whole.first(split));
    const std::uint32_t tail = Crc(whole.subspan(split));

    EXPECT_EQ(Crc32cConcatAt(GetParam(), head, tail, bytes.size() - split), Crc(whole)) << split;
  }
}

TEST_P(Crc32cLevelTest, ConcatTakesLengthsBeyondMemory) {
  // x has order 2^31 - 1 modulo P, so 2^31 - 1 zero bytes change nothing.
  constexpr std::uint64_t kOrder = (std::uint64_t{1} << 31) - 1;

  EXPECT_EQ(Crc32cConcatAt(GetParam(), 0x89abcdefu, 0, kOrder), 0x89abcdefu);
  EXPECT_EQ(Crc32cConcatAt(GetParam(), 0x89abcdefu, 0, kOrder << 32), 0x89abcdefu);
  EXPECT_EQ(Crc32cConcatAt(GetParam(), 0x89abcdefu, 7, kOrder * 5 + 3),
            Crc32cConcatAt(IsaLevel::kPortable, 0x89abcdefu, 7, 3));
}

INSTANTIATE_TEST_SUITE_P(Levels, Crc32cLevelTest,
                         ::testing::Values(IsaLevel::kPortable, IsaLevel::kSse42, IsaLevel::kAvx2,
                                           IsaLevel::kAvx512, IsaLevel::kNeon),
                         [](const auto& param_info) {
                           return "Level" + std::to_string(static_cast<int>(param_info.param));
                         });

TEST(Crc32cTest, TheDefaultIsTheBestVariant) {
  const std::vector<std::byte> bytes = RandomBytes(5000);

  EXPECT_EQ(Crc32cExtend(1, bytes), BitwiseCrc(1, bytes));
  EXPECT_EQ(Crc32cConcat(Crc32c(AsBytes("1234")), Crc32c(AsBytes("56789")), 5), 0xe3069283u);
}

TEST(Crc32cTest, MaskRotatesAndAddsAndIsUndone) {
  EXPECT_EQ(MaskCrc(0), 0xa282ead8u);
  for (const std::uint32_t crc : {0u, 1u, 0x7fffu, 0x8000u, 0xe3069283u, 0xffffffffu}) {
    EXPECT_NE(MaskCrc(crc), crc);
    EXPECT_EQ(UnmaskCrc(MaskCrc(crc)), crc);
  }
}

TEST(Crc32cTest, SumsOfPartsFollowFromTheWhole) {
  const std::string a = "the first part";
  for (const std::size_t length_b :
       {std::size_t{0}, std::size_t{1}, std::size_t{13}, std::size_t{100'000}}) {
    const std::string b(length_b, 'b');
    const std::uint32_t crc_a = Crc32c(AsBytes(a));
    const std::uint32_t crc_b = Crc32c(AsBytes(b));
    const std::uint32_t crc_ab = Crc32c(AsBytes(a + b));

    EXPECT_EQ(Crc32cWithoutStart(crc_ab, crc_a, length_b), crc_b);
    EXPECT_EQ(Crc32cWithoutEnd(crc_ab, crc_b, length_b), crc_a);
  }
}

TEST(Crc32cTest, LengthsOfAnySizeCanBeTakenOffTheEnd) {
  for (const std::uint64_t length_b :
       {std::uint64_t{1} << 31, std::uint64_t{1} << 40, UINT64_MAX}) {
    const std::uint32_t crc_ab = Crc32cConcat(0x12345678u, 0x9abcdef0u, length_b);

    EXPECT_EQ(Crc32cWithoutEnd(crc_ab, 0x9abcdef0u, length_b), 0x12345678u);
  }
}

}  // namespace
}  // namespace thaw
