#include "engine/saver/checkpoint_management.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;

TEST(CheckpointManagementTest, ACheckpointIsAnIndexOrAFileOrAPatternOfFiles) {
  const TempFolder folder;
  folder.Write("v2.index", "x");
  folder.Write("v1", "x");
  folder.Write("s-00000-of-00001", "x");
  const std::string pattern = "s-" + std::string(5, '?') + "-of-00001";

  for (const std::string& there : {std::string("v2"), std::string("v1"), pattern}) {
    EXPECT_THAT(CheckpointExists(folder.Path(there)).value(), true) << there;
  }
  EXPECT_TRUE(*CheckpointExists(folder.path()));  // as TensorFlow has it
  EXPECT_FALSE(*CheckpointExists(folder.Path("s")));
  EXPECT_FALSE(*CheckpointExists(folder.Path("none/m")));
}

TEST(CheckpointManagementTest, TheLatestIsWhatTheStateFileNamesIfItExists) {
  const TempFolder folder;
  folder.Write("m-1.index", "x");
  folder.Write("checkpoint", "model_checkpoint_path: \"m-1\"\n");
  folder.Write("other", "model_checkpoint_path: \"m-2\"\n");
  folder.Write("bad", "nonsense {\n");

  EXPECT_THAT(FindLatestCheckpoint(folder.path())->prefix, Optional(folder.Path("m-1")));
  EXPECT_EQ(*PrefixOfPathOrDirectory(folder.path()), folder.Path("m-1"));
  const LatestCheckpoint gone = *FindLatestCheckpoint(folder.path(), "other");
  EXPECT_EQ(gone.prefix, std::nullopt);
  EXPECT_THAT(gone.warning, HasSubstr("m-2"));
  EXPECT_EQ(FindLatestCheckpoint(folder.path(), "bad")->prefix, std::nullopt);
  EXPECT_THAT(FindLatestCheckpoint(folder.path(), "bad")->warning, HasSubstr("line 1"));
  EXPECT_EQ(FindLatestCheckpoint(folder.path(), "none")->prefix, std::nullopt);
  EXPECT_EQ(FindLatestCheckpoint(folder.Path("nowhere"))->prefix, std::nullopt);
}

TEST(CheckpointManagementTest, ADirectoryWithoutALatestIsAValueErrorAndNoDirectoryIsAPrefix) {
  const TempFolder folder;

  const Status status = PrefixOfPathOrDirectory(folder.path()).status();

  EXPECT_EQ(status.tf_class(), "ValueError");
  EXPECT_THAT(status.message(), HasSubstr(folder.path()));
  EXPECT_EQ(*PrefixOfPathOrDirectory(folder.Path("m")), folder.Path("m"));
}

TEST(CheckpointManagementTest, TimesAreOfThoseThatExist) {
  const TempFolder folder;
  const std::vector<std::string> prefixes = {folder.Path("none"), folder.Path("m"),
                                             folder.Path("v1")};
  folder.Write("m.index", "x");
  folder.Write("v1", "x");

  const std::vector<double> times = *CheckpointTimes(prefixes);

  ASSERT_EQ(times.size(), 2u);
  EXPECT_GT(times[0], 1.5e9);
}

TEST(CheckpointManagementTest, RemovingTakesTheFilesOfThatPrefixAndNoOthers) {
  const TempFolder folder;
  const std::vector<std::string> names = {"m.index",
                                          "m.meta",
                                          "m.data-00000-of-00002",
                                          "m.data-00001-of-00002",
                                          "m-1.index",
                                          "m.data-00000-of-00002.zst",
                                          "v1-00000-of-00001",
                                          "v1.meta"};
  for (const std::string& name : names) folder.Write(name, "x");

  EXPECT_TRUE(RemoveCheckpoint(folder.Path("m")).ok());
  EXPECT_TRUE(RemoveCheckpoint(folder.Path("none")).ok());
  EXPECT_THAT(folder.Names(), ElementsAre("m-1.index", "m.data-00000-of-00002.zst",
                                          "v1-00000-of-00001", "v1.meta"));
  EXPECT_TRUE(
      RemoveCheckpoint(folder.Path("v1-" + std::string(5, '?') + "-of-00001"), SaverVersion::kV1)
          .ok());
  EXPECT_THAT(folder.Names(), ElementsAre("m-1.index", "m.data-00000-of-00002.zst"));
}

TEST(CheckpointManagementTest, AbsolutePathsStayUnlessTheyShallBeRelative) {
  const TempFolder folder;
  StateUpdate update;
  update.model_checkpoint_path = folder.Path("m-2");
  update.all_model_checkpoint_paths = {folder.Path("m-1"), "m-0"};

  ASSERT_TRUE(UpdateCheckpointState(folder.path(), update).ok());
  EXPECT_EQ(folder.Read("checkpoint"), "model_checkpoint_path: \"" + folder.Path("m-2") +
                                           "\"\nall_model_checkpoint_paths: \"" +
                                           folder.Path("m-1") +
                                           "\"\nall_model_checkpoint_paths: \"m-0\"\n"
                                           "all_model_checkpoint_paths: \"" +
                                           folder.Path("m-2") + "\"\n");
  update.save_relative_paths = true;
  update.all_model_checkpoint_paths = {folder.Path("m-1"), folder.Path("m-2")};
  update.all_model_checkpoint_timestamps = {1.0, 2.5};
  update.last_preserved_timestamp = 7;
  ASSERT_TRUE(UpdateCheckpointState(folder.path(), update).ok());
  EXPECT_EQ(folder.Read("checkpoint"),
            "model_checkpoint_path: \"m-2\"\nall_model_checkpoint_paths: \"m-1\"\n"
            "all_model_checkpoint_paths: \"m-2\"\nall_model_checkpoint_timestamps: 1.0\n"
            "all_model_checkpoint_timestamps: 2.5\nlast_preserved_timestamp: 7.0\n");
}

TEST(CheckpointManagementTest, WhatCannotBeAStateIsRefusedAndTheFileStays) {
  const TempFolder folder;
  folder.Write("checkpoint", "old");
  folder.Write("sub/x", "");
  StateUpdate conflict;
  conflict.model_checkpoint_path = folder.Path("checkpoint");
  StateUpdate times = conflict;
  times.model_checkpoint_path = folder.Path("m");
  times.all_model_checkpoint_timestamps = {1.0, 2.0};
  StateUpdate directory;
  directory.model_checkpoint_path = folder.Path("m");
  directory.file_name = "sub";

  EXPECT_EQ(UpdateCheckpointState(folder.path(), conflict).tf_class(), "RuntimeError");
  EXPECT_EQ(UpdateCheckpointState(folder.path(), times).tf_class(), "ValueError");
  EXPECT_EQ(UpdateCheckpointState(folder.path(), directory).code(),
            StatusCode::kFailedPrecondition);
  directory.file_name = "checkpoint";
  EXPECT_EQ(UpdateCheckpointState(folder.Path("none"), directory).code(), StatusCode::kNotFound);
  EXPECT_EQ(folder.Read("checkpoint"), "old");
}

}  // namespace
}  // namespace thaw
