#include "io/storage/local_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/storage/local_storage.h"
#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(LocalFilesTest, FoldersAreMadeOneLevelOrAll) {
  const TempFolder folder;

  EXPECT_TRUE(MakeLastFolder(folder.Path("a/b")).ok());
  EXPECT_THAT(folder.Names(), IsEmpty());
  EXPECT_TRUE(MakeLastFolder(folder.Path("a/")).ok());
  EXPECT_THAT(folder.Names(), ElementsAre("a"));
  EXPECT_TRUE(MakeFolders(folder.Path("b/c//d/")).ok());
  EXPECT_TRUE(MakeFolders(folder.Path("b/c/d")).ok());
  EXPECT_EQ(*LocalStorage().Kind(folder.Path("b/c/d")), PathKind::kDirectory);
  folder.Write("file", "");
  EXPECT_FALSE(MakeFolders(folder.Path("file")).ok());
  EXPECT_FALSE(MakeFolders(folder.Path("file/sub")).ok());
}

TEST(LocalFilesTest, RemovingWhatIsNotThereIsNoError) {
  const TempFolder folder;
  folder.Write("sub/file", "x");

  EXPECT_TRUE(RemoveFile(folder.Path("sub/file")).ok());
  EXPECT_TRUE(RemoveFile(folder.Path("sub/file")).ok());
  EXPECT_FALSE(RemoveFile(folder.Path("sub")).ok());
}

TEST(LocalFilesTest, TimesAreWholeSeconds) {
  const TempFolder folder;

  EXPECT_GT(*ModificationTime(folder.Write("file", "x")), 1'500'000'000);
  EXPECT_EQ(ModificationTime(folder.Path("none")).status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace thaw
