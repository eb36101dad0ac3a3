#include "engine/saver/saver.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/engine/saver/saver_fixture.h"

namespace thaw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Optional;

using SaverTest = SaverFixture;

TEST_F(SaverTest, WhatIsSavedIsRestored) {
  Variable* w = Make("w", 1.5);
  const std::vector<Variable*> parts =
      *store_.GetPartitionedVariable("emb", kF32, {4}, Shape{2}, {Constant(3.0), false, ""});
  Variable* words = *store_.Variable("words", DType::kString, {2});
  Initialise();
  words->strings = {"a", ""};
  Saver saver = MakeSaver(store_);

  const auto path = saver.Save(folder_.Path("m"));

  ASSERT_TRUE(path.ok()) << path.status().ToString();
  EXPECT_THAT(*path, Optional(folder_.Path("m")));
  EXPECT_THAT(folder_.Names(), ElementsAre("checkpoint", "m.data-00000-of-00001", "m.index"));
  std::memset(w->buffer.data(), 0, w->buffer.size());
  std::memset(parts[1]->buffer.data(), 0, parts[1]->buffer.size());
  words->strings.clear();
  const Report report = saver.Restore(**path);
  EXPECT_TRUE(report.status.ok()) << report.status.ToString();
  EXPECT_TRUE(report.complete());
  EXPECT_THAT(ValuesOf(*w), ElementsAre(1.5f, 1.5f));
  EXPECT_THAT(ValuesOf(*parts[1]), ElementsAre(3.0f, 3.0f));
  EXPECT_THAT(words->strings, ElementsAre("a", ""));
}

TEST_F(SaverTest, ASaverKnowsTheVariablesOfItsMoment) {
  Make("w", 1);
  Saver saver = MakeSaver(store_);
  Make("later", 1);
  Initialise();

  ASSERT_TRUE(saver.Save(folder_.Path("m")).ok());

  const Checkpoint checkpoint = *Checkpoint::OpenPrefix(folder_.Path("m"));
  EXPECT_EQ(checkpoint.num_tensors(), 1u);
}

TEST_F(SaverTest, PrefixesCarryTheStep) {
  Make("w", 1);
  Initialise();
  SaverOptions padded;
  padded.pad_step_number = true;
  Saver saver = MakeSaver(store_);
  Saver padding = MakeSaver(store_, padded);

  EXPECT_EQ(SaveStep(saver, folder_.Path("m"), 7), folder_.Path("m-7"));
  EXPECT_EQ(SaveStep(saver, folder_.Path("m"), -3), folder_.Path("m--3"));
  EXPECT_EQ(SaveStep(padding, folder_.Path("m"), 7), folder_.Path("m-00000007"));
  EXPECT_EQ(SaveStep(saver, folder_.Path("checkpoint"), 1), folder_.Path("checkpoint-1"));
}

TEST_F(SaverTest, TheNewestStayAndTheStateFileNamesThem) {
  Make("w", 1);
  Initialise();
  SaverOptions two;
  two.max_to_keep = 2;
  Saver saver = MakeSaver(store_, two);

  for (int step = 1; step <= 4; ++step) SaveStep(saver, folder_.Path("m"), step);

  EXPECT_THAT(folder_.Names(), ElementsAre("checkpoint", "m-3.data-00000-of-00001", "m-3.index",
                                           "m-4.data-00000-of-00001", "m-4.index"));
  EXPECT_EQ(folder_.Read("checkpoint"),
            "model_checkpoint_path: \"" + folder_.Path("m-4") +
                "\"\nall_model_checkpoint_paths: \"" + folder_.Path("m-3") +
                "\"\nall_model_checkpoint_paths: \"" + folder_.Path("m-4") + "\"\n");
  EXPECT_TRUE(saver.removal_failure().ok());
}

TEST_F(SaverTest, OneIsKeptEveryNHoursByTheClock) {
  Make("w", 1);
  Initialise();
  double now = 1000.0;
  SaverOptions options;
  options.max_to_keep = 1;
  options.keep_checkpoint_every_n_hours = 1.0;
  options.clock = [&now] { return now; };
  Saver saver = MakeSaver(store_, options);

  for (int step = 1; step <= 5; ++step) {
    now += 2000.0;
    SaveStep(saver, folder_.Path("m"), step);
  }

  // Saved at 2000 s, 4000 s, … after the Saver was made; the second and the fourth are the first
  // after an hour and after two.
  std::vector<std::string> indexes;
  for (const std::string& name : folder_.Names()) {
    if (name.ends_with(".index")) indexes.push_back(name);
  }
  EXPECT_THAT(indexes, ElementsAre("m-2.index", "m-4.index", "m-5.index"));
}

TEST_F(SaverTest, OnlyTheStateFileOfTheNameIsWrittenAndNoneOnWish) {
  Make("w", 1);
  Initialise();
  Saver saver = MakeSaver(store_);
  SaveOptions other;
  other.latest_filename = "latest";
  SaveOptions none;
  none.write_state = false;

  ASSERT_TRUE(saver.Save(folder_.Path("a"), other).ok());
  ASSERT_TRUE(saver.Save(folder_.Path("b"), none).ok());

  EXPECT_THAT(folder_.Names(), ElementsAre("a.data-00000-of-00001", "a.index",
                                           "b.data-00000-of-00001", "b.index", "latest"));
  EXPECT_THAT(saver.last_checkpoints(), testing::SizeIs(1));
}

TEST_F(SaverTest, NamesThatCannotBeAreValueErrorsBeforeAnyFile) {
  Make("w", 1);
  Initialise();
  Saver saver = MakeSaver(store_);
  SaveOptions path_in_name;
  path_in_name.latest_filename = "a/b";

  EXPECT_EQ(saver.Save(folder_.Path("m"), path_in_name).status().tf_class(), "ValueError");
  const Status collides = saver.Save(folder_.Path("checkpoint")).status();
  EXPECT_EQ(collides.tf_class(), "ValueError");
  EXPECT_THAT(collides.message(), HasSubstr("collides with 'save_path'"));
  EXPECT_EQ(saver.Save("").status().tf_class(), "ValueError");
  EXPECT_THAT(folder_.Names(), IsEmpty());
}

TEST_F(SaverTest, OneMissingFolderIsMadeAndTwoAreAValueError) {
  Make("w", 1);
  Initialise();
  SaverOptions sharded;
  sharded.sharded = true;
  Saver saver = MakeSaver(store_);
  Saver by_device = MakeSaver(store_, sharded);

  const Status two = saver.Save(folder_.Path("a/b/m")).status();
  const Status of_device = by_device.Save(folder_.Path("a/m")).status();

  EXPECT_EQ(two.tf_class(), "ValueError");
  EXPECT_THAT(two.message(), HasSubstr("Parent directory of " + folder_.Path("a/b/m")));
  EXPECT_EQ(of_device.tf_class(), "ValueError");
  EXPECT_THAT(folder_.Names(), IsEmpty());
  EXPECT_TRUE(saver.Save(folder_.Path("a/m")).ok());
  EXPECT_TRUE(by_device.Save(folder_.Path("a/m")).ok());
}

TEST_F(SaverTest, AShardedCheckpointOfTheStateFilesNameIsARuntimeError) {
  Make("w", 1);
  Initialise();
  SaverOptions sharded;
  sharded.sharded = true;
  Saver saver = MakeSaver(store_, sharded);

  EXPECT_EQ(saver.Save(folder_.Path("checkpoint")).status().tf_class(), "RuntimeError");
}

TEST_F(SaverTest, AVariableWithoutAValueIsNamedAndOldFilesStay) {
  Variable* a = Make("a", 1);
  Make("b", 1);
  Initialise();
  Saver saver = MakeSaver(store_);
  ASSERT_TRUE(saver.Save(folder_.Path("m")).ok());
  const std::string index = folder_.Read("m.index");
  const std::string state = folder_.Read("checkpoint");
  a->is_initialized = false;

  const Status status = saver.Save(folder_.Path("m")).status();
  const Status other = saver.Save(folder_.Path("n")).status();

  EXPECT_EQ(status.tf_class(), "FailedPreconditionError");
  EXPECT_THAT(status.message(), HasSubstr("uninitialized value a"));
  EXPECT_EQ(other.code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(folder_.Read("m.index"), index);
  EXPECT_EQ(folder_.Read("checkpoint"), state);
  EXPECT_THAT(folder_.Names(), ElementsAre("checkpoint", "m.data-00000-of-00001", "m.index"));
  // TensorFlow takes the empty directory of "m" for one that is missing.
  const Status no_directory = saver.Save("name").status();
  EXPECT_EQ(no_directory.tf_class(), "ValueError");
  EXPECT_THAT(no_directory.message(), HasSubstr("cannot save name"));
}

TEST_F(SaverTest, AFullDiskLeavesTheOlderCheckpointAndTheState) {
  Make("w", 1);
  Initialise();
  Saver saver = MakeSaver(store_);
  ASSERT_TRUE(saver.Save(folder_.Path("m-1")).ok());
  const std::string state = folder_.Read("checkpoint");
  // A directory in the place of the data file cannot be replaced.
  folder_.Write("m-2.data-00000-of-00001/x", "");

  EXPECT_FALSE(saver.Save(folder_.Path("m-2")).ok());

  EXPECT_EQ(folder_.Read("checkpoint"), state);
  EXPECT_FALSE(*CheckpointExists(folder_.Path("m-2")));
  EXPECT_TRUE(saver.Restore(folder_.Path("m-1")).status.ok());
}

TEST_F(SaverTest, AnEmptySaverDoesNothing) {
  SaverOptions empty;
  empty.allow_empty = true;
  Saver saver = MakeSaver(store_, empty);

  EXPECT_EQ(saver.Save(folder_.Path("m")).value(), std::nullopt);
  EXPECT_TRUE(saver.Restore("nowhere").status.ok());
  EXPECT_THAT(folder_.Names(), IsEmpty());
  EXPECT_EQ(Saver::Create(store_, std::nullopt, {}).status().tf_class(), "ValueError");
}

TEST_F(SaverTest, LocalVariablesAreNotSaved) {
  Make("w", 1);
  Variable* local = Make("l", 1);
  local->is_local = true;
  Initialise();

  ASSERT_TRUE(MakeSaver(store_).Save(folder_.Path("m")).ok());

  EXPECT_EQ(Checkpoint::OpenPrefix(folder_.Path("m"))->num_tensors(), 1u);
}

TEST_F(SaverTest, TheHistoryIsRecoveredFromFiles) {
  Make("w", 1);
  Initialise();
  SaverOptions two;
  two.max_to_keep = 2;
  Saver first = MakeSaver(store_, two);
  const std::vector<std::string> paths = {SaveStep(first, folder_.Path("m"), 1),
                                          folder_.Path("gone"),
                                          SaveStep(first, folder_.Path("m"), 2)};
  Saver second = MakeSaver(store_, two);

  ASSERT_TRUE(second.RecoverLastCheckpoints(paths).ok());
  EXPECT_THAT(second.last_checkpoints(), testing::SizeIs(2));
  SaveStep(second, folder_.Path("m"), 3);

  EXPECT_FALSE(*CheckpointExists(folder_.Path("m-1")));
  EXPECT_TRUE(*CheckpointExists(folder_.Path("m-2")));
}

TEST_F(SaverTest, ACheckpointThatCannotBeRemovedIsReported) {
  Make("w", 1);
  Initialise();
  SaverOptions one;
  one.max_to_keep = 1;
  Saver saver = MakeSaver(store_, one);
  folder_.Write("old.index/x", "");
  saver.set_last_checkpoints({{folder_.Path("old"), 1.0}});

  EXPECT_TRUE(saver.Save(folder_.Path("m")).ok());

  EXPECT_FALSE(saver.removal_failure().ok());
  EXPECT_THAT(saver.removal_failure().message(), HasSubstr("old.index"));
}

TEST_F(SaverTest, V1IsOneFileOrAPatternOfFiles) {
  Make("w", 1);
  Initialise();
  SaverOptions options;
  options.write_version = SaverVersion::kV1;
  options.max_to_keep = 1;
  Saver saver = MakeSaver(store_, options);
  options.sharded = true;
  Saver sharded = MakeSaver(store_, options);
  const std::string pattern = "s-" + std::string(5, '?') + "-of-00001";

  EXPECT_EQ(SaveStep(saver, folder_.Path("m"), 1), folder_.Path("m-1"));
  EXPECT_EQ(SaveStep(saver, folder_.Path("m"), 2), folder_.Path("m-2"));
  EXPECT_THAT(sharded.Save(folder_.Path("s")).value(), Optional(folder_.Path(pattern)));

  EXPECT_THAT(folder_.Names(), ElementsAre("checkpoint", "m-2", "s-00000-of-00001"));
  EXPECT_THAT(folder_.Read("checkpoint"), HasSubstr(pattern));
  EXPECT_TRUE(sharded.Restore(folder_.Path(pattern)).status.ok());
  EXPECT_TRUE(saver.Restore(folder_.Path("m-2")).status.ok());
  EXPECT_TRUE(sharded.Save(folder_.Path("t")).ok());
  EXPECT_THAT(folder_.Names(), ElementsAre("checkpoint", "m-2", "t-00000-of-00001"));
  EXPECT_EQ(saver.Save(folder_.Path("none/m")).status().tf_class(), "ValueError");
}

TEST_F(SaverTest, ADTypeThatV1LacksComesBeforeAFolderThatIsNotThere) {
  Make("w", 1, {2}, DType::kBFloat16);
  Initialise();
  SaverOptions options;
  options.write_version = SaverVersion::kV1;
  Saver saver = MakeSaver(store_, options);

  EXPECT_EQ(saver.Save(folder_.Path("no/such/m")).status().code(), StatusCode::kUnimplemented);
}

TEST_F(SaverTest, APrefixMayBeADirectoryWithASlash) {
  Make("w", 1);
  Initialise();
  Saver saver = MakeSaver(store_);

  ASSERT_TRUE(saver.Save(folder_.Path("sub/")).ok());

  EXPECT_TRUE(*CheckpointExists(folder_.Path("sub/")));
  EXPECT_TRUE(saver.Restore(folder_.Path("sub/")).status.ok());
}

}  // namespace
}  // namespace thaw
