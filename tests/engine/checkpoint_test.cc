#include "engine/checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "engine/restore.h"
#include "io/checkpoint/bundle_v2/bundle_writer.h"
#include "io/storage_backends.h"
#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

using ::testing::HasSubstr;

class CheckpointTest : public ::testing::Test {
 protected:
  CheckpointTest() {
    Result<BundleWriter> writer = BundleWriter::Create(prefix_);
    const std::string value(8, '\x01');
    for (const char* name : {"dense/bias", "dense/kernel", "global_step"}) {
      EXPECT_TRUE(writer->Add(name, DType::kFloat32, Shape{2}, AsBytes(value)).ok());
    }
    EXPECT_TRUE(writer->Finish().ok());
  }

  TempFolder folder_;
  const std::string prefix_ = folder_.Path("model-1");
};

TEST_F(CheckpointTest, OpensAPrefixInEveryMode) {
  for (const IoMode io : {IoMode::kAuto, IoMode::kMmap, IoMode::kPread, IoMode::kDirect}) {
    const Result<Checkpoint> checkpoint = Checkpoint::Open(prefix_, {.io = io});
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.status().ToString();
    EXPECT_EQ(checkpoint->prefix(), prefix_);
    EXPECT_EQ(checkpoint->taken_for(), "");
    EXPECT_EQ(checkpoint->format(), CheckpointFormat::kTfV2);
    EXPECT_EQ(checkpoint->num_tensors(), 3u);
    EXPECT_EQ(checkpoint->tensor(1).name, "dense/kernel");
  }
}

TEST_F(CheckpointTest, SaysWhatAPathWasTakenFor) {
  folder_.Write("checkpoint", "model_checkpoint_path: 'model-1'");

  const Result<Checkpoint> checkpoint = Checkpoint::Open(folder_.path());

  ASSERT_TRUE(checkpoint.ok());
  EXPECT_EQ(checkpoint->prefix(), prefix_);
  EXPECT_THAT(checkpoint->taken_for(), HasSubstr("the latest is '" + prefix_ + "'"));
}

TEST_F(CheckpointTest, ATensorIsFoundOrTheNearestNamesAre) {
  const Checkpoint checkpoint = *Checkpoint::Open(prefix_);

  EXPECT_EQ(checkpoint.Find("dense/bias")->shape[0], 2);
  const Status status = checkpoint.Find("dense/kernl").status();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.tensor(), "dense/kernl");
  EXPECT_EQ(status.file(), prefix_);
  EXPECT_EQ(status.hint(), "did you mean 'dense/kernel'?");
  EXPECT_EQ(checkpoint.Find("").status().code(), StatusCode::kNotFound);
}

TEST_F(CheckpointTest, FileUrlsAreLocalPaths) {
  EXPECT_TRUE(Checkpoint::Open("file://" + prefix_).ok());
  EXPECT_TRUE(Checkpoint::Open("file://localhost" + prefix_ + ".index").ok());
  EXPECT_EQ(Checkpoint::Open("file://elsewhere/model-1").status().code(),
            StatusCode::kInvalidArgument);
}

TEST_F(CheckpointTest, OtherSchemesAreRefusedByName) {
  for (const char* url : {"s3://b/m", "gs://b/m", "http://h/m", "https://h/m", "hdfs://h/m"}) {
    const Status status = Checkpoint::Open(url).status();
    EXPECT_EQ(status.code(), StatusCode::kUnimplemented) << url;
    EXPECT_EQ(status.file(), url);
    EXPECT_FALSE(status.hint().empty());
  }
}

TEST_F(CheckpointTest, CopiesShareTheReader) {
  Result<Checkpoint> checkpoint = Checkpoint::Open(prefix_);
  const Checkpoint copy = *checkpoint;
  EXPECT_EQ(copy.reader(), checkpoint->reader());
}

// Checkpoints from public repositories, where they are at hand.
class RealCheckpointTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(root_)) {
      GTEST_SKIP() << root_ << " is not there; set TENSORTHAW_REAL_CHECKPOINTS";
    }
  }

  static std::string Root() {
    const char* folder = std::getenv("TENSORTHAW_REAL_CHECKPOINTS");
    return folder != nullptr ? folder : THAW_REAL_CHECKPOINTS;
  }
  std::string Path(const std::string& name) const { return root_ + "/" + name; }

  const std::string root_ = Root();
};

TEST_F(RealCheckpointTest, DirectoriesAndFilesLeadToTheirCheckpoint) {
  const struct {
    const char* typed;
    const char* prefix;
  } cases[] = {
      {"t2t_transformer", "t2t_transformer/model.ckpt-1"},
      {"t2t_transformer/checkpoint", "t2t_transformer/model.ckpt-1"},
      {"t2t_transformer/model.ckpt-1.data-00001-of-00002", "t2t_transformer/model.ckpt-1"},
      {"housing_two_shards/", "housing_two_shards/model.ckpt-1000"},
      {"mtf_tiny_t5_index", "mtf_tiny_t5_index/model.ckpt-0"},
      {"iris_prefix_named_checkpoint", "iris_prefix_named_checkpoint/checkpoint"},
      {"iris_prefix_named_checkpoint/checkpoint", "iris_prefix_named_checkpoint/checkpoint"},
      {"basic_pitch_savedmodel", "basic_pitch_savedmodel/variables"},
      {"bert_base_chinese_index/bert_model.ckpt.index", "bert_base_chinese_index/bert_model.ckpt"},
  };
  for (const auto& one : cases) {
    const Result<Checkpoint> checkpoint = Checkpoint::Open(Path(one.typed));
    ASSERT_TRUE(checkpoint.ok()) << checkpoint.status().ToString();
    EXPECT_EQ(checkpoint->prefix(), Path(one.prefix));
  }
}

TEST_F(RealCheckpointTest, AGitLfsPointerIsNamed) {
  const Status status = Checkpoint::Open(Path("git_lfs_pointer/variables")).status();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_THAT(status.message(), HasSubstr("a Git LFS pointer"));
  EXPECT_THAT(status.hint(), HasSubstr("git lfs pull"));
}

TEST_F(RealCheckpointTest, AV1FileIsRead) {
  const Result<Checkpoint> checkpoint = Checkpoint::Open(Path("deepq_v1/karpathy_game.ckpt"));
  ASSERT_TRUE(checkpoint.ok()) << checkpoint.status().ToString();
  EXPECT_EQ(checkpoint->format(), CheckpointFormat::kTfV1);
  EXPECT_EQ(checkpoint->num_tensors(), 24u);
  float bias[4];
  Request request;
  request.tensor = "MLP/hidden_layer_1/b";
  request.dtype = DType::kFloat32;
  request.shape = {4};
  request.buffer = std::as_writable_bytes(std::span(bias));

  const RestoreOutcome outcome = Restore(*checkpoint, std::span(&request, 1));

  ASSERT_TRUE(outcome.status.ok()) << outcome.status.ToString();
  EXPECT_FLOAT_EQ(bias[0] + bias[1] + bias[2] + bias[3], 0.1667008437216282f);  // TensorFlow's sum
}

TEST_F(RealCheckpointTest, AMovedDirectoryNamesTheFileBesideItsState) {
  const Status status = Checkpoint::Open(Path("deepq_v1")).status();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_THAT(status.hint(), HasSubstr("deepq_v1/karpathy_game.ckpt' is there"));
}

TEST_F(RealCheckpointTest, AMissingShardIsFoundMissingWhenItIsAskedFor) {
  const Result<Checkpoint> checkpoint =
      Checkpoint::Open(Path("bert_base_chinese_index/bert_model.ckpt"));
  ASSERT_TRUE(checkpoint.ok());
  EXPECT_EQ(checkpoint->reader()->OpenShard(0).status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace thaw
