// Records that only large archives have; ordinary ones are read by NumPy in peer_reads_output_test.

#include "engine/output/zip_format.h"

#include <gtest/gtest.h>

#include <string>

#include "io/base/bytes.h"
#include "io/base/coding.h"

namespace thaw {
namespace {

template <typename T>
T At(const std::string& bytes, std::size_t offset) {
  return LoadLittleEndian<T>(AsBytes(bytes).data() + offset);
}

TEST(ZipFormatTest, ContentIsAlignedWhereverTheHeaderLies) {
  for (std::uint64_t offset = 0; offset < 130; ++offset) {
    for (const std::uint64_t size : {std::uint64_t{1}, std::uint64_t{1} << 33}) {
      ZipMember member{.name = "name.npy", .size = size, .header_offset = offset};
      member.padding = ZipPadding(member, 64);

      const std::string header = ZipLocalHeader(member);

      EXPECT_EQ(header.size(), ZipLocalHeaderSize(member));
      EXPECT_EQ((offset + header.size()) % 64, 0u);
      EXPECT_EQ(At<std::uint16_t>(header, 26), member.name.size());
      EXPECT_EQ(At<std::uint16_t>(header, 28), header.size() - 30 - member.name.size());
    }
  }
}

TEST(ZipFormatTest, LargeMembersHaveTheirSizesIn64Bits) {
  const std::uint64_t large = 0xffffffffu;  // the first size that the short field cannot hold
  const std::string header = ZipLocalHeader({.name = "n", .size = large});
  EXPECT_EQ(At<std::uint16_t>(header, 4), 45);
  EXPECT_EQ(At<std::uint32_t>(header, 18), 0xffffffffu);
  EXPECT_EQ(At<std::uint32_t>(header, 22), 0xffffffffu);
  EXPECT_EQ(At<std::uint16_t>(header, 31), 1);
  EXPECT_EQ(At<std::uint16_t>(header, 33), 16);
  EXPECT_EQ(At<std::uint64_t>(header, 35), large);
  EXPECT_EQ(At<std::uint64_t>(header, 43), large);

  const std::string small = ZipLocalHeader({.name = "n", .size = large - 1});
  EXPECT_EQ(At<std::uint16_t>(small, 4), 20);
  EXPECT_EQ(At<std::uint32_t>(small, 18), large - 1);
}

TEST(ZipFormatTest, TheDirectoryHasIn64BitsWhatNeedsThem) {
  std::string far;
  AppendZipDirectoryEntry({.name = "n", .size = 5, .header_offset = std::uint64_t{1} << 32}, &far);
  EXPECT_EQ(At<std::uint32_t>(far, 24), 5u);
  EXPECT_EQ(At<std::uint32_t>(far, 42), 0xffffffffu);
  EXPECT_EQ(At<std::uint16_t>(far, 49), 8);
  EXPECT_EQ(At<std::uint64_t>(far, 51), std::uint64_t{1} << 32);

  std::string both;
  AppendZipDirectoryEntry(
      {.name = "n", .size = std::uint64_t{1} << 32, .header_offset = std::uint64_t{1} << 33},
      &both);
  EXPECT_EQ(At<std::uint16_t>(both, 49), 24);
  EXPECT_EQ(At<std::uint64_t>(both, 67), std::uint64_t{1} << 33);
}

TEST(ZipFormatTest, ManyMembersOrAFarDirectoryNeedTheLongEnd) {
  const auto end_of = [](std::uint64_t count, std::uint64_t offset) {
    std::string end;
    AppendZipEnd(count, offset, 100, &end);
    return end;
  };
  EXPECT_EQ(end_of(65'534, 1000).size(), 22u);
  EXPECT_EQ(end_of(65'535, 1000).size(), 56u + 20u + 22u);
  const std::string far = end_of(1, std::uint64_t{1} << 32);
  ASSERT_EQ(far.size(), 56u + 20u + 22u);
  EXPECT_EQ(At<std::uint64_t>(far, 24), 1u);
  EXPECT_EQ(At<std::uint64_t>(far, 48), std::uint64_t{1} << 32);
  EXPECT_EQ(At<std::uint64_t>(far, 64), (std::uint64_t{1} << 32) + 100);
  EXPECT_EQ(At<std::uint16_t>(far, 76 + 10), 1);
  EXPECT_EQ(At<std::uint32_t>(far, 76 + 16), 0xffffffffu);
}

TEST(ZipFormatTest, OnlyTextBeyondAsciiIsFlaggedAsUtf8) {
  EXPECT_EQ(At<std::uint16_t>(ZipLocalHeader({.name = "n"}), 6), 0);
  EXPECT_EQ(At<std::uint16_t>(ZipLocalHeader({.name = "\xc3\xa9"}), 6), 1 << 11);
  EXPECT_EQ(At<std::uint16_t>(ZipLocalHeader({.name = "\xff"}), 6), 0);
}

}  // namespace
}  // namespace thaw
