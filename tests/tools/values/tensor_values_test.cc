#include "tools/values/tensor_values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "tools/values/tensor_statistics.h"

namespace thaw {
namespace {

TensorValues Floats(const Shape& shape, const std::vector<float>& numbers) {
  TensorValues values{DType::kFloat32, shape, std::vector<std::byte>(numbers.size() * 4), {}};
  if (!numbers.empty()) std::memcpy(values.bytes.data(), numbers.data(), values.bytes.size());
  return values;
}

TEST(TensorStatisticsTest, CountsWhatIsNotFiniteApart) {
  const float infinity = std::numeric_limits<float>::infinity();

  const auto statistics = ComputeStatistics(Floats({6}, {1, 2, NAN, 3, infinity, -infinity}));

  EXPECT_EQ(statistics.min, 1);
  EXPECT_EQ(statistics.max, 3);
  EXPECT_EQ(statistics.mean, 2);
  EXPECT_DOUBLE_EQ(statistics.std, std::sqrt(2.0 / 3.0));
  EXPECT_EQ(statistics.num_nan, 1u);
  EXPECT_EQ(statistics.num_infinite, 2u);
}

TEST(TensorStatisticsTest, NothingFinite) {
  EXPECT_EQ(ComputeStatistics(Floats({0}, {})).num_finite, 0u);
  EXPECT_EQ(ComputeStatistics(Floats({1}, {NAN})).num_finite, 0u);
}

TEST(ValuesTextTest, NestsAndAlignsAsNumpy) {
  EXPECT_EQ(ValuesText(Floats({}, {1.5f})), "1.5");
  EXPECT_EQ(ValuesText(Floats({2, 2}, {1, 2.25f, -3, 4})), "[[ 1.0, 2.25],\n [-3.0,  4.0]]");
  EXPECT_EQ(ValuesText(Floats({3, 0}, {})), "[]");
}

TEST(ValuesTextTest, LeavesTheMiddleOfManyOut) {
  std::vector<float> numbers(2000);
  for (std::size_t i = 0; i < numbers.size(); ++i) numbers[i] = static_cast<float>(i);

  EXPECT_EQ(ValuesText(Floats({2000}, numbers)),
            "[   0.0,    1.0,    2.0, ..., 1997.0, 1998.0, 1999.0]");
}

TEST(ValuesTextTest, StringsAreQuotedAndShortened) {
  TensorValues values{DType::kString, {2}, {}, {"a\n", std::string(300, 'x')}};

  const std::string text = ValuesText(values);

  EXPECT_NE(text.find("'a\\n'"), std::string::npos);
  EXPECT_NE(text.find("(300 bytes)"), std::string::npos);
}

TEST(CheckPrintableTest, MillionsOfEmptyListsAreRefused) {
  EXPECT_TRUE(CheckPrintable(Floats({1000, 0}, {})).ok());
  EXPECT_TRUE(CheckPrintable(Floats({0, std::int64_t{1} << 40}, {})).ok());
  EXPECT_EQ(CheckPrintable(Floats({std::int64_t{1} << 40, 0}, {})).code(),
            StatusCode::kResourceExhausted);
  EXPECT_FALSE(CheckPrintable(Floats({std::int64_t{1} << 40, std::int64_t{1} << 40, 0}, {})).ok());
}

}  // namespace
}  // namespace thaw
