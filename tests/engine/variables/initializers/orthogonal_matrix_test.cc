#include "engine/variables/initializers/orthogonal_matrix.h"

#include <gtest/gtest.h>

#include <cmath>
#include <tuple>
#include <vector>

namespace thaw {
namespace {

class OrthogonalMatrixTest : public testing::TestWithParam<std::tuple<std::size_t, std::size_t>> {};

TEST_P(OrthogonalMatrixTest, TheFewerVectorsAreOrthonormal) {
  const auto [rows, cols] = GetParam();

  const std::vector<double> matrix = *RandomOrthogonalMatrix(rows, cols, 3);

  ASSERT_EQ(matrix.size(), rows * cols);
  const bool by_column = rows >= cols;
  const std::size_t count = by_column ? cols : rows;
  const std::size_t length = by_column ? rows : cols;
  const auto at = [&](std::size_t vector, std::size_t i) {
    return by_column ? matrix[i * cols + vector] : matrix[vector * cols + i];
  };
  for (std::size_t a = 0; a < count; ++a) {
    for (std::size_t b = 0; b < count; ++b) {
      double dot = 0.0;
      for (std::size_t i = 0; i < length; ++i) dot += at(a, i) * at(b, i);
      EXPECT_NEAR(dot, a == b ? 1.0 : 0.0, 1e-12) << a << " " << b;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, OrthogonalMatrixTest,
                         testing::Values(std::tuple{1, 1}, std::tuple{1, 5}, std::tuple{5, 1},
                                         std::tuple{4, 4}, std::tuple{30, 7}, std::tuple{7, 30}));

TEST(OrthogonalMatrixTest, RotationsAreUniform) {
  // The first element of a uniform 2 x 2 matrix is the cosine of a uniform angle: its square has
  // mean 1/2 and variance 1/8.
  constexpr int kCount = 20'000;
  double mean = 0.0;
  double square = 0.0;
  for (std::uint64_t seed = 1; seed <= kCount; ++seed) {
    const double first = (*RandomOrthogonalMatrix(2, 2, seed))[0];
    mean += first / kCount;
    square += first * first / kCount;
  }

  // Five standard errors.
  EXPECT_NEAR(mean, 0.0, 5 * std::sqrt(0.5 / kCount));
  EXPECT_NEAR(square, 0.5, 5 * std::sqrt(0.125 / kCount));
}

TEST(OrthogonalMatrixTest, SizesBeyondMemoryAreRefusedWithoutAThrow) {
  EXPECT_EQ(RandomOrthogonalMatrix(std::size_t{1} << 40, std::size_t{1} << 20, 1).status().code(),
            StatusCode::kResourceExhausted);
}

}  // namespace
}  // namespace thaw
