#include "io/base/slice.h"

#include <gtest/gtest.h>

namespace thaw {
namespace {

TEST(SliceTest, SpecRoundTrips) {
  for (const char* text : {"100 100 0,20:0,100", "5 -", "5 10 -:2,2", "4 0,4"}) {
    const auto parsed = ParseShapeAndSlice(text);
    ASSERT_TRUE(parsed.ok()) << text << ": " << parsed.status().ToString();
    EXPECT_EQ(ShapeAndSliceToString(parsed->full_shape, parsed->slice), text);
  }
}

TEST(SliceTest, TrailingColonIsIgnored) {
  const auto parsed = ParseShapeAndSlice("4 0,2:");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->slice.rank(), 1u);
}

struct BadSpec {
  const char* text;
  StatusCode code;
  const char* words;
};

class BadSpecTest : public testing::TestWithParam<BadSpec> {};

TEST_P(BadSpecTest, IsRefusedWithTensorFlowsFacts) {
  const auto parsed = ParseShapeAndSlice(GetParam().text);

  EXPECT_EQ(parsed.status().code(), GetParam().code);
  EXPECT_NE(parsed.status().message().find(GetParam().words), std::string::npos)
      << parsed.status().message();
}

INSTANTIATE_TEST_SUITE_P(
    Specs, BadSpecTest,
    testing::Values(BadSpec{"", StatusCode::kInvalidArgument, "Need least two elements"},
                    BadSpec{"0,4", StatusCode::kInvalidArgument, "Need least two elements"},
                    BadSpec{"4 0", StatusCode::kInvalidArgument, "Expected a pair of numbers"},
                    BadSpec{"4 a,b", StatusCode::kInvalidArgument, "Expected a pair of numbers"},
                    BadSpec{"4 -1,2", StatusCode::kInvalidArgument, "Expected non-negative start"},
                    BadSpec{"4 0,0", StatusCode::kInvalidArgument, "Expected non-negative start"},
                    BadSpec{"x 0,1", StatusCode::kInvalidArgument, "Non numerical dimension"},
                    BadSpec{"4  0,1", StatusCode::kInvalidArgument, "Non numerical dimension"},
                    BadSpec{"-4 0,1", StatusCode::kInvalidArgument, "Non numerical dimension"},
                    BadSpec{"4 4 0,1", StatusCode::kInternal, "Mismatching ranks"},
                    BadSpec{"4 2,3", StatusCode::kInternal, "out of bounds"},
                    BadSpec{"4 1,9223372036854775807", StatusCode::kInternal, "out of bounds"}));

TEST(SliceTest, IntersectionIsTheCommonBox) {
  const TensorSlice a{{{0, 4}, {2, 6}}};
  const TensorSlice b{{{3, 5}, {0, 4}}};

  const auto common = Intersect(a, b);

  ASSERT_TRUE(common);
  EXPECT_EQ(common->ToString(), "3,1:2,2");
  EXPECT_FALSE(Intersect(a, TensorSlice{{{4, 1}, {0, 8}}}));
}

TEST(SliceTest, ScalarSlicesIntersect) { EXPECT_TRUE(Intersect(TensorSlice{}, TensorSlice{})); }

TEST(SliceTest, ResolvingWritesEveryExtentOut) {
  const auto resolved = ResolveSlice(TensorSlice{{{0, SliceDim::kFull}, {1, 2}}}, Shape{5, 10});

  ASSERT_TRUE(resolved.ok());
  EXPECT_EQ(resolved->ToString(), "0,5:1,2");
  EXPECT_TRUE(CoversAll(*ResolveSlice(TensorSlice::Full(2), Shape{5, 10}), Shape{5, 10}));
}

}  // namespace
}  // namespace thaw
