#include "io/table/compression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <snappy-c.h>

#include <string>

#include "io/base/coding.h"

namespace thaw {
namespace {

using ::testing::HasSubstr;

std::string Compress(const std::string& text) {
  std::size_t size = snappy_max_compressed_length(text.size());
  std::string compressed(size, '\0');
  EXPECT_EQ(snappy_compress(text.data(), text.size(), compressed.data(), &size), SNAPPY_OK);
  compressed.resize(size);
  return compressed;
}

Result<ByteView> Decompress(const std::string& stored, std::vector<std::byte>* buffer,
                            const TableLimits& limits = {}) {
  return DecompressBlock(BlockCompression::kSnappy, AsBytes(stored), limits, buffer);
}

TEST(CompressionTest, UncompressedBlockIsHandedOnInPlace) {
  const std::string stored = "contents";
  std::vector<std::byte> buffer;

  const auto contents =
      DecompressBlock(BlockCompression::kNone, AsBytes(stored), TableLimits{}, &buffer);

  ASSERT_TRUE(contents.ok());
  EXPECT_EQ(AsChars(*contents).data(), stored.data());
  EXPECT_TRUE(buffer.empty());
}

TEST(CompressionTest, SnappyBlockIsDecompressed) {
  const std::string text = "abcabcabcabcabcabcabcabcabc and more";
  std::vector<std::byte> buffer;

  const auto contents = Decompress(Compress(text), &buffer);

  ASSERT_TRUE(contents.ok()) << contents.status().ToString();
  EXPECT_EQ(AsChars(*contents), text);
}

TEST(CompressionTest, LengthOutOfProportionIsRefusedBeforeMemoryIsTaken) {
  for (const auto& [length, is_proportional] :
       {std::pair{std::uint64_t{256 * 7}, true}, std::pair{std::uint64_t{256 * 7 + 1}, false},
        std::pair{std::uint64_t{0xffffffff}, false}}) {
    std::string stored;
    AppendVarint64(length, &stored);
    stored.resize(7, '\0');
    std::vector<std::byte> buffer;

    const Status status = Decompress(stored, &buffer).status();

    EXPECT_EQ(status.code(), StatusCode::kDataLoss);
    EXPECT_EQ(buffer.empty(), !is_proportional) << length;
  }
}

TEST(CompressionTest, ContentsAboveTheLimitAreUnimplemented) {
  TableLimits limits;
  limits.block_size = 1000;
  std::vector<std::byte> buffer;

  EXPECT_TRUE(Decompress(Compress(std::string(1000, 'x')), &buffer, limits).ok());
  EXPECT_EQ(Decompress(Compress(std::string(1001, 'x')), &buffer, limits).status().code(),
            StatusCode::kUnimplemented);
}

TEST(CompressionTest, EveryPrefixIsDataLoss) {
  const std::string whole = Compress("abcabcabcabcabcabcabcabcabc and more");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    std::vector<std::byte> buffer;

    const Status status = Decompress(whole.substr(0, size), &buffer).status();

    EXPECT_EQ(status.code(), StatusCode::kDataLoss) << size;
    EXPECT_THAT(status.what(), HasSubstr("corrupted compressed block"));
  }
}

}  // namespace
}  // namespace thaw
