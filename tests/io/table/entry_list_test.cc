#include "io/table/entry_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace thaw {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kFileSize = 4096;

BlockEntry Entry(std::size_t shared, std::string_view suffix, std::string_view value) {
  return {shared, suffix, AsBytes(value)};
}

TEST(EntryListTest, KeysAreCompletedAndSurviveAMove) {
  EntryList list(TableLimits{}, kFileSize);
  ASSERT_TRUE(list.Append(Entry(0, "", "header")).ok());
  ASSERT_TRUE(list.Append(Entry(0, "abc", "1")).ok());
  ASSERT_TRUE(list.Append(Entry(2, "d", "")).ok());
  const std::string_view key = list.key(2);

  const EntryList moved = std::move(list);

  EXPECT_EQ(key, "abd");
  EXPECT_EQ(moved.size(), 3u);
  EXPECT_EQ(moved.key(0), "");
  EXPECT_EQ(AsChars(moved.value(0)), "header");
  EXPECT_EQ(moved.key(1), "abc");
  EXPECT_EQ(AsChars(moved.value(1)), "1");
  EXPECT_EQ(moved.key(2).data(), key.data());
  EXPECT_TRUE(moved.value(2).empty());
}

TEST(EntryListTest, FindFindsEachKeyAndNothingElse) {
  EntryList list(TableLimits{}, kFileSize);
  for (const char* key : {"", "b", "bb", "d"}) ASSERT_TRUE(list.Append(Entry(0, key, "")).ok());

  EXPECT_EQ(list.Find(""), 0u);
  EXPECT_EQ(list.Find("b"), 1u);
  EXPECT_EQ(list.Find("bb"), 2u);
  EXPECT_EQ(list.Find("d"), 3u);
  for (const char* key : {"a", "ba", "bbb", "c", "e"}) EXPECT_EQ(list.Find(key), std::nullopt);
}

TEST(EntryListTest, KeysMustRiseInUnsignedByteOrder) {
  EntryList list(TableLimits{}, kFileSize);
  ASSERT_TRUE(list.Append(Entry(0, "b\x7f", "")).ok());
  ASSERT_TRUE(list.Append(Entry(1, "\x80", "")).ok());

  for (const BlockEntry& entry : {Entry(0, "b\x80", ""), Entry(2, "", ""), Entry(1, "\x7f", ""),
                                  Entry(0, "a", ""), Entry(0, "", ""), Entry(1, "", "")}) {
    const Status status = list.Append(entry);

    EXPECT_EQ(status.code(), StatusCode::kDataLoss);
    EXPECT_THAT(status.what(), HasSubstr("is not above"));
  }
  EXPECT_TRUE(list.Append(Entry(2, std::string_view("\0", 1), "")).ok());
  EXPECT_EQ(list.size(), 3u);
}

TEST(EntryListTest, KeyThatSharesMoreThanThereIsIsDataLoss) {
  EntryList list(TableLimits{}, kFileSize);
  EXPECT_EQ(list.Append(Entry(1, "a", "")).code(), StatusCode::kDataLoss);
  ASSERT_TRUE(list.Append(Entry(0, "ab", "")).ok());

  const Status status = list.Append(Entry(3, "c", ""));

  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.what(), HasSubstr("shares 3 bytes with a key of 2"));
  EXPECT_TRUE(list.Append(Entry(2, "c", "")).ok());
}

TEST(EntryListTest, EachLimitHoldsOnBothSides) {
  TableLimits limits;
  limits.key_size = 4;
  limits.value_size = 3;
  limits.num_keys = 3;
  EntryList list(limits, kFileSize);

  EXPECT_TRUE(list.Append(Entry(0, "aaaa", "123")).ok());
  EXPECT_EQ(list.Append(Entry(4, "b", "")).code(), StatusCode::kUnimplemented);
  EXPECT_EQ(list.Append(Entry(0, "b", "1234")).code(), StatusCode::kUnimplemented);
  EXPECT_TRUE(list.Append(Entry(3, "b", "")).ok());
  EXPECT_TRUE(list.Append(Entry(0, "c", "")).ok());
  EXPECT_EQ(list.Append(Entry(0, "d", "")).code(), StatusCode::kUnimplemented);
}

TEST(EntryListTest, EntriesOutOfProportionToTheFileAreDataLoss) {
  EntryList list(TableLimits{}, /*file_size=*/1000);
  const std::string long_key(60000, 'k');
  Status status = list.Append(Entry(0, long_key, ""));
  // Each takes one byte more in the file, and 60,000 in memory.
  int appended = 1;
  for (; status.ok() && appended < 1000; ++appended) {
    status = list.Append(Entry(long_key.size() + static_cast<std::size_t>(appended) - 1, "k", ""));
  }

  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.what(), HasSubstr("expand beyond"));
  EXPECT_LT(list.memory_bytes(), 4u << 20);
}

}  // namespace
}  // namespace thaw
