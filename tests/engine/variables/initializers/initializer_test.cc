#include "engine/variables/initializers/initializer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace thaw {
namespace {

template <typename T>
std::vector<T> Fill(const Initializer& initializer, DType dtype, const Shape& full_shape,
                    const TensorSlice* slice = nullptr) {
  const Shape shape = slice == nullptr ? full_shape : SliceShape(*slice);
  std::vector<T> values(static_cast<std::size_t>(*NumElements(shape)));
  const Status status = FillBuffer(initializer, dtype, shape, full_shape, slice,
                                   std::as_writable_bytes(std::span(values)));
  EXPECT_TRUE(status.ok()) << status.ToString();
  return values;
}

Initializer Reals(Shape shape, std::vector<double> values) {
  return ConstantInitializer{std::move(shape), std::move(values), {}, {}};
}

TEST(InitializerTest, ConstantsFillEveryElement) {
  EXPECT_EQ(Fill<float>(Zeros(), DType::kFloat32, {3}), (std::vector<float>{0, 0, 0}));
  EXPECT_EQ(Fill<double>(Ones(), DType::kFloat64, {2}), (std::vector<double>{1, 1}));
  EXPECT_EQ(Fill<std::int32_t>(Constant(-7), DType::kInt32, {2}),
            (std::vector<std::int32_t>{-7, -7}));
  EXPECT_EQ(Fill<std::uint16_t>(Ones(), DType::kBFloat16, {2}),
            (std::vector<std::uint16_t>{0x3f80, 0x3f80}));
}

TEST(InitializerTest, NestedConstantIsCutForAPart) {
  const Initializer constant = Reals({2, 3}, {1, 2, 3, 4, 5, 6});
  const TensorSlice part{{{0, 2}, {1, 2}}};

  EXPECT_EQ(Fill<float>(constant, DType::kFloat32, {2, 3}), (std::vector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(Fill<float>(constant, DType::kFloat32, {2, 3}, &part),
            (std::vector<float>{2, 3, 5, 6}));
}

TEST(InitializerTest, RandomValuesOfAPartAreThoseOfTheWhole) {
  const Initializer uniform = UniformInitializer{-1, 1, 42};
  const auto whole = Fill<float>(uniform, DType::kFloat32, {6, 2});
  const TensorSlice part{{{4, 2}, {0, 2}}};

  EXPECT_EQ(Fill<float>(uniform, DType::kFloat32, {6, 2}, &part),
            std::vector<float>(whole.begin() + 8, whole.end()));
  EXPECT_NE(Fill<float>(UniformInitializer{-1, 1, 43}, DType::kFloat32, {6, 2}), whole);
}

TEST(InitializerTest, RandomValuesHaveTheirDistribution) {
  constexpr std::int64_t kCount = 100'000;
  const auto normal = Fill<double>(NormalInitializer{3, 2, 7}, DType::kFloat64, {kCount});
  const double mean = std::accumulate(normal.begin(), normal.end(), 0.0) / kCount;
  double variance = 0;
  for (const double x : normal) variance += (x - mean) * (x - mean) / kCount;
  // Five standard errors.
  EXPECT_NEAR(mean, 3, 5 * 2 / std::sqrt(kCount));
  EXPECT_NEAR(std::sqrt(variance), 2, 5 * 2 / std::sqrt(2 * kCount));

  // Glorot of [3, 5]: limit sqrt(6 / (3 + 5)).
  const auto glorot = Fill<double>(GlorotUniformInitializer{1}, DType::kFloat64, {300, 500});
  const auto [low, high] = std::minmax_element(glorot.begin(), glorot.end());
  const double limit = std::sqrt(6.0 / 800);
  EXPECT_GE(*low, -limit);
  EXPECT_LT(*high, limit);
  EXPECT_NEAR(*high, limit, limit / 1000);
}

TEST(InitializerTest, UniformIntegersAreBelowHigh) {
  const auto values = Fill<std::uint8_t>(UniformInitializer{0, 256, 1}, DType::kUInt8, {10'000});
  EXPECT_EQ(*std::max_element(values.begin(), values.end()), 255);
  EXPECT_EQ(*std::min_element(values.begin(), values.end()), 0);
}

TEST(InitializerTest, StringsAreFilledAndCut) {
  const Initializer constant = ConstantInitializer{{3}, {}, {}, {"a", "b", "c"}};
  const TensorSlice part{{{1, 2}}};
  std::vector<std::string> strings;

  ASSERT_TRUE(FillStrings(constant, Shape{2}, Shape{3}, &part, &strings).ok());
  EXPECT_EQ(strings, (std::vector<std::string>{"b", "c"}));
  ASSERT_TRUE(FillStrings(Zeros(), Shape{2}, Shape{2}, nullptr, &strings).ok());
  EXPECT_EQ(strings, (std::vector<std::string>{"", ""}));
  EXPECT_EQ(FillStrings(Zeros(), Shape{std::int64_t{1} << 60}, Shape{std::int64_t{1} << 60},
                        nullptr, &strings)
                .code(),
            StatusCode::kResourceExhausted);
}

TEST(InitializerTest, DefaultsAreTensorFlows) {
  EXPECT_TRUE(
      std::holds_alternative<GlorotUniformInitializer>(*DefaultInitializer(DType::kBFloat16)));
  EXPECT_TRUE(std::holds_alternative<ZerosInitializer>(*DefaultInitializer(DType::kInt4)));
  EXPECT_TRUE(std::holds_alternative<ZerosInitializer>(*DefaultInitializer(DType::kString)));
  for (const DType dtype : {DType::kComplex64, DType::kComplex128, DType::kQInt8, DType::kQUInt16,
                            DType::kFloat8E5M2, DType::kFloat4E2M1FN}) {
    EXPECT_EQ(DefaultInitializer(dtype).status().tf_class(), "ValueError") << DTypeName(dtype);
  }
}

// An array of float32 values.
ArrayValue FloatArray(Shape shape, const std::vector<float>& values) {
  const auto bytes = std::as_bytes(std::span(values));
  return {DType::kFloat32, std::move(shape),
          std::make_shared<const std::vector<std::byte>>(bytes.begin(), bytes.end()), nullptr};
}

TEST(InitializerTest, ArraysAreCopiedOrCut) {
  const TensorSlice part{{{0, 2}, {1, 2}}};

  EXPECT_EQ(Fill<float>(ArrayInitializer{FloatArray({2, 3}, {1, 2, 3, 4, 5, 6})}, DType::kFloat32,
                        {2, 3}, &part),
            (std::vector<float>{2, 3, 5, 6}));
  EXPECT_EQ(Fill<float>(ArrayInitializer{FloatArray({2, 2}, {1, 2, 3, 4})}, DType::kFloat32, {2, 3},
                        &part),
            (std::vector<float>{1, 2, 3, 4}));
}

TEST(InitializerTest, TheLastValueIsRepeated) {
  const auto fill = [](const std::vector<float>& values, const Shape& shape) {
    return Fill<float>(
        RepeatedInitializer{FloatArray({static_cast<std::int64_t>(values.size())}, values)},
        DType::kFloat32, shape);
  };
  EXPECT_EQ(fill({1, 2}, {2, 2}), (std::vector<float>{1, 2, 2, 2}));
  EXPECT_EQ(fill({1, 2, 3, 4}, {2, 2}), (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(fill({}, {3}), (std::vector<float>{0, 0, 0}));
  EXPECT_EQ(CheckInitializer(RepeatedInitializer{FloatArray({3}, {1, 2, 3})}, DType::kFloat32,
                             Shape{2}, Shape{2})
                .tf_class(),
            "ValueError");
}

TEST(InitializerTest, AnIdentityIsCutForAPart) {
  const TensorSlice part{{{2, 1}, {0, 3}}};

  EXPECT_EQ(Fill<float>(IdentityInitializer{2}, DType::kFloat32, {2, 3}),
            (std::vector<float>{2, 0, 0, 0, 2, 0}));
  EXPECT_EQ(Fill<float>(IdentityInitializer{2}, DType::kFloat32, {3, 3}, &part),
            (std::vector<float>{0, 0, 2}));
}

TEST(InitializerTest, VarianceScalingHasTensorFlowsVariance) {
  using Scaling = VarianceScalingInitializer;
  struct Case {
    Scaling::Mode mode;
    double n;
  };
  // Fans of [2, 3, 40, 50]: 2 * 3 * 40 and 2 * 3 * 50.
  for (const auto& [mode, n] : {Case{Scaling::Mode::kFanIn, 240}, Case{Scaling::Mode::kFanOut, 300},
                                Case{Scaling::Mode::kFanAvg, 270}}) {
    for (const auto distribution :
         {Scaling::Distribution::kTruncatedNormal, Scaling::Distribution::kNormal,
          Scaling::Distribution::kUniform}) {
      const auto values =
          Fill<double>(Scaling{2.0, mode, distribution, 5}, DType::kFloat64, {2, 3, 40, 50});
      double variance = 0.0;
      for (const double x : values) variance += x * x / static_cast<double>(values.size());
      // Six standard errors of a normal sample's variance; the others' are smaller.
      EXPECT_NEAR(variance * n / 2.0, 1.0, 6 * std::sqrt(2.0 / static_cast<double>(values.size())));
    }
  }
}

TEST(InitializerTest, OrthogonalPartsAreOrthogonalAndDiffer) {
  const OrthogonalInitializer orthogonal{3.0, 9};
  const TensorSlice first{{{0, 4}, {0, 2}}};
  const TensorSlice second{{{4, 4}, {0, 2}}};

  const auto a = Fill<double>(orthogonal, DType::kFloat64, {8, 2}, &first);
  const auto b = Fill<double>(orthogonal, DType::kFloat64, {8, 2}, &second);

  double square = 0.0;
  double dot = 0.0;
  for (std::size_t row = 0; row < 4; ++row) {
    square += a[2 * row] * a[2 * row];
    dot += a[2 * row] * a[2 * row + 1];
  }
  EXPECT_NEAR(square, 9.0, 1e-12);
  EXPECT_NEAR(dot, 0.0, 1e-12);
  EXPECT_NE(a, b);
}

// The classes are those of TensorFlow 2.21.
TEST(InitializerTest, DTypesWithoutSuchValuesAreRefused) {
  const auto check = [](const Initializer& initializer, DType dtype, const Shape& shape) {
    const Status status = CheckInitializer(initializer, dtype, shape, shape);
    return status.ok() ? std::string("ok") : status.tf_class();
  };
  EXPECT_EQ(check(OnesInitializer{}, DType::kString, {2}), "TypeError");
  EXPECT_EQ(check(NormalInitializer{}, DType::kFloat8E5M2, {2}), "TypeError");
  EXPECT_EQ(check(TruncatedNormalInitializer{}, DType::kBool, {2}), "TypeError");
  EXPECT_EQ(check(GlorotUniformInitializer{}, DType::kInt32, {2}), "TypeError");
  EXPECT_EQ(check(GlorotUniformInitializer{}, DType::kInt8, {2}), "ValueError");
  EXPECT_EQ(check(GlorotUniformInitializer{}, DType::kFloat8E4M3FN, {2}), "ValueError");
  EXPECT_EQ(check(OrthogonalInitializer{}, DType::kFloat16, {2, 2}), "ok");
  EXPECT_EQ(check(OrthogonalInitializer{}, DType::kBFloat16, {2, 2}), "TypeError");
  EXPECT_EQ(check(OrthogonalInitializer{}, DType::kFloat32, {2}), "ValueError");
  EXPECT_EQ(check(IdentityInitializer{}, DType::kFloat32, {2, 2, 2}), "ValueError");
  EXPECT_EQ(check(IdentityInitializer{1.5}, DType::kInt32, {2, 2}), "TypeError");
}

TEST(InitializerTest, WhatDoesNotFitIsAValueError) {
  std::vector<std::byte> buffer(8);
  const auto fill = [&](const Initializer& initializer, DType dtype, const Shape& shape) {
    return FillBuffer(initializer, dtype, shape, shape, nullptr, buffer).tf_class();
  };
  EXPECT_EQ(fill(Reals({3}, {1, 2, 3}), DType::kFloat32, {2}), "ValueError");
  EXPECT_EQ(fill(Reals({2}, {1}), DType::kFloat32, {2}), "ValueError");
  EXPECT_EQ(fill(Constant(1.5), DType::kInt32, {2}), "ValueError");
  EXPECT_EQ(fill(Constant(1), DType::kFloat32, {3}), "ValueError");  // 12 bytes, not 8
  EXPECT_EQ(fill(NormalInitializer{}, DType::kInt32, {2}), "TypeError");
  EXPECT_EQ(fill(UniformInitializer{0, 300, 1}, DType::kUInt8, {8}), "ValueError");
  EXPECT_EQ(fill(UniformInitializer{1, 0, 1}, DType::kInt32, {2}), "ValueError");
  EXPECT_EQ(fill(ConstantInitializer{{}, {}, {}, {"a"}}, DType::kFloat32, {2}), "ValueError");
}

}  // namespace
}  // namespace thaw
