#include "engine/variables/initializers/slice_runs.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace thaw {
namespace {

// The element numbers that the runs of a slice visit.
std::vector<std::uint64_t> Visited(Dims full_shape, const TensorSlice* slice) {
  std::vector<std::uint64_t> visited;
  ForEachRun(full_shape, slice, [&](std::uint64_t begin, std::uint64_t length) {
    for (std::uint64_t i = 0; i < length; ++i) visited.push_back(begin + i);
  });
  return visited;
}

TEST(SliceRunsTest, EveryBoxOfASmallTensorIsVisitedInRowMajorOrder) {
  const Shape full{3, 4, 2};
  for (std::int64_t rows = 1; rows <= 3; ++rows) {
    for (std::int64_t columns = 1; columns <= 4; ++columns) {
      for (std::int64_t depth = 1; depth <= 2; ++depth) {
        const TensorSlice slice{{{3 - rows, rows}, {4 - columns, columns}, {2 - depth, depth}}};

        std::vector<std::uint64_t> expected;
        for (std::int64_t r = 3 - rows; r < 3; ++r) {
          for (std::int64_t c = 4 - columns; c < 4; ++c) {
            for (std::int64_t d = 2 - depth; d < 2; ++d) {
              expected.push_back(static_cast<std::uint64_t>((r * 4 + c) * 2 + d));
            }
          }
        }
        EXPECT_EQ(Visited(full, &slice), expected) << slice.ToString();
      }
    }
  }
}

TEST(SliceRunsTest, WholeTensorAndScalarAreOneRun) {
  std::vector<std::uint64_t> all(6);
  std::iota(all.begin(), all.end(), std::uint64_t{0});
  EXPECT_EQ(Visited(Shape{2, 3}, nullptr), all);
  EXPECT_EQ(Visited(Shape{}, nullptr), std::vector<std::uint64_t>{0});
}

TEST(SliceRunsTest, EmptySliceVisitsNothing) {
  const TensorSlice slice{{{0, 3}, {1, 0}}};
  EXPECT_TRUE(Visited(Shape{3, 4}, &slice).empty());
}

}  // namespace
}  // namespace thaw
