#include "io/storage/atomic_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

std::unique_ptr<AtomicFile> Create(const std::string& path, IfExists if_exists) {
  Result<std::unique_ptr<AtomicFile>> file = AtomicFile::Create(path, if_exists);
  EXPECT_TRUE(file.ok()) << file.status().ToString();
  return file.ok() ? std::move(*file) : nullptr;
}

TEST(AtomicFileTest, AppearsWholeWithPublish) {
  TempFolder folder;
  const auto file = Create(folder.Path("out"), IfExists::kKeep);

  ASSERT_TRUE(file->Append(AsBytes("hello ")).ok());
  ASSERT_TRUE(file->Append(AsBytes("world")).ok());
  EXPECT_EQ(file->size(), 11u);
  EXPECT_THAT(folder.Names(), ElementsAre(MatchesRegex("\\.out\\.[0-9]+\\.[0-9a-f]+\\.tmp")));
  ASSERT_TRUE(file->Seal().ok());
  EXPECT_EQ(folder.Names().size(), 1u);
  EXPECT_FALSE(std::filesystem::exists(folder.Path("out")));
  ASSERT_TRUE(file->Publish().ok());

  EXPECT_THAT(folder.Names(), ElementsAre("out"));
  EXPECT_EQ(folder.Read("out"), "hello world");
}

TEST(AtomicFileTest, LeavesNothingWithoutPublish) {
  TempFolder folder;
  {
    const auto file = Create(folder.Path("out"), IfExists::kKeep);
    ASSERT_TRUE(file->Append(AsBytes("half")).ok());
    ASSERT_TRUE(file->Seal().ok());
  }
  EXPECT_THAT(folder.Names(), IsEmpty());
}

TEST(AtomicFileTest, KeepsWhatIsThere) {
  TempFolder folder;
  const std::string path = folder.Write("out", "old");

  const Status status = AtomicFile::Create(path, IfExists::kKeep).status();

  EXPECT_EQ(status.code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(status.file(), path);
  EXPECT_EQ(folder.Read("out"), "old");
}

TEST(AtomicFileTest, KeepsWhatAppearedMeanwhile) {
  TempFolder folder;
  const auto file = Create(folder.Path("out"), IfExists::kKeep);
  ASSERT_TRUE(file->Append(AsBytes("new")).ok());
  folder.Write("out", "somebody else's");

  EXPECT_EQ(file->Publish().code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(file->Publish().code(), StatusCode::kAlreadyExists);
  EXPECT_EQ(folder.Read("out"), "somebody else's");
}

TEST(AtomicFileTest, ReplacesOnlyWithPublish) {
  TempFolder folder;
  const auto file = Create(folder.Write("out", "old"), IfExists::kReplace);
  ASSERT_TRUE(file->Append(AsBytes("new")).ok());
  ASSERT_TRUE(file->Seal().ok());
  EXPECT_EQ(folder.Read("out"), "old");

  ASSERT_TRUE(file->Publish().ok());

  EXPECT_EQ(folder.Read("out"), "new");
  EXPECT_THAT(folder.Names(), ElementsAre("out"));
}

TEST(AtomicFileTest, RangesAreWrittenInAnyOrderAndGapsAreZeros) {
  TempFolder folder;
  const auto file = Create(folder.Path("out"), IfExists::kKeep);

  ASSERT_TRUE(file->Reserve(10).ok());
  EXPECT_EQ(file->size(), 10u);
  ASSERT_TRUE(file->WriteAt(7, AsBytes("xyz")).ok());
  ASSERT_TRUE(file->WriteAt(0, AsBytes("ab")).ok());
  ASSERT_TRUE(file->WriteAt(12, AsBytes("!")).ok());
  ASSERT_TRUE(file->Append(AsBytes("?")).ok());
  ASSERT_TRUE(file->Publish().ok());

  EXPECT_EQ(folder.Read("out"), std::string("ab\0\0\0\0\0xyz\0\0!?", 14));
}

TEST(AtomicFileTest, NothingIsWrittenAfterSeal) {
  TempFolder folder;
  const auto file = Create(folder.Path("out"), IfExists::kKeep);
  ASSERT_TRUE(file->Seal().ok());

  EXPECT_EQ(file->Append(AsBytes("x")).code(), StatusCode::kFailedPrecondition);
  EXPECT_TRUE(file->Publish().ok());
  EXPECT_TRUE(file->Publish().ok());
  EXPECT_EQ(folder.Read("out"), "");
}

TEST(AtomicFileTest, NamesThatCannotBeWritten) {
  TempFolder folder;
  const auto code = [](const std::string& path) {
    return AtomicFile::Create(path, IfExists::kReplace).status().code();
  };

  EXPECT_EQ(code(folder.Path("no/such/folder")), StatusCode::kNotFound);
  EXPECT_EQ(code(folder.path()), StatusCode::kInvalidArgument);
  EXPECT_EQ(code(folder.path() + "/"), StatusCode::kInvalidArgument);
  EXPECT_EQ(code(""), StatusCode::kInvalidArgument);
  EXPECT_EQ(code(std::string("a\0b", 3)), StatusCode::kInvalidArgument);
}

TEST(AtomicFileTest, ANameOfFullLengthWorks) {
  TempFolder folder;
  const std::string name(255, 'n');
  const auto file = Create(folder.Path(name), IfExists::kKeep);

  ASSERT_TRUE(file->Publish().ok());

  EXPECT_THAT(folder.Names(), ElementsAre(name));
}

TEST(AtomicFileTest, HasTheRightsOfAnOrdinaryFile) {
  TempFolder folder;
  const mode_t mask = ::umask(027);
  const auto file = Create(folder.Path("out"), IfExists::kKeep);
  ::umask(mask);
  ASSERT_TRUE(file->Publish().ok());

  struct stat info;
  ASSERT_EQ(::stat(folder.Path("out").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0640u);
}

// A limit on the file's size stands in for a full disk.
TEST(AtomicFileTest, AFailedWriteIsFinal) {
  TempFolder folder;
  const auto file = Create(folder.Path("out"), IfExists::kKeep);
  rlimit old_limit;
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &old_limit), 0);
  const auto old_handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4096, old_limit.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);

  const Status first = file->Append(AsBytes(std::string(10'000, 'x')));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &old_limit), 0);
  ::signal(SIGXFSZ, old_handler);

  EXPECT_EQ(first.code(), StatusCode::kUnavailable) << first.ToString();
  EXPECT_EQ(first.file(), folder.Path("out"));
  EXPECT_EQ(file->Append(AsBytes("x")).message(), first.message());
  EXPECT_EQ(file->Publish().message(), first.message());
  EXPECT_FALSE(std::filesystem::exists(folder.Path("out")));
}

}  // namespace
}  // namespace thaw
