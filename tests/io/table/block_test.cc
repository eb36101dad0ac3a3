#include "io/table/block.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "io/table/block_builder.h"
#include "tests/support/crafted_table.h"

namespace thaw {
namespace {

using ::testing::HasSubstr;

// Walks over a block and returns the first error.
Status Walk(const std::string& contents, std::vector<BlockEntry>* entries = nullptr) {
  // An exact copy on the heap, so that AddressSanitizer sees a read past its end.
  const std::vector<char> exact(contents.begin(), contents.end());
  THAW_ASSIGN_OR_RETURN(BlockCursor cursor,
                        BlockCursor::Open(AsBytes({exact.data(), exact.size()})));
  while (!cursor.at_end()) {
    BlockEntry entry;
    THAW_RETURN_IF_ERROR(cursor.Next(&entry));
    if (entries != nullptr) entries->push_back(entry);
  }
  return cursor.CheckAllRestartsSeen();
}

TEST(BlockTest, EntriesComeBackWithWhatTheyShare) {
  BlockBuilder builder(/*restart_interval=*/2);
  builder.Add("abc", "1");
  builder.Add("abd", "22");
  builder.Add("abe", "");
  const std::string contents(builder.Finish());

  auto cursor = BlockCursor::Open(AsBytes(contents));

  ASSERT_TRUE(cursor.ok());
  BlockEntry entry;
  ASSERT_TRUE(cursor->Next(&entry).ok());
  EXPECT_EQ(entry.shared_size, 0u);
  EXPECT_EQ(entry.suffix, "abc");
  EXPECT_EQ(AsChars(entry.value), "1");
  ASSERT_TRUE(cursor->Next(&entry).ok());
  EXPECT_EQ(entry.shared_size, 2u);
  EXPECT_EQ(entry.suffix, "d");
  EXPECT_EQ(AsChars(entry.value), "22");
  ASSERT_TRUE(cursor->Next(&entry).ok());
  EXPECT_EQ(entry.shared_size, 0u) << "a restart point";
  EXPECT_EQ(entry.suffix, "abe");
  EXPECT_TRUE(cursor->at_end());
  EXPECT_TRUE(cursor->CheckAllRestartsSeen().ok());
}

TEST(BlockTest, BlockWithoutEntriesMayHaveOneRestartPointOrNone) {
  EXPECT_TRUE(Walk(RawBlock("", {0})).ok());
  EXPECT_TRUE(Walk(RawBlock("", {})).ok());
}

struct BadBlock {
  const char* name;
  std::string contents;
  const char* words;
};

class BadBlockTest : public testing::TestWithParam<BadBlock> {};

TEST_P(BadBlockTest, IsDataLoss) {
  const Status status = Walk(GetParam().contents);

  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.what(), HasSubstr(GetParam().words));
}

std::string Words(const std::vector<std::uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }

INSTANTIATE_TEST_SUITE_P(
    Cases, BadBlockTest,
    testing::Values(
        BadBlock{"Empty", "", "no restart count"},
        BadBlock{"ThreeBytes", std::string(3, '\0'), "no restart count"},
        BadBlock{"MoreRestartsThanBytes", Words({0, 0, 0, 0, 2, 0, 0, 0}), "do not fit"},
        BadBlock{"HugeRestartCount", Words({0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff}), "do not fit"},
        BadBlock{"EntriesWithoutRestart", RawBlock(RawEntry(0, "a", "b"), {}), "no restart point"},
        BadBlock{"FirstRestartIsNotZero", RawBlock(RawEntry(0, "a", "b"), {5}), "no restart point"},
        BadBlock{"RestartInsideAnEntry",
                 RawBlock(RawEntry(0, "a", "b") + RawEntry(0, "c", "d"), {0, 3}),
                 "inside the entry"},
        BadBlock{"RestartsDescend",
                 RawBlock(RawEntry(0, "a", "b") + RawEntry(0, "c", "d") + RawEntry(0, "e", "f"),
                          {0, 10, 5}),
                 "is not the start of an entry"},
        BadBlock{"RestartTwice", RawBlock(RawEntry(0, "a", "b") + RawEntry(0, "c", "d"), {0, 0}),
                 "inside the entry"},
        BadBlock{"RestartPastTheEntries", RawBlock(RawEntry(0, "a", "b"), {0, 5}),
                 "is not the start of an entry"},
        BadBlock{"RestartSharesBytes",
                 RawBlock(RawEntry(0, "a", "b") + RawEntry(1, "c", "d"), {0, 5}), "shares bytes"},
        BadBlock{"FirstEntrySharesBytes", RawBlock(RawEntry(1, "a", "b"), {0}), "shares bytes"},
        BadBlock{"LengthsCutOff", RawBlock(Words({0, 0x81}), {0}), "lengths are malformed"},
        BadBlock{"LengthOfSixBytes",
                 RawBlock(Words({0x80, 0x80, 0x80, 0x80, 0x80, 0, 1, 1, 'a', 'b'}), {0}),
                 "lengths are malformed"},
        BadBlock{"LengthBeyond32Bits", RawBlock(RawEntry(std::uint64_t{1} << 32, "a", "b"), {0}),
                 "lengths are malformed"},
        BadBlock{"SuffixPastTheEntries", RawBlock(Words({0, 3, 0, 'a', 'b'}), {0}), "past the end"},
        BadBlock{"ValuePastTheEntries", RawBlock(Words({0, 1, 2, 'a', 'b'}), {0}), "past the end"},
        BadBlock{
            "LengthsThatWrapTogether",
            RawBlock(Words({0, 0xff, 0xff, 0xff, 0xff, 0x0f, 0xff, 0xff, 0xff, 0xff, 0x0f, 'a'}),
                     {0}),
            "past the end"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace thaw
