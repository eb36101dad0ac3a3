#include "tools/values/slice_argument.h"

#include <gtest/gtest.h>

namespace thaw {
namespace {

struct Case {
  const char* text;
  std::vector<std::int64_t> starts;
  std::vector<std::int64_t> lengths;
  Shape shown;
};

// As numpy answers for an array of shape (10, 4).
TEST(SliceArgumentTest, FollowsNumpy) {
  const Case cases[] = {
      {"", {0, 0}, {10, 4}, {10, 4}},
      {":", {0, 0}, {10, 4}, {10, 4}},
      {"2:5,1:3", {2, 1}, {3, 2}, {3, 2}},
      {"2:5, :", {2, 0}, {3, 4}, {3, 4}},
      {"-3:,-1:", {7, 3}, {3, 1}, {3, 1}},
      {":-3", {0, 0}, {7, 4}, {7, 4}},
      {"5:2", {5, 0}, {0, 4}, {0, 4}},
      {"8:100", {8, 0}, {2, 4}, {2, 4}},
      {"-100:2", {0, 0}, {2, 4}, {2, 4}},
      {"100:200", {10, 0}, {0, 4}, {0, 4}},
      {"3", {3, 0}, {1, 4}, {4}},
      {":,-1", {0, 3}, {10, 1}, {10}},
      {"0,0", {0, 0}, {1, 1}, {}},
      {"[1:2:1,2]", {1, 2}, {1, 1}, {1}},
      {"-9223372036854775808:9223372036854775807", {0, 0}, {10, 4}, {10, 4}},
  };
  for (const Case& c : cases) {
    const auto argument = ParseSliceArgument(c.text, Shape{10, 4});

    ASSERT_TRUE(argument.ok()) << c.text << argument.status().ToString();
    for (std::size_t d = 0; d < 2; ++d) {
      EXPECT_EQ(argument->slice.dims[d].start, c.starts[d]) << c.text;
      EXPECT_EQ(argument->slice.dims[d].length, c.lengths[d]) << c.text;
    }
    EXPECT_EQ(argument->shape, c.shown) << c.text;
  }
}

TEST(SliceArgumentTest, OtherTextsAreRefused) {
  for (const char* text : {"x", "1:x", ",", "1,2,3", "::2", "::-1", "1:2:3:4", "10", "-11", "1,",
                           "9223372036854775808:", "1 2", "..."}) {
    EXPECT_EQ(ParseSliceArgument(text, Shape{10, 4}).status().code(), StatusCode::kInvalidArgument)
        << text;
  }
  EXPECT_FALSE(ParseSliceArgument("0", Shape{}).ok());
}

}  // namespace
}  // namespace thaw
