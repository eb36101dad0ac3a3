#include "engine/variables/partitioning.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace thaw {
namespace {

std::vector<std::string> Texts(const Result<std::vector<TensorSlice>>& slices) {
  std::vector<std::string> texts;
  for (const TensorSlice& slice : slices.value()) texts.push_back(slice.ToString());
  return texts;
}

TEST(PartitioningTest, TheFirstPartsAreOneLonger) {
  const auto slices = PartitionSlices("v", Shape{100, 2}, Shape{3, 1});

  EXPECT_EQ(Texts(slices), (std::vector<std::string>{"0,34:0,2", "34,33:0,2", "67,33:0,2"}));
}

TEST(PartitioningTest, AllOnesMakeOnePartWithExplicitExtents) {
  EXPECT_EQ(Texts(PartitionSlices("v", Shape{2, 3}, Shape{1, 1})),
            (std::vector<std::string>{"0,2:0,3"}));
}

TEST(PartitioningTest, AnyAxisMayBeCut) {
  EXPECT_EQ(Texts(PartitionSlices("v", Shape{2, 5}, Shape{1, 2})),
            (std::vector<std::string>{"0,2:0,3", "0,2:3,2"}));
}

struct BadPartitions {
  Shape shape;
  Shape partitions;
  const char* words;
};

class BadPartitionsTest : public testing::TestWithParam<BadPartitions> {};

TEST_P(BadPartitionsTest, IsAValueErrorWithTensorFlowsFacts) {
  const auto slices = PartitionSlices("v", GetParam().shape, GetParam().partitions);

  EXPECT_EQ(slices.status().tf_class(), "ValueError");
  EXPECT_NE(slices.status().what().find(GetParam().words), std::string::npos)
      << slices.status().what();
}

INSTANTIATE_TEST_SUITE_P(
    Errors, BadPartitionsTest,
    testing::Values(BadPartitions{{kUnknownDim, 2}, {2, 1}, "must be fully defined"},
                    BadPartitions{{}, {}, "rank at least 1"},
                    BadPartitions{{4, 4}, {2}, "does not match the Variable's rank"},
                    BadPartitions{{2, 2}, {0, 1}, "zero partitions for some axes"},
                    BadPartitions{{3}, {-1}, "zero partitions for some axes"},
                    BadPartitions{{4, 4}, {2, 2}, "Can only slice a variable along one dimension"},
                    BadPartitions{{4}, {5}, "Expected 0 <= offset < shape"},
                    BadPartitions{{0}, {1}, "Expected 0 <= offset < shape"},
                    BadPartitions{{4, 0}, {1, 1}, "Expected 0 <= offset < shape"},
                    BadPartitions{{std::int64_t{1} << 60}, {std::int64_t{1} << 40}, "limit"}));

}  // namespace
}  // namespace thaw
