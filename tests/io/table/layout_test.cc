#include "io/table/layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace thaw {
namespace {

using ::testing::HasSubstr;

std::string FooterBytes(const Footer& footer) {
  std::string bytes;
  AppendFooter(footer, &bytes);
  return bytes;
}

TEST(LayoutTest, FooterIsReadAsItWasWritten) {
  const std::string bytes = FooterBytes({{1, 8}, {std::uint64_t{1} << 62, 300}});

  const auto footer = DecodeFooter(AsBytes(bytes));

  EXPECT_EQ(bytes.size(), kFooterSize);
  EXPECT_EQ(bytes.substr(40), "\x57\xfb\x80\x8b\x24\x75\x47\xdb");
  ASSERT_TRUE(footer.ok()) << footer.status().ToString();
  EXPECT_EQ(footer->metaindex.offset, 1u);
  EXPECT_EQ(footer->metaindex.size, 8u);
  EXPECT_EQ(footer->index.offset, std::uint64_t{1} << 62);
  EXPECT_EQ(footer->index.size, 300u);
}

TEST(LayoutTest, AnyWrongByteInTheMagicNumberIsDataLoss) {
  for (std::size_t i = 40; i < kFooterSize; ++i) {
    std::string bytes = FooterBytes({{1, 8}, {14, 20}});
    bytes[i] = static_cast<char>(bytes[i] ^ 1);

    const Status status = DecodeFooter(AsBytes(bytes)).status();

    EXPECT_EQ(status.code(), StatusCode::kDataLoss);
    EXPECT_THAT(status.what(), HasSubstr("bad magic number"));
  }
}

TEST(LayoutTest, HandleThatDoesNotEndIsDataLoss) {
  std::string bytes = FooterBytes({{1, 8}, {14, 20}});
  bytes.replace(0, 40, 40, '\xff');

  const Status status = DecodeFooter(AsBytes(bytes)).status();

  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.what(), HasSubstr("bad block handle"));
}

TEST(LayoutTest, PaddingThatIsNotZeroIsDataLoss) {
  std::string bytes = FooterBytes({{1, 8}, {14, 20}});
  bytes[39] = 1;

  const Status status = DecodeFooter(AsBytes(bytes)).status();

  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.what(), HasSubstr("padding"));
  EXPECT_EQ(status.tf_class(), "");
}

TEST(LayoutTest, HandleThatIsLongerThanItMustBeIsDataLoss) {
  std::string bytes = FooterBytes({{1, 8}, {14, 20}});
  ASSERT_EQ(bytes[3], 20);
  bytes[3] = '\x94';  // 20 in two bytes, the second of them zero

  const Status status = DecodeFooter(AsBytes(bytes)).status();

  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.what(), HasSubstr("shortest form"));
}

TEST(LayoutTest, TrailerOfAnEmptyMetaindexIsThatOfTensorFlow) {
  const std::string block("\x00\x00\x00\x00\x01\x00\x00\x00", 8);
  std::string sealed = block;

  AppendBlockTrailer(AsBytes(block), BlockCompression::kNone, &sealed);

  EXPECT_EQ(sealed.substr(8), std::string("\x00\xc0\xf2\xa1\xb0", 5));
  const auto compression = CheckBlockTrailer(AsBytes(sealed));
  ASSERT_TRUE(compression.ok());
  EXPECT_EQ(*compression, BlockCompression::kNone);
}

TEST(LayoutTest, AnyFlippedBitInASealedBlockIsDataLoss) {
  std::string sealed = "contents";
  AppendBlockTrailer(AsBytes("contents"), BlockCompression::kSnappy, &sealed);
  for (std::size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
    std::string flipped = sealed;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));

    const Status status = CheckBlockTrailer(AsBytes(flipped)).status();

    EXPECT_EQ(status.code(), StatusCode::kDataLoss) << bit;
    EXPECT_THAT(status.what(), HasSubstr("block checksum mismatch"));
  }
}

TEST(LayoutTest, UnknownBlockTypeIsDataLoss) {
  std::string sealed;
  AppendBlockTrailer({}, static_cast<BlockCompression>(2), &sealed);

  const Status status = CheckBlockTrailer(AsBytes(sealed)).status();

  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.what(), HasSubstr("bad block type 2"));
}

}  // namespace
}  // namespace thaw
