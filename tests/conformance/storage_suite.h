// The storage suite: what every backend and every way to fetch promises (io/storage/storage.h).
//
// To add a backend: a StorageCase with a factory, in tests/io/storage/storage_conformance_test.cc.

#ifndef THAW_TESTS_CONFORMANCE_STORAGE_SUITE_H_
#define THAW_TESTS_CONFORMANCE_STORAGE_SUITE_H_

#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "io/storage/staging.h"
#include "io/storage/storage.h"

namespace thaw {

// A backend with a folder to put files into.
class StorageUnderTest {
 public:
  virtual ~StorageUnderTest() = default;
  virtual const Storage& storage() const = 0;
  virtual void Put(const std::string& name, const std::string& bytes) = 0;
  virtual std::string Path(const std::string& name) const = 0;
};

struct StorageCase {
  std::string name;
  IoMode mode;
  std::function<std::unique_ptr<StorageUnderTest>()> make;
};

inline std::string RandomBytes(std::size_t size) {
  std::mt19937_64 random(size);
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

class StorageSuite : public ::testing::TestWithParam<StorageCase> {
 protected:
  StorageSuite() : under_test_(GetParam().make()) {}

  const Storage& storage() const { return under_test_->storage(); }

  std::unique_ptr<File> PutAndOpen(const std::string& name, const std::string& bytes) {
    under_test_->Put(name, bytes);
    Result<std::unique_ptr<File>> file = storage().Open(under_test_->Path(name), GetParam().mode);
    EXPECT_TRUE(file.ok()) << file.status().ToString();
    return file.ok() ? std::move(*file) : nullptr;
  }

  // The bytes that a sink is given, after a check of the pieces' lengths.
  static std::string Visited(const File& file, std::uint64_t offset, std::uint64_t length) {
    const Staging staging(file.staging_size());
    std::string seen(length, '\0');
    std::size_t used = 0;
    bool had_odd_piece = false;
    bool is_well_cut = true;
    const Status status = file.Visit(offset, length, staging.view(), [&](ByteView piece) {
      is_well_cut = is_well_cut && !piece.empty() && !had_odd_piece;
      had_odd_piece = piece.size() % 4096 != 0;
      std::memcpy(seen.data() + used, piece.data(), piece.size());
      used += piece.size();
    });
    EXPECT_TRUE(status.ok()) << status.ToString();
    EXPECT_TRUE(is_well_cut) << "only the last piece may be other than a multiple of 4 KiB";
    EXPECT_EQ(used, length);
    return seen;
  }

  std::unique_ptr<StorageUnderTest> under_test_;
};

TEST_P(StorageSuite, EveryRangeHasTheBytesOfTheFile) {
  for (const std::size_t size : {1u, 4095u, 4096u, 4097u, 1048576u + 1234u, 3145728u + 5u}) {
    SCOPED_TRACE(size);
    const std::string bytes = RandomBytes(size);
    const std::unique_ptr<File> file = PutAndOpen("file" + std::to_string(size), bytes);
    ASSERT_NE(file, nullptr);
    std::mt19937_64 random(size);

    EXPECT_EQ(file->size(), size);
    EXPECT_TRUE(Visited(*file, 0, size) == bytes);
    for (int i = 0; i < 50; ++i) {
      const std::size_t offset = random() % (size + 1);
      const std::size_t length = random() % (size - offset + 1);
      EXPECT_TRUE(Visited(*file, offset, length) == bytes.substr(offset, length))
          << offset << " " << length;
    }
  }
}

TEST_P(StorageSuite, ReadCopiesARange) {
  const std::string bytes = RandomBytes(70'000);
  const std::unique_ptr<File> file = PutAndOpen("file", bytes);
  std::string out(5000, '\0');

  const Status status = file->Read(4097, {reinterpret_cast<std::byte*>(out.data()), out.size()});

  EXPECT_TRUE(status.ok()) << status.ToString();
  EXPECT_TRUE(out == bytes.substr(4097, 5000));
}

TEST_P(StorageSuite, AnEmptyFileHasOnlyTheEmptyRange) {
  const std::unique_ptr<File> file = PutAndOpen("empty", "");

  EXPECT_EQ(file->size(), 0u);
  EXPECT_EQ(Visited(*file, 0, 0), "");
  std::byte one;
  EXPECT_EQ(file->Read(0, {&one, 1}).code(), StatusCode::kOutOfRange);
}

TEST_P(StorageSuite, ARangePastTheEndIsOutOfRangeAndShowsNothing) {
  const std::unique_ptr<File> file = PutAndOpen("file", RandomBytes(10'000));
  const Staging staging(file->staging_size());
  struct Range {
    std::uint64_t offset;
    std::uint64_t length;
  };

  for (const Range range : {Range{10'000, 1}, Range{9'999, 2}, Range{0, 10'001}, Range{20'000, 0},
                            Range{UINT64_MAX, 2}, Range{2, UINT64_MAX}}) {
    bool was_called = false;
    const Status status = file->Visit(range.offset, range.length, staging.view(),
                                      [&](ByteView) { was_called = true; });
    EXPECT_EQ(status.code(), StatusCode::kOutOfRange) << range.offset << " " << range.length;
    EXPECT_EQ(status.file(), file->path());
    EXPECT_EQ(status.offset(), range.offset);
    EXPECT_FALSE(was_called);
  }
}

TEST_P(StorageSuite, AMissingFileIsNotFoundAndNamed) {
  const std::string path = under_test_->Path("missing");

  const Result<std::unique_ptr<File>> file = storage().Open(path, GetParam().mode);

  EXPECT_EQ(file.status().code(), StatusCode::kNotFound);
  EXPECT_EQ(file.status().file(), path);
}

TEST_P(StorageSuite, ADirectoryIsNoFile) {
  under_test_->Put("folder/file", "x");

  const auto file = storage().Open(under_test_->Path("folder"), GetParam().mode);

  EXPECT_EQ(file.status().code(), StatusCode::kInvalidArgument);
}

TEST_P(StorageSuite, KindsAndNames) {
  under_test_->Put("folder/b", "x");
  under_test_->Put("folder/a", "x");
  under_test_->Put("folder/c/deeper", "x");

  EXPECT_EQ(*storage().Kind(under_test_->Path("folder")), PathKind::kDirectory);
  EXPECT_EQ(*storage().Kind(under_test_->Path("folder/")), PathKind::kDirectory);
  EXPECT_EQ(*storage().Kind(under_test_->Path("folder/a")), PathKind::kFile);
  EXPECT_EQ(*storage().Kind(under_test_->Path("folder/z")), PathKind::kMissing);
  EXPECT_EQ(*storage().Kind(under_test_->Path("folder/a/z")), PathKind::kMissing);
  EXPECT_EQ(*storage().List(under_test_->Path("folder")),
            (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(storage().List(under_test_->Path("nowhere")).status().code(), StatusCode::kNotFound);
}

TEST_P(StorageSuite, AnUntouchedFileIsUnchanged) {
  const std::unique_ptr<File> file = PutAndOpen("file", "bytes");
  file->WillNeed(0, 5);
  file->WillNeed(3, 100);

  EXPECT_TRUE(file->CheckUnchanged().ok());
}

TEST_P(StorageSuite, ThreadsReadOneFileAtOnce) {
  const std::string bytes = RandomBytes(2'000'003);
  const std::unique_ptr<File> file = PutAndOpen("file", bytes);
  std::vector<std::thread> threads;
  std::vector<char> is_right(4, 0);

  for (std::size_t t = 0; t < is_right.size(); ++t) {
    threads.emplace_back([&, t] {
      bool right = true;
      for (std::size_t i = 0; i < 20; ++i) {
        const std::size_t offset = (t * 7919 + i * 104729) % 1'000'000;
        std::string out(900'001, '\0');
        right = file->Read(offset, {reinterpret_cast<std::byte*>(out.data()), out.size()}).ok() &&
                out == bytes.substr(offset, out.size()) && right;
      }
      is_right[t] = right;
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(is_right, std::vector<char>(4, 1));
}

}  // namespace thaw

#endif  // THAW_TESTS_CONFORMANCE_STORAGE_SUITE_H_
