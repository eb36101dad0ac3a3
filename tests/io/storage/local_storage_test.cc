#include "io/storage/local_storage.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "io/storage/mapping.h"
#include "io/storage/staging.h"
#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

constexpr IoMode kModes[] = {IoMode::kMmap, IoMode::kPread, IoMode::kDirect};

std::size_t OpenDescriptors() {
  const std::filesystem::directory_iterator descriptors("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(descriptors), end(descriptors)));
}

Status SumBytes(const File& file, std::uint64_t offset, std::uint64_t length) {
  const Staging staging(file.staging_size());
  volatile unsigned sum = 0;
  return file.Visit(offset, length, staging.view(), [&](ByteView piece) {
    for (const std::byte b : piece) sum = sum + std::to_integer<unsigned>(b);
  });
}

TEST(LocalStorageTest, AutoMaps) {
  TempFolder folder;
  const auto file = LocalStorage().Open(folder.Write("f", "bytes"), IoMode::kAuto);
  EXPECT_EQ((*file)->mode(), IoMode::kMmap);
  EXPECT_EQ((*file)->staging_size(), 0u);
}

TEST(LocalStorageTest, WithoutTheGuardAutoReads) {
  TempFolder folder;
  const auto file =
      LocalStorage(/*guard_faults=*/false).Open(folder.Write("f", "bytes"), IoMode::kAuto);
  EXPECT_EQ((*file)->mode(), IoMode::kPread);
}

TEST(LocalStorageTest, PipesAndDevicesAreRefusedWithoutBlocking) {
  TempFolder folder;
  const std::string pipe = folder.Path("pipe");
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);

  for (const IoMode mode : kModes) {
    EXPECT_EQ(LocalStorage().Open(pipe, mode).status().code(), StatusCode::kInvalidArgument);
    EXPECT_EQ(LocalStorage().Open("/dev/zero", mode).status().code(), StatusCode::kInvalidArgument);
  }
}

TEST(LocalStorageTest, LinksAreFollowedAndDanglingOnesAreNotFound) {
  TempFolder folder;
  folder.Write("real", "bytes");
  std::filesystem::create_symlink("real", folder.Path("link"));
  std::filesystem::create_symlink("nowhere", folder.Path("dangling"));

  EXPECT_TRUE(LocalStorage().Open(folder.Path("link"), IoMode::kAuto).ok());
  EXPECT_EQ(LocalStorage().Open(folder.Path("dangling"), IoMode::kAuto).status().code(),
            StatusCode::kNotFound);
}

TEST(LocalStorageTest, PathsThatNoFileCanHave) {
  const LocalStorage storage;
  const std::string with_nul("a\0b", 3);

  EXPECT_EQ(storage.Open(with_nul, IoMode::kAuto).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(storage.Kind(with_nul).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(*storage.Kind(std::string(5000, 'x')), PathKind::kMissing);
  EXPECT_EQ(*storage.Kind(""), PathKind::kMissing);
}

TEST(LocalStorageTest, FilesOver4GiBAreReadAtEveryOffset) {
  TempFolder folder;
  const std::string path = folder.Write("sparse", "");
  const std::uint64_t size = (std::uint64_t{5} << 30) + 7;
  ASSERT_EQ(::truncate(path.c_str(), static_cast<off_t>(size)), 0);
  const std::uint64_t place = (std::uint64_t{1} << 32) + 4093;
  const int fd = ::open(path.c_str(), O_WRONLY);
  ASSERT_EQ(::pwrite(fd, "needle", 6, static_cast<off_t>(place)), 6);
  ASSERT_EQ(::fsync(fd), 0);
  ::close(fd);

  for (const IoMode mode : kModes) {
    const auto file = LocalStorage().Open(path, mode);
    ASSERT_TRUE(file.ok()) << file.status().ToString();
    std::string out(6, '\0');

    EXPECT_EQ((*file)->size(), size);
    EXPECT_TRUE((*file)->Read(place, {reinterpret_cast<std::byte*>(out.data()), 6}).ok());
    EXPECT_EQ(out, "needle");
    EXPECT_TRUE(SumBytes(**file, size - 7, 7).ok());
    EXPECT_EQ(SumBytes(**file, size - 7, 8).code(), StatusCode::kOutOfRange);
  }
}

TEST(LocalStorageTest, AFileThatShrinksIsOutOfRange) {
  for (const IoMode mode : kModes) {
    for (const off_t left : {0, 4096, 100'000, 299'999}) {
      TempFolder folder;
      const std::string path = folder.Write("f", std::string(300'000, 'x'));
      const auto file = LocalStorage().Open(path, mode);
      ASSERT_TRUE(file.ok());
      ASSERT_TRUE(SumBytes(**file, 0, 300'000).ok());

      ASSERT_EQ(::truncate(path.c_str(), left), 0);
      const Status status = SumBytes(**file, 0, 300'000);

      EXPECT_EQ(status.code(), StatusCode::kOutOfRange) << status.ToString();
      EXPECT_EQ(status.file(), path);
      EXPECT_EQ((*file)->CheckUnchanged().code(), StatusCode::kFailedPrecondition);
    }
  }
}

TEST(LocalStorageTest, AFileThatIsWrittenToIsChanged) {
  TempFolder folder;
  const std::string path = folder.Write("f", "bytes");
  const auto file = LocalStorage().Open(path, IoMode::kAuto);
  ASSERT_TRUE((*file)->CheckUnchanged().ok());

  const timespec times[] = {{1, 0}, {1, 0}};
  ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);

  const Status status = (*file)->CheckUnchanged();
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.file(), path);
  EXPECT_FALSE(status.hint().empty());
}

TEST(LocalStorageTest, AReplacedFileKeepsItsOldBytesForWhoHasItOpen) {
  TempFolder folder;
  const std::string path = folder.Write("f", "old bytes");
  const auto file = LocalStorage().Open(path, IoMode::kAuto);

  folder.Write("g", "new");
  std::filesystem::rename(folder.Path("g"), path);
  std::string out(9, '\0');

  EXPECT_TRUE((*file)->Read(0, {reinterpret_cast<std::byte*>(out.data()), 9}).ok());
  EXPECT_EQ(out, "old bytes");
}

TEST(LocalStorageTest, APathIsKnownToLeadToAnotherFile) {
  TempFolder folder;
  const LocalStorage storage;
  const std::string path = folder.Write("f", "bytes");
  const auto file = storage.Open(path, IoMode::kAuto);
  EXPECT_EQ(*storage.Identify(path), (*file)->identity());

  folder.Write("g", "bytes");
  std::filesystem::rename(folder.Path("g"), path);

  EXPECT_NE(*storage.Identify(path), (*file)->identity());
  EXPECT_EQ(storage.Identify(folder.Path("none")).status().code(), StatusCode::kNotFound);
}

TEST(LocalStorageTest, NoDescriptorIsLeaked) {
  TempFolder folder;
  const std::string path = folder.Write("f", std::string(10'000, 'x'));
  const std::size_t before = OpenDescriptors();

  for (int i = 0; i < 200; ++i) {
    for (const IoMode mode : kModes) {
      ASSERT_TRUE(LocalStorage().Open(path, mode).ok());
      ASSERT_FALSE(LocalStorage().Open(folder.Path("missing"), mode).ok());
      ASSERT_FALSE(LocalStorage().Open(folder.path(), mode).ok());
      ASSERT_TRUE(LocalStorage().List(folder.path()).ok());
    }
  }

  EXPECT_EQ(OpenDescriptors(), before);
}

TEST(LocalStorageTest, RunningOutOfDescriptorsIsResourceExhausted) {
  TempFolder folder;
  const std::string path = folder.Write("f", "bytes");
  rlimit old_limit;
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &old_limit), 0);
  const rlimit no_more{0, old_limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &no_more), 0);

  const Status status = LocalStorage().Open(path, IoMode::kAuto).status();

  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &old_limit), 0);
  EXPECT_EQ(status.code(), StatusCode::kResourceExhausted) << status.ToString();
}

TEST(MappingTest, StartsAtTheBoundaryOfALargePage) {
  TempFolder folder;
  const std::string path = folder.Write("f", std::string(3 << 20, 'x'));
  const Descriptor file(::open(path.c_str(), O_RDONLY));

  for (const std::uint64_t size : {1u, 4096u, 4097u, 3u << 20}) {
    const Result<Mapping> mapping = Mapping::Map(file, size);
    ASSERT_TRUE(mapping.ok());
    EXPECT_EQ(mapping->bytes().size(), size);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(mapping->bytes().data()) % Mapping::kAlignment, 0u);
    EXPECT_EQ(mapping->bytes().back(), std::byte{'x'});
  }
}

TEST(MappingTest, WhatDoesNotFitTheAddressSpaceIsRefused) {
  TempFolder folder;
  const std::string path = folder.Write("f", "x");
  const Descriptor file(::open(path.c_str(), O_RDONLY));

  EXPECT_EQ(Mapping::Map(file, UINT64_MAX).status().code(), StatusCode::kResourceExhausted);
  EXPECT_EQ(Mapping::Map(file, std::uint64_t{1} << 62).status().code(),
            StatusCode::kResourceExhausted);
  EXPECT_FALSE(Mapping::Map(Descriptor(), 1).ok());
}

}  // namespace
}  // namespace thaw
