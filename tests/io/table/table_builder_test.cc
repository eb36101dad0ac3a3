#include "io/table/table_builder.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/crafted_table.h"
#include "tests/support/loaded_table.h"

namespace thaw {
namespace {

std::string Build(const KeyValues& entries, const TableBuilderOptions& options = {}) {
  std::string file;
  TableBuilder builder(&file, options);
  for (const auto& [key, value] : entries) EXPECT_TRUE(builder.Add(key, value).ok());
  EXPECT_TRUE(builder.Finish().ok());
  return file;
}

// The index keys of a table, through its footer.
std::vector<std::string> IndexKeys(const std::string& file) {
  const auto footer = DecodeFooter(AsBytes(file).last(kFooterSize));
  EXPECT_TRUE(footer.ok());
  auto cursor = BlockCursor::Open(AsBytes(file).subspan(footer->index.offset, footer->index.size));
  EXPECT_TRUE(cursor.ok());
  std::vector<std::string> keys;
  while (!cursor->at_end()) {
    BlockEntry entry;
    EXPECT_TRUE(cursor->Next(&entry).ok());
    EXPECT_EQ(entry.shared_size, 0u) << "every entry of the index is a restart point";
    keys.emplace_back(entry.suffix);
  }
  return keys;
}

TEST(TableBuilderTest, SmallestIndexIsThatOfTensorFlow) {
  // The index that TensorFlow 2.21 writes for one float32 scalar "a" of value 0.5.
  const std::string header("\x08\x01\x1a\x02\x08\x01", 6);
  const std::string entry("\x08\x01\x12\x00\x28\x04\x35\x8a\x14\x27\x1f", 11);

  const std::string file = Build({{"", header}, {"a", entry}});

  EXPECT_EQ(file.substr(0, 23), std::string("\x00\x00\x06", 3) + header +
                                    std::string("\x00\x01\x0b", 3) + "a" + entry.substr(0, 10));
  EXPECT_EQ(IndexKeys(file), std::vector<std::string>{"b"});
}

TEST(TableBuilderTest, BlockEndsWhenItHoldsItsSizeOrMore) {
  // Three lengths, the key and the value, and eight bytes of restart array.
  const std::size_t one_entry = 3 + 1 + 20 + 8;
  const KeyValues entries = {{"a", std::string(20, '1')}, {"b", std::string(20, '2')}};

  EXPECT_EQ(IndexKeys(Build(entries, {.block_size = one_entry})).size(), 2u);
  EXPECT_EQ(IndexKeys(Build(entries, {.block_size = one_entry + 1})).size(), 1u);
}

TEST(TableBuilderTest, EntryOfTwoBlockSizesBeginsABlock) {
  const TableBuilderOptions options = {.block_size = 100};
  const auto blocks = [&](std::size_t entry_size) {
    return IndexKeys(Build({{"a", ""}, {"b", std::string(entry_size - 1, '2')}}, options)).size();
  };

  EXPECT_EQ(blocks(199), 1u);
  EXPECT_EQ(blocks(200), 2u);
}

struct SeparatorCase {
  const char* name;
  std::string last;
  std::string next;  // empty: the table ends
  std::string separator;
};

class SeparatorTest : public testing::TestWithParam<SeparatorCase> {};

TEST_P(SeparatorTest, IsTensorFlows) {
  const auto& [name, last, next, separator] = GetParam();
  KeyValues entries = {{last, ""}};
  if (!next.empty()) entries.emplace_back(next, "");

  const std::vector<std::string> keys = IndexKeys(Build(entries, {.block_size = 1}));

  EXPECT_EQ(keys.front(), separator);
  EXPECT_TRUE(LoadedTable::Open(*FileOf(Build(entries, {.block_size = 1}))).ok());
}

INSTANTIATE_TEST_SUITE_P(Between, SeparatorTest,
                         testing::Values(SeparatorCase{"CutAfterTheFirstDifference", "abcd", "axyz",
                                                       "ac"},
                                         SeparatorCase{"NoRoomBetween", "abcd", "accc", "abcd"},
                                         SeparatorCase{"RoomForOne", "abcd", "adcc", "ac"},
                                         SeparatorCase{"LastIsAPrefix", "ab", "abcd", "ab"},
                                         SeparatorCase{"LastIsEmpty", "", "abcd", ""},
                                         SeparatorCase{"UnsignedBytes", "a\x7f", "a\x90", "a\x80"},
                                         SeparatorCase{"UpToFf", "a\xfd", "a\xff", "a\xfe"}),
                         [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(AtTheEnd, SeparatorTest,
                         testing::Values(SeparatorCase{"CutAfterTheFirstByte", "optimizer/x", "",
                                                       "p"},
                                         SeparatorCase{"SkipsFf",
                                                       "\xff\xff"
                                                       "ab",
                                                       "", "\xff\xff\x62"},
                                         SeparatorCase{"OnlyFf", "\xff\xff", "", "\xff\xff"},
                                         SeparatorCase{"Empty", "", "", ""}),
                         [](const auto& test) { return test.param.name; });

TEST(TableBuilderTest, KeyThatDoesNotRiseIsInvalidArgument) {
  std::string file;
  TableBuilder builder(&file);
  ASSERT_TRUE(builder.Add("", "").ok());
  EXPECT_EQ(builder.Add("", "").code(), StatusCode::kInvalidArgument);
  ASSERT_TRUE(builder.Add("b", "").ok());

  EXPECT_EQ(builder.Add("b", "").code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(builder.Add("a", "").code(), StatusCode::kInvalidArgument);
  EXPECT_TRUE(builder.Add("c", "").ok());
}

TEST(TableBuilderTest, NothingIsAddedAfterFinish) {
  std::string file;
  TableBuilder builder(&file);
  ASSERT_TRUE(builder.Finish().ok());
  const std::string finished = file;

  EXPECT_EQ(builder.Add("a", "").code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(builder.Finish().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(file, finished);
}

TEST(TableBuilderTest, BytesMayBeTakenOutOfTheOutputBetweenCalls) {
  const KeyValues entries = {{"a", "1"}, {"b", "2"}, {"c", "3"}};
  std::string output;
  std::string file;
  TableBuilder builder(&output, {.block_size = 1});
  for (const auto& [key, value] : entries) {
    ASSERT_TRUE(builder.Add(key, value).ok());
    file += output;
    output.clear();
  }
  ASSERT_TRUE(builder.Finish().ok());
  file += output;

  EXPECT_EQ(file, Build(entries, {.block_size = 1}));
}

}  // namespace
}  // namespace thaw
