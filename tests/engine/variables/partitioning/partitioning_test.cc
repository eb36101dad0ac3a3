#include "engine/variables/partitioning/partitioning.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace thaw {
namespace {

// The slices, or the first error of the checks or of a part.
Result<std::vector<std::string>> Slices(const Shape& shape, const Shape& counts) {
  THAW_RETURN_IF_ERROR(CheckPartitionable("v", shape));
  const Partitions partitions{counts};
  THAW_RETURN_IF_ERROR(CheckPartitions("v", shape, partitions));
  const PartSlices slices(shape, partitions);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < slices.size(); ++i) {
    THAW_ASSIGN_OR_RETURN(const TensorSlice slice, slices.Slice("v", i));
    texts.push_back(slice.ToString());
  }
  return texts;
}

TEST(PartitioningTest, TheFirstPartsAreOneLonger) {
  EXPECT_EQ(*Slices({100, 2}, {3, 1}),
            (std::vector<std::string>{"0,34:0,2", "34,33:0,2", "67,33:0,2"}));
}

TEST(PartitioningTest, AllOnesMakeOnePartWithExplicitExtents) {
  EXPECT_EQ(*Slices({2, 3}, {1, 1}), (std::vector<std::string>{"0,2:0,3"}));
}

TEST(PartitioningTest, AnyAxisMayBeCut) {
  EXPECT_EQ(*Slices({2, 5}, {1, 2}), (std::vector<std::string>{"0,2:0,3", "0,2:3,2"}));
}

struct BadPartitions {
  Shape shape;
  Shape partitions;
  const char* words;
};

class BadPartitionsTest : public testing::TestWithParam<BadPartitions> {};

TEST_P(BadPartitionsTest, IsAValueErrorWithTensorFlowsFacts) {
  const auto slices = Slices(GetParam().shape, GetParam().partitions);

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
