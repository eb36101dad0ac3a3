#include "engine/variables/partitioning/partitioner.h"

#include <gtest/gtest.h>

#include <string>

namespace thaw {
namespace {

// "[2, 1]", or the class of the error.
std::string Ask(const Partitioner& partitioner, const Shape& shape, DType dtype = DType::kFloat32) {
  const auto partitions = partitioner.partition(shape, dtype);
  return partitions.ok() ? partitions->ToString() : partitions.status().tf_class();
}

// The expected values are those of TensorFlow 2.21.
TEST(PartitionerTest, FixedSizeGivesAtMostOnePartPerIndex) {
  EXPECT_EQ(Ask(FixedSizePartitioner(2), {7, 5}), "[2, 1]");
  EXPECT_EQ(Ask(FixedSizePartitioner(3, 1), {7, 5}), "[1, 3]");
  EXPECT_EQ(Ask(FixedSizePartitioner(3, -1), {7, 5}), "[1, 3]");
  EXPECT_EQ(Ask(FixedSizePartitioner(2), {1}), "[1]");
  EXPECT_EQ(Ask(FixedSizePartitioner(2), {0, 3}), "[0, 1]");
  EXPECT_EQ(Ask(FixedSizePartitioner(-2), {4}), "[-2]");
  EXPECT_EQ(Ask(FixedSizePartitioner(3, 1), {4}), "ValueError");
  EXPECT_EQ(Ask(FixedSizePartitioner(3, -3), {4, 4}), "ValueError");
}

TEST(PartitionerTest, MinMaxKeepsPartsAboveASize) {
  const auto ask = [](double min_slice_size, const Shape& shape, DType dtype = DType::kFloat32) {
    return Ask(MinMaxPartitioner({.max_partitions = 5, .min_slice_size = min_slice_size}), shape,
               dtype);
  };
  EXPECT_EQ(ask(8 << 10, {100, 100}), "[5, 1]");
  EXPECT_EQ(ask(16 << 10, {100, 100}), "[3, 1]");
  EXPECT_EQ(ask(8, {4}), "[2]");
  EXPECT_EQ(ask(8, {4}, DType::kString), "[4]");
  EXPECT_EQ(ask(0.5, {4}), "[4]");
  EXPECT_EQ(ask(8, {0}), "[1]");
  EXPECT_EQ(Ask(MinMaxPartitioner({}), {100, 100}), "[1, 1]");
  EXPECT_EQ(Ask(MinMaxPartitioner({.max_partitions = -3, .min_slice_size = 4}), {4}), "[1]");
  EXPECT_EQ(Ask(MinMaxPartitioner({.max_partitions = 5, .axis = 1}), {4}), "ValueError");
}

TEST(PartitionerTest, AxisSizeKeepsPartsBelowASize) {
  const auto ask = [](const AxisSizeOptions& options, const Shape& shape,
                      DType dtype = DType::kFloat32) {
    return Ask(*AxisSizePartitioner(options), shape, dtype);
  };
  EXPECT_EQ(ask({.max_shard_bytes = 10}, {4}), "[2]");
  EXPECT_EQ(ask({.max_shard_bytes = 10}, {7, 5}), "[7, 1]");
  EXPECT_EQ(ask({.max_shard_bytes = 100}, {7, 5}), "[2, 1]");
  EXPECT_EQ(ask({.max_shard_bytes = 100}, {7, 5}, DType::kString), "[7, 1]");
  EXPECT_EQ(ask({.max_shard_bytes = 100, .max_shards = 3}, {7, 5}, DType::kString), "[3, 1]");
  EXPECT_EQ(ask({.max_shard_bytes = 2.5, .max_shards = 0}, {4, 4}), "[4, 1]");
  EXPECT_EQ(ask({.max_shard_bytes = 10}, {0, 3}), "ValueError");
  EXPECT_EQ(AxisSizePartitioner({}).status().tf_class(), "ValueError");
  EXPECT_EQ(AxisSizePartitioner({.max_shard_bytes = 5, .bytes_per_string_element = 0})
                .status()
                .tf_class(),
            "ValueError");
  EXPECT_EQ(AxisSizePartitioner({.max_shard_bytes = 5, .max_shards = -1}).status().tf_class(),
            "ValueError");
}

TEST(PartitionerTest, TuplesAreNoLists) {
  EXPECT_EQ((Partitions{{2}, true}.ToString()), "(2,)");
  EXPECT_FALSE((Partitions{{2}, true}) == (Partitions{{2}, false}));
}

}  // namespace
}  // namespace thaw
