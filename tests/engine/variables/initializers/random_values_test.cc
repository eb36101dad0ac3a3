#include "engine/variables/initializers/random_values.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

namespace thaw {
namespace {

constexpr std::size_t kCount = 50'000;

std::vector<double> DrawMany(double (*draw)(std::uint64_t, std::uint64_t), std::uint64_t seed) {
  std::vector<double> values(kCount);
  for (std::size_t i = 0; i < kCount; ++i) values[i] = draw(seed, i);
  return values;
}

// Kolmogorov and Smirnov's distance between the values and a distribution, times sqrt(count): above
// 2.23 once in 10,000 samples of that distribution.
double Distance(std::vector<double> values, const std::function<double(double)>& cdf) {
  std::sort(values.begin(), values.end());
  const auto count = static_cast<double>(values.size());
  double distance = 0.0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double expected = cdf(values[i]);
    const auto below = static_cast<double>(i);
    distance = std::max({distance, expected - below / count, (below + 1) / count - expected});
  }
  return distance * std::sqrt(count);
}

double NormalCdf(double x) { return 0.5 * std::erfc(-x / std::numbers::sqrt2); }

TEST(RandomValuesTest, UniformValuesAreUniform) {
  EXPECT_LT(Distance(DrawMany(DrawUniform, 1), [](double x) { return x; }), 2.23);
}

TEST(RandomValuesTest, NormalValuesAreNormal) {
  EXPECT_LT(Distance(DrawMany(DrawNormal, 1), NormalCdf), 2.23);
}

TEST(RandomValuesTest, TruncatedValuesAreNormalOnesWithinTwo) {
  const std::vector<double> values = DrawMany(DrawTruncatedNormal, 1);
  const double tail = NormalCdf(-2.0);

  EXPECT_LT(Distance(values, [tail](double x) { return (NormalCdf(x) - tail) / (1 - 2 * tail); }),
            2.23);
  EXPECT_LT(*std::max_element(values.begin(), values.end()), 2.0);
  EXPECT_GT(*std::min_element(values.begin(), values.end()), -2.0);
}

TEST(RandomValuesTest, SeedsAndElementsAreIndependent) {
  const std::vector<double> one = DrawMany(DrawNormal, 1);
  const std::vector<double> two = DrawMany(DrawNormal, 2);
  double between_seeds = 0.0;
  double between_neighbours = 0.0;
  for (std::size_t i = 0; i + 1 < kCount; ++i) {
    between_seeds += one[i] * two[i] / kCount;
    between_neighbours += one[i] * one[i + 1] / kCount;
  }

  // Five standard errors.
  EXPECT_LT(std::fabs(between_seeds), 5 / std::sqrt(kCount));
  EXPECT_LT(std::fabs(between_neighbours), 5 / std::sqrt(kCount));
}

}  // namespace
}  // namespace thaw
