// LevelDB's own table as the control: what it writes we read, and what we write it reads.

#include <gtest/gtest.h>
#include <leveldb/env.h>
#include <leveldb/iterator.h>
#include <leveldb/options.h>
#include <leveldb/table.h>
#include <leveldb/table_builder.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <random>
#include <string>

#include "io/table/table_builder.h"
#include "tests/support/crafted_table.h"
#include "tests/support/loaded_table.h"

namespace thaw {
namespace {

class StringOutput final : public leveldb::WritableFile {
 public:
  leveldb::Status Append(const leveldb::Slice& data) override {
    bytes.append(data.data(), data.size());
    return leveldb::Status::OK();
  }
  leveldb::Status Close() override { return leveldb::Status::OK(); }
  leveldb::Status Flush() override { return leveldb::Status::OK(); }
  leveldb::Status Sync() override { return leveldb::Status::OK(); }

  std::string bytes;
};

class StringInput final : public leveldb::RandomAccessFile {
 public:
  explicit StringInput(const std::string& bytes) : bytes_(bytes) {}

  leveldb::Status Read(std::uint64_t offset, std::size_t n, leveldb::Slice* result,
                       char* scratch) const override {
    const std::string_view piece = std::string_view(bytes_).substr(offset, n);
    std::memcpy(scratch, piece.data(), piece.size());
    *result = leveldb::Slice(scratch, piece.size());
    return leveldb::Status::OK();
  }

 private:
  const std::string& bytes_;
};

std::string WriteByLevelDb(const std::map<std::string, std::string>& entries,
                           const leveldb::Options& options) {
  StringOutput output;
  leveldb::TableBuilder builder(options, &output);
  for (const auto& [key, value] : entries) builder.Add(key, value);
  EXPECT_TRUE(builder.Finish().ok());
  return output.bytes;
}

std::map<std::string, std::string> ReadByLevelDb(const std::string& file) {
  StringInput input(file);
  leveldb::Options options;
  options.paranoid_checks = true;
  leveldb::Table* opened = nullptr;
  EXPECT_TRUE(leveldb::Table::Open(options, &input, file.size(), &opened).ok());
  const std::unique_ptr<leveldb::Table> table(opened);
  leveldb::ReadOptions read_options;
  read_options.verify_checksums = true;
  std::map<std::string, std::string> entries;
  const std::unique_ptr<leveldb::Iterator> it(table->NewIterator(read_options));
  for (it->SeekToFirst(); it->Valid(); it->Next()) {
    entries[it->key().ToString()] = it->value().ToString();
  }
  EXPECT_TRUE(it->status().ok()) << it->status().ToString();
  return entries;
}

// Keys that share beginnings, of bytes from both ends of the range.
std::map<std::string, std::string> RandomEntries(std::mt19937* random) {
  const auto below = [&](std::size_t n) { return (*random)() % n; };
  std::map<std::string, std::string> entries;
  std::string key;
  const std::size_t count = below(3) == 0 ? below(4) : below(600);
  for (std::size_t i = 0; i < count; ++i) {
    key.resize(key.empty() ? 0 : below(key.size()));
    for (std::size_t n = below(12); n > 0; --n) {
      constexpr std::string_view kBytes("\x00\x01\x7f\x80\xfe\xff/abcdef", 13);
      key.push_back(kBytes[below(kBytes.size())]);
    }
    std::string value(below(80), static_cast<char>(below(256)));
    if (below(200) == 0) value.resize(3000 + below(9000), 'v');
    entries[key] = value;
  }
  return entries;
}

class LevelDbControlTest : public testing::TestWithParam<unsigned> {};

TEST_P(LevelDbControlTest, TablesAgreeInBothDirections) {
  std::mt19937 random(GetParam());
  for (int round = 0; round < 40; ++round) {
    const auto entries = RandomEntries(&random);
    leveldb::Options options;
    options.block_size = std::size_t{1} << (4 + random() % 12);
    options.block_restart_interval = 1 + static_cast<int>(random() % 20);
    options.compression = random() % 2 == 0 ? leveldb::kSnappyCompression : leveldb::kNoCompression;

    const std::string theirs = WriteByLevelDb(entries, options);
    const auto table = LoadedTable::Open(*FileOf(theirs));

    ASSERT_TRUE(table.ok()) << table.status().ToString();
    std::map<std::string, std::string> read;
    for (std::size_t i = 0; i < table->size(); ++i) {
      read[std::string(table->key(i))] = AsChars(table->value(i));
      ASSERT_EQ(table->Find(table->key(i)), i);
    }
    ASSERT_EQ(table->size(), entries.size());
    EXPECT_EQ(read, entries);

    std::string ours;
    TableBuilder builder(
        &ours, {.block_size = options.block_size,
                .restart_interval = static_cast<std::uint32_t>(options.block_restart_interval)});
    for (const auto& [key, value] : entries) ASSERT_TRUE(builder.Add(key, value).ok());
    ASSERT_TRUE(builder.Finish().ok());

    EXPECT_EQ(ReadByLevelDb(ours), entries);
    // Large entries apart, which TensorFlow puts into blocks of their own, the bytes are the same.
    const bool has_large_entry = std::any_of(entries.begin(), entries.end(), [&](const auto& e) {
      return e.first.size() + e.second.size() >= 2 * options.block_size;
    });
    if (options.compression == leveldb::kNoCompression && !has_large_entry) {
      EXPECT_EQ(ours, theirs);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, LevelDbControlTest, testing::Range(1u, 9u));

}  // namespace
}  // namespace thaw
