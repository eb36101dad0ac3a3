#include "engine/saver/checkpoint_manager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

class CheckpointManagerTest : public testing::Test {
 protected:
  CheckpointManagerTest() {
    w_ = *store_.GetVariable("w", DType::kFloat32, {}, {Constant(1.0), false, ""});
    EXPECT_TRUE(Initialize(store_).status.ok());
    saver_.emplace(*Saver::Create(store_, std::nullopt));
  }

  CheckpointManager Manage(const std::string& directory, std::optional<std::int64_t> max_to_keep,
                           double keep_every_n_hours = 0.0) {
    return *CheckpointManager::Create(
        *saver_, directory,
        {max_to_keep, keep_every_n_hours, "ckpt", [this] { return now_ += 1000.0; }});
  }
  std::vector<std::string> Indexes() const {
    std::vector<std::string> names;
    for (const std::string& name : folder_.Names()) {
      if (name.ends_with(".index")) names.push_back(name);
    }
    return names;
  }

  TempFolder folder_;
  VariableStore store_;
  Variable* w_;
  std::optional<Saver> saver_;
  double now_ = 1e6;  // seconds; each look at the clock finds it 1000 s later
};

TEST_F(CheckpointManagerTest, TheStateHasRelativePathsAndTimes) {
  CheckpointManager manager = Manage(folder_.path(), 2);

  for (int i = 0; i < 3; ++i) ASSERT_TRUE(manager.Save().ok());

  EXPECT_THAT(Indexes(), ElementsAre("ckpt-2.index", "ckpt-3.index"));
  EXPECT_THAT(manager.latest_checkpoint(), Optional(folder_.Path("ckpt-3")));
  EXPECT_THAT(manager.checkpoints(), ElementsAre(folder_.Path("ckpt-2"), folder_.Path("ckpt-3")));
  EXPECT_EQ(folder_.Read("checkpoint"),
            "model_checkpoint_path: \"ckpt-3\"\nall_model_checkpoint_paths: \"ckpt-2\"\n"
            "all_model_checkpoint_paths: \"ckpt-3\"\nall_model_checkpoint_timestamps: 1003000.0\n"
            "all_model_checkpoint_timestamps: 1004000.0\nlast_preserved_timestamp: 1000999.0\n");
}

TEST_F(CheckpointManagerTest, ASecondManagerGoesOnWhereTheFirstEnded) {
  CheckpointManager first = Manage(folder_.path(), 2);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(first.Save().ok());

  CheckpointManager second = Manage(folder_.path(), 2);
  EXPECT_THAT(second.checkpoints(), ElementsAre(folder_.Path("ckpt-1"), folder_.Path("ckpt-2")));
  w_->is_initialized = false;
  EXPECT_TRUE(second.RestoreLatest().status.ok());
  EXPECT_TRUE(w_->is_initialized);

  EXPECT_THAT(*second.Save(), Optional(folder_.Path("ckpt-3")));
  EXPECT_THAT(*second.Save(77), Optional(folder_.Path("ckpt-77")));
  EXPECT_THAT(*second.Save(), Optional(folder_.Path("ckpt-5")));
  EXPECT_THAT(Indexes(), ElementsAre("ckpt-5.index", "ckpt-77.index"));
}

TEST_F(CheckpointManagerTest, WhatIsKeptByTheHourIsForgottenButStays) {
  // Times of saving: 1002000 s and so on; one hour after the start is 1004599 s.
  CheckpointManager manager = Manage(folder_.path(), 1, 1.0);

  for (int i = 0; i < 9; ++i) ASSERT_TRUE(manager.Save().ok());

  EXPECT_THAT(Indexes(), ElementsAre("ckpt-4.index", "ckpt-8.index", "ckpt-9.index"));
  EXPECT_THAT(manager.checkpoints(), ElementsAre(folder_.Path("ckpt-9")));
  EXPECT_THAT(folder_.Read("checkpoint"), HasSubstr("last_preserved_timestamp: 1009000.0"));
}

TEST_F(CheckpointManagerTest, FoldersAreMadeAndNothingIsWrittenBeforeTheFirstSave) {
  CheckpointManager manager = Manage(folder_.Path("a/b/c"), std::nullopt);
  EXPECT_THAT(folder_.Names(), IsEmpty());
  EXPECT_EQ(manager.latest_checkpoint(), std::nullopt);
  EXPECT_TRUE(manager.RestoreLatest().status.ok());

  ASSERT_TRUE(manager.Save().ok());

  EXPECT_TRUE(*CheckpointExists(folder_.Path("a/b/c/ckpt-1")));
}

TEST_F(CheckpointManagerTest, CheckpointsOfASaverAreNotTakenOver) {
  ASSERT_TRUE(saver_->Save(folder_.Path("m-4")).ok());

  CheckpointManager manager = Manage(folder_.path(), 1);

  EXPECT_THAT(manager.latest_checkpoint(), Optional(folder_.Path("m-4")));
  EXPECT_THAT(manager.checkpoints(), IsEmpty());
  EXPECT_THAT(*manager.Save(), Optional(folder_.Path("ckpt-1")));
  EXPECT_THAT(Indexes(), ElementsAre("ckpt-1.index", "m-4.index"));
}

TEST_F(CheckpointManagerTest, AFailedSaveTakesNoNumberAndLeavesTheState) {
  CheckpointManager manager = Manage(folder_.path(), 1);
  ASSERT_TRUE(manager.Save().ok());
  const std::string state = folder_.Read("checkpoint");
  w_->is_initialized = false;

  EXPECT_EQ(manager.Save().status().code(), StatusCode::kFailedPrecondition);

  EXPECT_EQ(folder_.Read("checkpoint"), state);
  w_->is_initialized = true;
  EXPECT_THAT(*manager.Save(), Optional(folder_.Path("ckpt-2")));
}

TEST_F(CheckpointManagerTest, ALimitBelowOneIsAValueErrorThatNamesIt) {
  for (const std::int64_t limit : {0, -1}) {
    const Status status =
        CheckpointManager::Create(*saver_, folder_.path(), {.max_to_keep = limit}).status();

    EXPECT_EQ(status.tf_class(), "ValueError");
    EXPECT_THAT(status.message(), HasSubstr("max_to_keep"));
  }
}

}  // namespace
}  // namespace thaw
