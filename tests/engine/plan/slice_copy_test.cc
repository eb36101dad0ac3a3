#include "engine/plan/slice_copy.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "tests/support/in_memory_checkpoint.h"

namespace thaw {
namespace {

TensorSlice Box(std::vector<SliceDim> dims) { return TensorSlice{std::move(dims)}; }

// Carries out a copy byte by byte, from a part to a wanted slice of `wanted_size` bytes.
std::string CarryOut(const SliceCopy& copy, std::string_view part, std::size_t wanted_size) {
  std::string wanted(wanted_size, '?');
  for (std::uint64_t i = 0; i < copy.num_runs(); ++i) {
    const SliceRun run = copy.Run(i);
    wanted.replace(run.destination, copy.destination_length,
                   part.substr(run.source, copy.source_length));
  }
  return wanted;
}

TEST(SliceCopyTest, WholeRowsAreOneRun) {
  const TensorSlice part = Box({{2, 6}, {0, 5}});
  const TensorSlice wanted = Box({{4, 10}, {0, 5}});
  const TensorSlice common = *Intersect(part, wanted);

  const SliceCopy copy = MakeSliceCopy(part, wanted, common, 4, 2);

  EXPECT_TRUE(copy.is_plain());
  EXPECT_EQ(copy.first.source, 2u * 5 * 4);
  EXPECT_EQ(copy.first.destination, 0u);
  EXPECT_EQ(copy.source_length, 4u * 5 * 4);
  EXPECT_EQ(copy.destination_length, 4u * 5 * 2);
}

TEST(SliceCopyTest, ColumnsAreALoopOverRows) {
  const TensorSlice part = Box({{0, 3}, {0, 8}});
  const TensorSlice wanted = Box({{0, 3}, {2, 4}});

  const SliceCopy copy = MakeSliceCopy(part, wanted, wanted, 4, 4);

  ASSERT_EQ(copy.loops.size(), 1u);
  EXPECT_EQ(copy.loops[0], (SliceCopy::Loop{3, 32, 16}));
  EXPECT_EQ(copy.source_begin(), 8u);
  EXPECT_EQ(copy.source_end(), 2u * 32 + 8 + 16);
}

TEST(SliceCopyTest, NeighbouringDimensionsMergeIntoOneLoop) {
  const TensorSlice part = Box({{0, 3}, {0, 4}, {0, 8}});
  const TensorSlice wanted = Box({{0, 3}, {0, 4}, {2, 2}});

  const SliceCopy copy = MakeSliceCopy(part, wanted, wanted, 1, 1);

  ASSERT_EQ(copy.loops.size(), 1u);
  EXPECT_EQ(copy.loops[0].count, 12u);
}

TEST(SliceCopyTest, AScalarIsOneRun) {
  const SliceCopy copy = MakeSliceCopy(Box({}), Box({}), Box({}), 8, 8);

  EXPECT_TRUE(copy.is_plain());
  EXPECT_EQ(copy.source_length, 8u);
}

// A random box with every extent at least 1 inside `shape`.
TensorSlice RandomBox(const Shape& shape, std::mt19937* random) {
  TensorSlice box;
  for (const std::int64_t dim : shape) {
    const std::int64_t length = std::uniform_int_distribution<std::int64_t>(1, dim)(*random);
    const std::int64_t start =
        std::uniform_int_distribution<std::int64_t>(0, dim - length)(*random);
    box.dims.push_back({start, length});
  }
  return box;
}

TEST(SliceCopyTest, RandomBoxesAgreeWithTheElementwiseReference) {
  std::mt19937 random(7);
  int num_compared = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::size_t rank = std::uniform_int_distribution<std::size_t>(0, 9)(random);
    Shape shape;
    for (std::size_t d = 0; d < rank; ++d) {
      shape.push_back(std::uniform_int_distribution<std::int64_t>(1, rank > 4 ? 3 : 6)(random));
    }
    const std::size_t element = std::size_t{1} << (round % 5);
    std::string full(static_cast<std::size_t>(*NumElements(shape)) * element, '\0');
    for (char& c : full) c = static_cast<char>(random());
    const TensorSlice part = RandomBox(shape, &random);
    const TensorSlice wanted = RandomBox(shape, &random);
    const auto common = Intersect(part, wanted);
    if (!common) continue;
    ++num_compared;

    const SliceCopy copy = MakeSliceCopy(part, wanted, *common, element, element);

    // Carried out between the two, the common box has arrived and nothing else was touched: cut out
    // of the wanted slice, it is the common box of the full tensor.
    const std::string in_part = CutSlice(full, shape, part, element);
    const std::size_t wanted_size = CutSlice(full, shape, wanted, element).size();
    const std::string arrived = CarryOut(copy, in_part, wanted_size);
    TensorSlice relative = *common;
    for (std::size_t d = 0; d < rank; ++d) relative.dims[d].start -= wanted.dims[d].start;
    EXPECT_EQ(CutSlice(arrived, SliceShape(wanted), relative, element),
              CutSlice(full, shape, *common, element));
    EXPECT_EQ(copy.num_runs() * copy.source_length,
              static_cast<std::uint64_t>(*NumElements(SliceShape(*common))) * element);
  }
  EXPECT_GT(num_compared, 1000);
}

TEST(SliceCopyTest, FirstRunBehindFindsTheRunForEveryByte) {
  const TensorSlice part = Box({{0, 3}, {0, 4}, {0, 5}});
  const TensorSlice wanted = Box({{0, 2}, {1, 2}, {1, 3}});
  const SliceCopy copy = MakeSliceCopy(part, wanted, wanted, 2, 2);

  for (std::uint64_t byte = 0; byte <= 3 * 4 * 5 * 2; ++byte) {
    std::uint64_t expected = 0;
    while (expected < copy.num_runs() && copy.Run(expected).source + copy.source_length <= byte) {
      ++expected;
    }
    EXPECT_EQ(copy.FirstRunBehind(byte), expected) << byte;
  }
}

}  // namespace
}  // namespace thaw
