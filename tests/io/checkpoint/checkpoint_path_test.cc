#include "io/checkpoint/checkpoint_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "io/checkpoint/file_content.h"
#include "io/checkpoint/tensor_slice_files.h"
#include "io/storage/memory_storage.h"

namespace thaw {
namespace {

using ::testing::HasSubstr;

constexpr PathForm kForms[] = {
    {CheckpointFormat::kTfV2, RecogniseBundleV2},
    {CheckpointFormat::kTfV1, RecogniseBundleV1},
    {CheckpointFormat::kSafetensors, RecogniseSafetensors},
};

// Bytes that end like a sorted table.
std::string Table() { return std::string(40, '\0') + "\x57\xfb\x80\x8b\x24\x75\x47\xdb"; }

std::string State(const std::string& latest) { return "model_checkpoint_path: '" + latest + "'"; }

// A file system in memory; every file named here is empty unless it says otherwise.
class CheckpointPathTest : public ::testing::Test {
 protected:
  void PutBundle(const std::string& prefix) {
    storage_.Put(prefix + ".index", Table());
    storage_.Put(prefix + ".data-00000-of-00001", "data");
  }

  Result<CheckpointPath> Resolve(const std::string& typed) const {
    return ResolveCheckpointPath(storage_, typed, kForms);
  }

  // The prefix that was found, or the error.
  std::string Found(const std::string& typed) const {
    const Result<CheckpointPath> found = Resolve(typed);
    return found.ok() ? found->prefix : found.status().ToString();
  }

  std::string TakenFor(const std::string& typed) const { return Resolve(typed)->taken_for; }
  Status Error(const std::string& typed) const { return Resolve(typed).status(); }

  MemoryStorage storage_;
};

TEST_F(CheckpointPathTest, EverySpellingOfAPrefix) {
  PutBundle("d/m-1");
  storage_.Put("d/m-1.meta", "graph");

  for (const char* typed : {"d/m-1", "d/m-1.index", "d/m-1.data-00000-of-00001", "d/m-1.meta"}) {
    EXPECT_EQ(Found(typed), "d/m-1") << typed;
  }
  EXPECT_EQ(TakenFor("d/m-1"), "");
  EXPECT_EQ(TakenFor("d/m-1.index"), "'d/m-1.index' is the index file of the checkpoint 'd/m-1'");
  EXPECT_EQ(Resolve("d/m-1")->format, CheckpointFormat::kTfV2);
}

TEST_F(CheckpointPathTest, AnyShardNamesItsPrefix) {
  PutBundle("d/m");
  EXPECT_EQ(Found("d/m.data-00003-of-00008"), "d/m");
  EXPECT_EQ(Found("d/m.data-100000-of-123456"), "d/m");
  EXPECT_EQ(Error("d/m.data-003-of-00008").code(), StatusCode::kNotFound);
  EXPECT_EQ(Error("d/m.data-00003-of-0000x").code(), StatusCode::kNotFound);
}

TEST_F(CheckpointPathTest, LettersOfPatternsAreLetters) {
  PutBundle("d[1]/m?*");
  PutBundle("d1/mab");
  EXPECT_EQ(Found("d[1]/m?*"), "d[1]/m?*");
  EXPECT_EQ(Error("d?/mab").code(), StatusCode::kNotFound);
}

TEST_F(CheckpointPathTest, ASuffixBelongsToThePrefixWhereItsIndexIsThere) {
  PutBundle("d/m");
  PutBundle("d/m.index");
  EXPECT_EQ(Found("d/m.index"), "d/m.index");
}

TEST_F(CheckpointPathTest, ADirectoryMeansItsLatestCheckpoint) {
  PutBundle("d/m-1");
  PutBundle("d/m-2");
  storage_.Put("d/checkpoint", State("m-2"));

  for (const char* typed : {"d", "d/", "d/checkpoint"}) EXPECT_EQ(Found(typed), "d/m-2") << typed;
  EXPECT_THAT(TakenFor("d"), HasSubstr("'d/checkpoint' says that the latest is 'd/m-2'"));
}

TEST_F(CheckpointPathTest, AStateFileOfAnyNameIsKnownByItsContent) {
  PutBundle("d/m-1");
  storage_.Put("d/latest.txt", State("m-1"));
  EXPECT_EQ(Found("d/latest.txt"), "d/m-1");
}

// tf.train.load_checkpoint("d/checkpoint") opens the prefix, too.
TEST_F(CheckpointPathTest, APrefixNamedCheckpointWinsOverTheStateFile) {
  PutBundle("d/checkpoint");
  PutBundle("d/other");
  storage_.Put("d/checkpoint", State("other"));

  EXPECT_EQ(Found("d/checkpoint"), "d/checkpoint");
  EXPECT_EQ(Found("d"), "d/other");
}

TEST_F(CheckpointPathTest, SavedModels) {
  PutBundle("export/variables/variables");
  storage_.Put("export/saved_model.pb", "graph");
  for (const char* typed : {"export", "export/", "export/variables", "export/variables/"}) {
    EXPECT_EQ(Found(typed), "export/variables/variables") << typed;
  }
  EXPECT_THAT(TakenFor("export"), HasSubstr("SavedModel"));
}

TEST_F(CheckpointPathTest, APrefixWithoutBaseName) {
  PutBundle("d/");
  for (const char* typed : {"d", "d/", "d/.index", "d/.data-00000-of-00001"}) {
    EXPECT_EQ(Found(typed), "d/") << typed;
  }
}

TEST_F(CheckpointPathTest, APrefixBesideADirectoryOfItsName) {
  PutBundle("d/m");
  storage_.Put("d/m/log.txt", "x");
  EXPECT_EQ(Found("d/m"), "d/m");
  EXPECT_EQ(Found("d/m/"), "d/m");
}

TEST_F(CheckpointPathTest, V1FilesAndPatterns) {
  storage_.Put("d/old.ckpt", Table());
  storage_.Put("d/old.ckpt.meta", "graph");
  storage_.Put("d/s-00000-of-00004", Table());
  storage_.Put("d/checkpoint", State("old.ckpt"));
  const std::string pattern = std::string("d/s") + std::string(kV1PatternMiddle) + "00004";

  for (const std::string& typed : {std::string("d/old.ckpt"), std::string("d/old.ckpt.meta"),
                                   std::string("d"), std::string("d/checkpoint")}) {
    EXPECT_EQ(Found(typed), "d/old.ckpt");
    EXPECT_EQ(Resolve(typed)->format, CheckpointFormat::kTfV1);
  }
  EXPECT_EQ(Found(pattern), pattern);
  EXPECT_EQ(Resolve(pattern)->format, CheckpointFormat::kTfV1);
  EXPECT_THAT(Error("d/s").hint(), HasSubstr(pattern));
  storage_.Put("d/s.meta", "graph");
  EXPECT_EQ(Found("d/s.meta"), pattern);
  EXPECT_THAT(Resolve("d/s.meta")->taken_for, HasSubstr("meta file"));
}

TEST_F(CheckpointPathTest, SafetensorsByNameAndByContent) {
  const std::string header = "{\"a\":{}}";
  const std::string bytes = std::string("\x08\0\0\0\0\0\0\0", 8) + header;
  storage_.Put("d/model.safetensors", bytes);
  storage_.Put("d/renamed.bin", bytes);
  storage_.Put("e/model.safetensors.index.json", "{}");

  for (const char* typed : {"d/model.safetensors", "d/renamed.bin", "e", "d"}) {
    ASSERT_TRUE(Resolve(typed).ok()) << typed;
    EXPECT_EQ(Resolve(typed)->format, CheckpointFormat::kSafetensors);
  }
}

TEST_F(CheckpointPathTest, AGitLfsPointerIsNotFoundWithTheCommandThatHelps) {
  storage_.Put("d/m.index", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n");
  storage_.Put("d/checkpoint", State("m"));
  for (const char* typed : {"d/m", "d/m.index", "d", "d/m.data-00000-of-00001"}) {
    EXPECT_EQ(Error(typed).code(), StatusCode::kNotFound) << typed;
    EXPECT_EQ(Error(typed).file(), "d/m.index");
    EXPECT_THAT(Error(typed).hint(), HasSubstr("git lfs pull"));
  }
}

TEST_F(CheckpointPathTest, OtherFilesAreNamedForWhatTheyAre) {
  const struct {
    std::string bytes;
    std::string words;
  } cases[] = {
      {"<!DOCTYPE html><html>", "an HTML page"},
      {" \n<HTML>", "an HTML page"},
      {"<?xml version='1.0'?><Error/>", "an XML document"},
      {std::string("\x1f\x8b\x08\0\0", 5), "a gzip archive"},
      {std::string("PK\x03\x04", 4) + std::string(60, 'x'), "a zip archive"},
      {std::string(257, '\0') + "ustar", "a tar archive"},
      {std::string("\x89HDF\r\n\x1a\n"), "an HDF5 file"},
      {std::string("\x80\x02}q"), "a Python pickle"},
      {std::string("\x93NUMPY\x01"), "a NumPy array"},
  };
  for (const auto& one : cases) {
    storage_.Put("d/file", one.bytes);
    storage_.Put("d/m.index", one.bytes);
    for (const char* typed : {"d/file", "d/m"}) {
      EXPECT_EQ(Error(typed).code(), StatusCode::kNotFound);
      EXPECT_EQ(Error(typed).tf_class(), "DataLossError");
      EXPECT_THAT(Error(typed).message(), HasSubstr(one.words));
      EXPECT_NE(Error(typed).hint(), "");
    }
  }
}

TEST_F(CheckpointPathTest, AnEmptyFileIsDataLoss) {
  storage_.Put("d/m.ckpt", "");
  EXPECT_EQ(Error("d/m.ckpt").code(), StatusCode::kDataLoss);
}

TEST_F(CheckpointPathTest, ATextFileIsNoCheckpoint) {
  storage_.Put("d/README.md", "# Read me\nfirst: words");
  EXPECT_EQ(Error("d/README.md").code(), StatusCode::kNotFound);
}

TEST_F(CheckpointPathTest, AMalformedStateFileSaysWhere) {
  storage_.Put("d/checkpoint", "model_checkpoint_path: 'm'\noops");
  PutBundle("d/m");
  for (const char* typed : {"d", "d/checkpoint"}) {
    EXPECT_EQ(Error(typed).code(), StatusCode::kNotFound);
    EXPECT_THAT(Error(typed).message(), HasSubstr("line 2"));
    EXPECT_THAT(Error(typed).hint(), HasSubstr("'d/m'"));
  }
}

TEST_F(CheckpointPathTest, AStateFileWithoutLatestIsNotFound) {
  storage_.Put("d/checkpoint", "model_checkpoint_path: ''");
  EXPECT_EQ(Error("d").code(), StatusCode::kNotFound);
  EXPECT_EQ(Error("d").tf_class(), "ValueError");
}

TEST_F(CheckpointPathTest, AMovedDirectoryIsNotFoundButItsCheckpointIsNamed) {
  PutBundle("here/m-7");
  storage_.Put("here/checkpoint", State("/there/m-7"));

  const Status status = Error("here");

  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.tf_class(), "ValueError");
  EXPECT_THAT(status.message(), HasSubstr("/there/m-7"));
  EXPECT_THAT(status.hint(), HasSubstr("'here/m-7' is there"));
}

TEST_F(CheckpointPathTest, AStateThatNamesAMissingCheckpointListsTheOthers) {
  PutBundle("d/m-1");
  storage_.Put("d/checkpoint", State("m-2"));
  EXPECT_EQ(Error("d").code(), StatusCode::kNotFound);
  EXPECT_THAT(Error("d").hint(), HasSubstr("'d/m-1'"));
}

TEST_F(CheckpointPathTest, AStateThatNamesItsOwnDirectoryEnds) {
  storage_.Put("d/checkpoint", State("../d"));
  EXPECT_EQ(Error("d").code(), StatusCode::kNotFound);
}

TEST_F(CheckpointPathTest, ADirectoryWithoutStateListsItsPrefixes) {
  PutBundle("d/a");
  PutBundle("d/b");
  const Status status = Error("d");
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.tf_class(), "ValueError");
  EXPECT_EQ(status.file(), "d");
  EXPECT_EQ(status.hint(), "give the prefix: 'd/a', 'd/b'");
}

TEST_F(CheckpointPathTest, HintsForPathsThatAreNotThere) {
  PutBundle("d/model.ckpt-1000");
  storage_.Put("lost/m.data-00000-of-00001", "data");
  storage_.Put("killed/m.index.tempstate123", "x");
  storage_.Put("merging/m_temp_0123/part-00000-of-00001.index", "x");

  EXPECT_EQ(Error("d/model.ckpt").hint(), "did you mean 'd/model.ckpt-1000'?");
  EXPECT_EQ(Error("d/modle.ckpt-1000").hint(), "did you mean 'd/model.ckpt-1000'?");
  EXPECT_EQ(Error("d/zzz").hint(), "checkpoints there: 'd/model.ckpt-1000'");
  EXPECT_EQ(Error("nowhere/m").hint(), "there is no directory 'nowhere/'");
  EXPECT_THAT(Error("lost/m").hint(), HasSubstr("not its index file 'lost/m.index'"));
  EXPECT_THAT(
      Error("lost/m.data-00000-of-00001").message() + Error("lost/m.data-00000-of-00001").hint(),
      HasSubstr("m.index"));
  EXPECT_THAT(Error("killed/m").hint(), HasSubstr("stopped before it was done"));
  EXPECT_THAT(Error("killed").hint(), HasSubstr("stopped before it was done"));
  EXPECT_THAT(Error("merging/m").hint(), HasSubstr("m_temp_0123"));
  EXPECT_EQ(Error("d/zzz").tf_class(), "NotFoundError");
}

TEST_F(CheckpointPathTest, AnEmptyPathIsTheCallersMistake) {
  EXPECT_EQ(Error("").code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace thaw
