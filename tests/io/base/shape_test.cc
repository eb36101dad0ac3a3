#include "io/base/shape.h"

#include <gtest/gtest.h>

#include <limits>

namespace thaw {
namespace {

TEST(ShapeTest, ElementCountIsTheProduct) {
  EXPECT_EQ(NumElements(Shape{}), 1);
  EXPECT_EQ(NumElements(Shape{3, 4}), 12);
  EXPECT_EQ(NumElements(Shape{3, 0, 4}), 0);
}

TEST(ShapeTest, NegativeDimensionsAndOverflowHaveNoCount) {
  EXPECT_FALSE(NumElements(Shape{-1}));
  EXPECT_FALSE(NumElements(Shape{0, -1}));
  EXPECT_FALSE(NumElements(Shape{std::int64_t{1} << 32, std::int64_t{1} << 31}));
  EXPECT_EQ(NumElements(Shape{std::int64_t{1} << 32, (std::int64_t{1} << 31) - 1}),
            std::numeric_limits<std::int64_t>::max() - (std::int64_t{1} << 32) + 1);
}

TEST(ShapeTest, ZeroDimensionHidesAnOverflowAfterIt) {
  EXPECT_EQ(NumElements(Shape{std::int64_t{1} << 40, 0, std::int64_t{1} << 40}), 0);
  EXPECT_FALSE(NumElements(Shape{std::int64_t{1} << 40, std::int64_t{1} << 40, 0}));
}

TEST(ShapeTest, TextsFollowTensorFlow) {
  EXPECT_EQ(ShapeToString(Shape{10, 20}), "[10,20]");
  EXPECT_EQ(ShapeToString(Shape{}), "[]");
  EXPECT_EQ(ShapeToTuple(Shape{10, kUnknownDim}), "(10, None)");
  EXPECT_EQ(ShapeToTuple(Shape{10}), "(10,)");
  EXPECT_EQ(ShapeToList(Shape{1, 10}), "[1, 10]");
}

TEST(ShapeTest, UnknownDimensionsAreCompatibleWithAny) {
  EXPECT_TRUE(ShapesCompatible(Shape{kUnknownDim, 2}, Shape{7, 2}));
  EXPECT_FALSE(ShapesCompatible(Shape{kUnknownDim, 2}, Shape{7, 3}));
  EXPECT_FALSE(ShapesCompatible(Shape{}, Shape{1}));
}

}  // namespace
}  // namespace thaw
