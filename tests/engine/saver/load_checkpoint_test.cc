#include "engine/saver/load_checkpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/checkpoint/bundle_v1/tensor_slice_writer.h"
#include "io/checkpoint/bundle_v2/bundle_writer.h"
#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

using testing::HasSubstr;

class LoadCheckpointTest : public testing::Test {
 protected:
  LoadCheckpointTest() {
    BundleWriter writer = *BundleWriter::Create(folder_.Path("m"));
    EXPECT_TRUE(writer.Add("w", DType::kInt8, Shape{2}, AsBytes("ab")).ok());
    EXPECT_TRUE(writer.AddSlice("p", Shape{2}, {{{0, 1}}}, DType::kInt8, AsBytes("a")).ok());
    EXPECT_TRUE(writer.AddSlice("p", Shape{2}, {{{1, 1}}}, DType::kInt8, AsBytes("b")).ok());
    EXPECT_TRUE(writer.Finish().ok());
  }

  TempFolder folder_;
};

TEST_F(LoadCheckpointTest, ADirectoryMeansItsLatest) {
  folder_.Write("checkpoint", "model_checkpoint_path: \"m\"");

  EXPECT_EQ(LoadCheckpoint(folder_.path())->prefix(), folder_.Path("m"));
  EXPECT_EQ(LoadCheckpoint(folder_.Path("m"))->num_tensors(), 2u);
}

TEST_F(LoadCheckpointTest, WhatIsNoCheckpointFailsAsInTensorFlow) {
  folder_.Write("empty/x", "");
  const auto class_of = [this](const std::string& name) {
    return LoadCheckpoint(folder_.Path(name)).status().tf_class();
  };

  EXPECT_EQ(class_of("empty"), "ValueError");
  EXPECT_EQ(class_of("nowhere"), "NotFoundError");
  EXPECT_EQ(class_of("empty/x"), "DataLossError");
  EXPECT_EQ(class_of("m.data-00000-of-00001"), "DataLossError");
  EXPECT_EQ(class_of("m.index"), "NotFoundError");
}

TEST_F(LoadCheckpointTest, WholeTensorsAndThoseInPartsAreReadable) {
  const Checkpoint checkpoint = *LoadCheckpoint(folder_.Path("m"));

  EXPECT_TRUE(FindReadableTensor(checkpoint, "w").ok());
  EXPECT_TRUE(FindReadableTensor(checkpoint, "p").ok());
  const Status status = FindReadableTensor(checkpoint, "q").status();
  EXPECT_EQ(status.tf_class(), "NotFoundError");
  EXPECT_THAT(status.message(), HasSubstr("Key q not found in checkpoint"));
  EXPECT_EQ(status.tensor(), "q");
}

TEST_F(LoadCheckpointTest, MissingSlicesAreAValueError) {
  BundleWriter writer = *BundleWriter::Create(folder_.Path("holes"));
  EXPECT_TRUE(writer.AddSlice("p", Shape{2}, {{{0, 1}}}, DType::kInt8, AsBytes("a")).ok());
  EXPECT_TRUE(writer.Finish().ok());

  const Status status = FindReadableTensor(*LoadCheckpoint(folder_.Path("holes")), "p").status();

  EXPECT_EQ(status.tf_class(), "ValueError");
  EXPECT_THAT(status.message(), HasSubstr("sufficient slices for partitioned tensor p"));
}

TEST_F(LoadCheckpointTest, V1HasPartsAndDtypesThatTensorFlowsReaderLacks) {
  TensorSliceWriter writer = *TensorSliceWriter::Create(folder_.Path("v1"));
  EXPECT_TRUE(writer.Add("w", DType::kInt8, Shape{2}, AsBytes("ab")).ok());
  EXPECT_TRUE(writer.Add("half", DType::kFloat16, Shape{1}, AsBytes("ab")).ok());
  EXPECT_TRUE(writer.AddSlice("one", Shape{1}, {{{0, 1}}}, DType::kInt8, AsBytes("a")).ok());
  EXPECT_TRUE(writer.AddSlice("p", Shape{2}, {{{0, 1}}}, DType::kInt8, AsBytes("a")).ok());
  EXPECT_TRUE(writer.AddSlice("p", Shape{2}, {{{1, 1}}}, DType::kInt8, AsBytes("b")).ok());
  EXPECT_TRUE(writer.Finish().ok());

  const Checkpoint checkpoint = *LoadCheckpoint(folder_.Path("v1"));

  EXPECT_TRUE(FindReadableTensor(checkpoint, "w").ok());
  EXPECT_TRUE(FindReadableTensor(checkpoint, "one").ok());
  const Status sliced = FindReadableTensor(checkpoint, "p").status();
  EXPECT_EQ(sliced.tf_class(), "UnimplementedError");
  EXPECT_THAT(sliced.message(), HasSubstr("Sliced checkpoints are not supported"));
  EXPECT_EQ(FindReadableTensor(checkpoint, "half").status().tf_class(), "UnimplementedError");
}

TEST(WithoutOutputNumberTest, OnlyZeroIsDropped) {
  EXPECT_EQ(WithoutOutputNumber("w:0"), "w");
  EXPECT_EQ(WithoutOutputNumber("w:1"), "w:1");
  EXPECT_EQ(WithoutOutputNumber(":0"), "");
}

}  // namespace
}  // namespace thaw
