#include "engine/variables/initializers/element_encoding.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace thaw {
namespace {

std::uint64_t Bits(const Result<Element>& element, DType dtype) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, element.value().data(), std::min<std::size_t>(ElementSize(dtype), 8));
  return bits;
}

// Python floats, and the bits that numpy.array(values, dtype) of NumPy and ml_dtypes gives them.
constexpr std::array<double, 33> kValues = {0.0,
                                            -0.0,
                                            1.0,
                                            0.1,
                                            0.3333333333333333,
                                            1e-07,
                                            5e-08,
                                            65504.0,
                                            65519.9,
                                            65520.0,
                                            448.0,
                                            464.0,
                                            480.0,
                                            240.0,
                                            248.0,
                                            30.0,
                                            31.0,
                                            57344.0,
                                            61440.0,
                                            1e+300,
                                            -HUGE_VAL,
                                            HUGE_VAL,
                                            2.5,
                                            -0.25,
                                            0.75,
                                            7.0,
                                            -7.0,
                                            5.0,
                                            1e-40,
                                            1.00390625000001,
                                            1.0625000000001,
                                            -0.000244140625,
                                            7.62939453125e-06};

struct SmallFloat {
  DType dtype;
  std::vector<std::uint64_t> bits;
};

class SmallFloatTest : public testing::TestWithParam<SmallFloat> {};

TEST_P(SmallFloatTest, NumbersRoundAsInPython) {
  const DType dtype = GetParam().dtype;
  for (std::size_t i = 0; i < kValues.size(); ++i) {
    EXPECT_EQ(Bits(EncodeReal(dtype, kValues[i]), dtype), GetParam().bits[i]) << kValues[i];
  }
}

INSTANTIATE_TEST_SUITE_P(
    Types, SmallFloatTest,
    testing::Values(
        SmallFloat{
            DType::kFloat16,
            {0x0,    0x8000, 0x3c00, 0x2e66, 0x3555, 0x2,    0x1,    0x7bff, 0x7bff, 0x7c00, 0x5f00,
             0x5f40, 0x5f80, 0x5b80, 0x5bc0, 0x4f80, 0x4fc0, 0x7b00, 0x7b80, 0x7c00, 0xfc00, 0x7c00,
             0x4100, 0xb400, 0x3a00, 0x4700, 0xc700, 0x4500, 0x0,    0x3c04, 0x3c40, 0x8c00, 0x80}},
        SmallFloat{DType::kBFloat16,
                   {0x0,    0x8000, 0x3f80, 0x3dcd, 0x3eab, 0x33d7, 0x3357, 0x4780, 0x4780,
                    0x4780, 0x43e0, 0x43e8, 0x43f0, 0x4370, 0x4378, 0x41f0, 0x41f8, 0x4760,
                    0x4770, 0x7f80, 0xff80, 0x7f80, 0x4020, 0xbe80, 0x3f40, 0x40e0, 0xc0e0,
                    0x40a0, 0x1,    0x3f80, 0x3f88, 0xb980, 0x3700}},
        SmallFloat{DType::kFloat8E5M2,
                   {0x0,  0x80, 0x3c, 0x2e, 0x35, 0x0,  0x0,  0x7c, 0x7c, 0x7c, 0x5f,
                    0x5f, 0x60, 0x5c, 0x5c, 0x50, 0x50, 0x7b, 0x7c, 0x7c, 0xfc, 0x7c,
                    0x41, 0xb4, 0x3a, 0x47, 0xc7, 0x45, 0x0,  0x3c, 0x3c, 0x8c, 0x0}},
        SmallFloat{DType::kFloat8E4M3FN,
                   {0x0,  0x80, 0x38, 0x1d, 0x2b, 0x0,  0x0,  0x7f, 0x7f, 0x7f, 0x7e,
                    0x7e, 0x7f, 0x77, 0x78, 0x5f, 0x60, 0x7f, 0x7f, 0x7f, 0xff, 0x7f,
                    0x42, 0xa8, 0x34, 0x4e, 0xce, 0x4a, 0x0,  0x38, 0x39, 0x80, 0x0}},
        SmallFloat{DType::kFloat8E4M3FNUZ,
                   {0x0,  0x0,  0x40, 0x25, 0x33, 0x0,  0x0,  0x80, 0x80, 0x80, 0x80,
                    0x80, 0x80, 0x7f, 0x80, 0x67, 0x68, 0x80, 0x80, 0x80, 0x80, 0x80,
                    0x4a, 0xb0, 0x3c, 0x56, 0xd6, 0x52, 0x0,  0x40, 0x41, 0x0,  0x0}},
        SmallFloat{DType::kFloat8E4M3B11FNUZ,
                   {0x0,  0x0,  0x58, 0x3d, 0x4b, 0x0,  0x0,  0x80, 0x80, 0x80, 0x80,
                    0x80, 0x80, 0x80, 0x80, 0x7f, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
                    0x62, 0xc8, 0x54, 0x6e, 0xee, 0x6a, 0x0,  0x58, 0x59, 0x82, 0x0}},
        SmallFloat{DType::kFloat8E5M2FNUZ,
                   {0x0,  0x0,  0x40, 0x32, 0x39, 0x0,  0x0,  0x80, 0x80, 0x80, 0x63,
                    0x63, 0x64, 0x60, 0x60, 0x54, 0x54, 0x7f, 0x80, 0x80, 0x80, 0x80,
                    0x45, 0xb8, 0x3e, 0x4b, 0xcb, 0x49, 0x0,  0x40, 0x40, 0x90, 0x1}},
        SmallFloat{DType::kFloat4E2M1FN, {0x0, 0x8, 0x2, 0x0, 0x1, 0x0, 0x0, 0x7, 0x7, 0x7, 0x7,
                                          0x7, 0x7, 0x7, 0x7, 0x7, 0x7, 0x7, 0x7, 0x7, 0xf, 0x7,
                                          0x4, 0x8, 0x2, 0x7, 0xf, 0x6, 0x0, 0x2, 0x2, 0x8, 0x0}}),
    [](const auto& test) { return std::string(DTypeName(test.param.dtype)); });

TEST(ElementEncodingTest, NanIsNan) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(Bits(EncodeReal(DType::kFloat16, nan), DType::kFloat16), 0x7e00u);
  EXPECT_EQ(Bits(EncodeReal(DType::kBFloat16, nan), DType::kBFloat16), 0x7fc0u);
  EXPECT_EQ(Bits(EncodeReal(DType::kFloat8E4M3FN, nan), DType::kFloat8E4M3FN), 0x7fu);
  EXPECT_EQ(Bits(EncodeReal(DType::kFloat8E5M2FNUZ, nan), DType::kFloat8E5M2FNUZ), 0x80u);
  EXPECT_EQ(Bits(EncodeReal(DType::kFloat4E2M1FN, nan), DType::kFloat4E2M1FN), 0x8u);
}

TEST(ElementEncodingTest, IntegersAreExactTo64Bits) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(Bits(EncodeInteger(DType::kInt64, kMax), DType::kInt64), 0x7fffffffffffffffu);
  EXPECT_EQ(Bits(EncodeInteger(DType::kUInt64, -1), DType::kUInt64), 0xffffffffffffffffu);
  EXPECT_EQ(Bits(EncodeReal(DType::kUInt64, 0x1p63), DType::kUInt64), std::uint64_t{1} << 63);
}

TEST(ElementEncodingTest, SmallIntegersLieInTheLowBits) {
  EXPECT_EQ(Bits(EncodeInteger(DType::kInt4, -1), DType::kInt4), 0x0fu);
  EXPECT_EQ(Bits(EncodeInteger(DType::kInt4, -8), DType::kInt4), 0x08u);
  EXPECT_EQ(Bits(EncodeInteger(DType::kInt2, -2), DType::kInt2), 0x02u);
  EXPECT_EQ(Bits(EncodeInteger(DType::kUInt4, 15), DType::kUInt4), 0x0fu);
  EXPECT_EQ(Bits(EncodeInteger(DType::kBool, 1), DType::kBool), 0x01u);
}

TEST(ElementEncodingTest, NumbersThatATypeCannotHoldAreRefused) {
  const std::vector<std::pair<DType, double>> cases = {
      {DType::kInt4, 8},    {DType::kInt8, -129},   {DType::kUInt8, 256},      {DType::kUInt8, -1},
      {DType::kInt32, 1.5}, {DType::kBool, 2},      {DType::kInt64, 1e19},     {DType::kUInt64, -1},
      {DType::kInt32, NAN}, {DType::kUInt64, 2e19}, {DType::kInt16, HUGE_VAL}, {DType::kString, 1}};
  for (const auto& [dtype, value] : cases) {
    EXPECT_EQ(EncodeReal(dtype, value).status().code(), StatusCode::kInvalidArgument)
        << DTypeName(dtype) << " " << value;
  }
}

TEST(ElementEncodingTest, ComplexHasAZeroImaginaryPart) {
  const auto element = EncodeReal(DType::kComplex64, -2.0);
  std::array<float, 2> parts{};
  std::memcpy(parts.data(), element->data(), sizeof(parts));
  EXPECT_EQ(parts[0], -2.0f);
  EXPECT_EQ(parts[1], 0.0f);
}

}  // namespace
}  // namespace thaw
