#include "io/checkpoint/bundle_v2/slice_overlap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace thaw {
namespace {

using Slices = std::vector<TensorSlice>;

// The answer by comparing all pairs.
bool HasOverlapByPairs(const Slices& slices) {
  for (std::size_t i = 0; i < slices.size(); ++i) {
    for (std::size_t j = i + 1; j < slices.size(); ++j) {
      if (Intersect(slices[i], slices[j])) return true;
    }
  }
  return false;
}

TEST(SliceOverlapTest, NeighboursDoNotOverlap) {
  const auto overlap = FindSliceOverlap(Slices{{{{0, 2}, {0, 5}}}, {{{2, 3}, {0, 5}}}});

  ASSERT_TRUE(overlap.ok());
  EXPECT_FALSE(overlap->has_value());
}

TEST(SliceOverlapTest, PairThatSharesOneElementIsFound) {
  const Slices slices = {{{{5, 1}, {0, 9}}}, {{{0, 2}, {0, 5}}}, {{{1, 3}, {4, 5}}}};

  const auto overlap = FindSliceOverlap(slices);

  ASSERT_TRUE(overlap.ok());
  ASSERT_TRUE(overlap->has_value());
  EXPECT_EQ((*overlap)->first, 1u);
  EXPECT_EQ((*overlap)->second, 2u);
}

TEST(SliceOverlapTest, SliceWithoutElementsOverlapsNothing) {
  const auto overlap = FindSliceOverlap(Slices{{{{0, 5}}}, {{{2, 0}}}, {{{2, 0}}}});

  ASSERT_TRUE(overlap.ok());
  EXPECT_FALSE(overlap->has_value());
}

TEST(SliceOverlapTest, ScalarStoredTwiceOverlaps) {
  const auto once = FindSliceOverlap(Slices{{}});
  const auto twice = FindSliceOverlap(Slices{{}, {}});

  ASSERT_TRUE(once.ok() && twice.ok());
  EXPECT_FALSE(once->has_value());
  EXPECT_TRUE(twice->has_value());
}

TEST(SliceOverlapTest, SpiralThatNoCutDividesHasNoOverlap) {
  // Four arms around a square.
  const Slices spiral = {{{{0, 1}, {0, 2}}},
                         {{{0, 2}, {2, 1}}},
                         {{{2, 1}, {1, 2}}},
                         {{{1, 2}, {0, 1}}},
                         {{{1, 1}, {1, 1}}}};

  const auto overlap = FindSliceOverlap(spiral);

  ASSERT_TRUE(overlap.ok());
  EXPECT_FALSE(overlap->has_value());
}

TEST(SliceOverlapTest, RandomSlicesAgreeWithComparingAllPairs) {
  std::mt19937 random(1);
  int num_overlaps = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::size_t rank = 1 + random() % 3;
    Slices slices(2 + random() % 5);
    for (TensorSlice& slice : slices) {
      slice = TensorSlice::Full(rank);
      for (SliceDim& dim : slice.dims) {
        dim = {static_cast<std::int64_t>(random() % 8), static_cast<std::int64_t>(random() % 5)};
      }
    }

    const auto overlap = FindSliceOverlap(slices);

    ASSERT_TRUE(overlap.ok());
    ASSERT_EQ(overlap->has_value(), HasOverlapByPairs(slices)) << round;
    if (*overlap) {
      EXPECT_TRUE(Intersect(slices[(*overlap)->first], slices[(*overlap)->second]));
      ++num_overlaps;
    }
  }
  EXPECT_GT(num_overlaps, 300);
  EXPECT_LT(num_overlaps, 2700);
}

TEST(SliceOverlapTest, LargeGridIsCheckedInSteps) {
  Slices grid;
  for (std::int64_t i = 0; i < 300; ++i) {
    for (std::int64_t j = 0; j < 300; ++j) grid.push_back({{{7 * i, 7}, {5 * j, 5}}});
  }
  std::shuffle(grid.begin(), grid.end(), std::mt19937(1));

  const auto apart = FindSliceOverlap(grid);
  grid[7].dims[0].length += 1;
  const auto touched = FindSliceOverlap(grid);

  ASSERT_TRUE(apart.ok());
  EXPECT_FALSE(apart->has_value());
  ASSERT_TRUE(touched.ok());
  EXPECT_TRUE(touched->has_value());
}

// Bricks of two elements in a herringbone bond: no overlap, and no straight cut through the wall.
Slices Herringbone(std::int64_t side) {
  Slices bricks;
  for (std::int64_t x = 0; x < side; ++x) {
    for (std::int64_t y = 0; y < side; ++y) {
      const std::int64_t diagonal = (x - y + 4 * side) % 4;
      if (diagonal == 0) bricks.push_back({{{x, 2}, {y, 1}}});
      if (diagonal == 3) bricks.push_back({{{x, 1}, {y, 2}}});
    }
  }
  return bricks;
}

TEST(SliceOverlapTest, EntangledSlicesAreComparedInPairsUpToABound) {
  const auto small = FindSliceOverlap(Herringbone(20));
  const auto large = FindSliceOverlap(Herringbone(300));

  ASSERT_TRUE(small.ok()) << small.status().ToString();
  EXPECT_FALSE(small->has_value());
  EXPECT_EQ(large.status().code(), StatusCode::kUnimplemented);
}

}  // namespace
}  // namespace thaw
