// The conversions against arithmetic on real numbers, and against what TensorFlow's tf.cast gives.

#include "engine/kernels/element.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "engine/kernels/dtype_conversions.h"
#include "engine/kernels/float8_element.h"
#include "io/base/crc32c.h"

namespace thaw {
namespace {

// A small floating-point format, as numbers.
struct Format {
  int fraction_bits;
  int least_exponent;  // of normal numbers
  double overflow;     // the least magnitude that rounds to infinity
};

constexpr Format kBFloat16 = {7, -126, 0x1.ffp127};
constexpr Format kFloat16 = {10, -14, 65520.0};

// The nearest value of `format`, ties to even: `value` in units of the last place, rounded.
double Nearest(double value, const Format& format) {
  if (std::fabs(value) >= format.overflow) {
    return std::copysign(std::numeric_limits<double>::infinity(), value);
  }
  if (value == 0) return value;
  const int exponent = std::max(std::ilogb(value), format.least_exponent);
  const double unit = std::ldexp(1.0, exponent - format.fraction_bits);
  return std::nearbyint(value / unit) * unit;
}

double BFloat16Value(std::uint16_t bits) {
  return static_cast<double>(std::bit_cast<float>(std::uint32_t{bits} << 16));
}

double Float16Value(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1f;
  const int fraction = bits & 0x3ff;
  double magnitude = std::numeric_limits<double>::infinity();
  if (exponent == 0) magnitude = std::ldexp(fraction, -24);
  if (exponent > 0 && exponent < 31) magnitude = std::ldexp(1024 + fraction, exponent - 25);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

// Float32 numbers around every rounding step: all upper halves, the lower bits around each step.
template <typename Visit>
void ForEachFloat32(Visit visit) {
  for (std::uint32_t upper = 0; upper < 0x10000; ++upper) {
    for (const std::uint32_t lower : {0u, 1u, 0xfffu, 0x1000u, 0x1001u, 0x2fffu, 0x3000u, 0x3001u,
                                      0x7fffu, 0x8000u, 0x8001u, 0xffffu}) {
      const std::uint32_t bits = upper << 16 | lower;
      if (!std::isnan(std::bit_cast<float>(bits))) visit(bits);
    }
  }
}

TEST(ElementTest, Float32ToBFloat16IsNearestEvenWithDenormals) {
  ForEachFloat32([](std::uint32_t bits) {
    const double value = static_cast<double>(std::bit_cast<float>(bits));
    const double converted = BFloat16Value(Float32ToBFloat16::Convert(bits));

    ASSERT_EQ(std::bit_cast<std::uint64_t>(converted),
              std::bit_cast<std::uint64_t>(Nearest(value, kBFloat16)))
        << std::hex << bits;
  });
}

TEST(ElementTest, Float32ToFloat16IsNearestEvenWithDenormals) {
  ForEachFloat32([](std::uint32_t bits) {
    const double value = static_cast<double>(std::bit_cast<float>(bits));
    const double converted = Float16Value(Float32ToFloat16::Convert(bits));

    ASSERT_EQ(std::bit_cast<std::uint64_t>(converted),
              std::bit_cast<std::uint64_t>(Nearest(value, kFloat16)))
        << std::hex << bits;
  });
}

TEST(ElementTest, WideningIsExactForEvery16BitNumber) {
  for (std::uint32_t i = 0; i < 0x10000; ++i) {
    const auto bits = static_cast<std::uint16_t>(i);
    const float from_half = std::bit_cast<float>(Float16ToFloat32::Convert(bits));
    const float from_bfloat = std::bit_cast<float>(BFloat16ToFloat32::Convert(bits));

    const bool half_is_nan = (bits & 0x7c00) == 0x7c00 && (bits & 0x3ff) != 0;
    ASSERT_EQ(std::isnan(from_half), half_is_nan) << std::hex << i;
    if (!half_is_nan) {
      ASSERT_EQ(std::bit_cast<std::uint64_t>(static_cast<double>(from_half)),
                std::bit_cast<std::uint64_t>(Float16Value(bits)))
          << std::hex << i;
      ASSERT_EQ(Float32ToFloat16::Convert(std::bit_cast<std::uint32_t>(from_half)), bits);
    }
    if (!std::isnan(from_bfloat)) {
      ASSERT_EQ(Float32ToBFloat16::Convert(std::bit_cast<std::uint32_t>(from_bfloat)), bits);
    }
  }
}

// As TensorFlow 2.21 casts them.
TEST(ElementTest, NanKeepsItsSignAndUpperPayloadAndBecomesQuiet) {
  EXPECT_EQ(Float32ToFloat16::Convert(0x7f800001), 0x7e00);
  EXPECT_EQ(Float32ToFloat16::Convert(0xff800001), 0xfe00);
  EXPECT_EQ(Float32ToFloat16::Convert(0x7fffffff), 0x7fff);
  EXPECT_EQ(Float32ToFloat16::Convert(0x7fc12345), 0x7e09);
  EXPECT_EQ(Float32ToFloat16::Convert(0xffd12345), 0xfe89);
  EXPECT_EQ(Float32ToFloat16::Convert(0x7fa12345), 0x7f09);

  EXPECT_EQ(Float16ToFloat32::Convert(0x7e00), 0x7fc00000u);
  EXPECT_EQ(Float16ToFloat32::Convert(0xfc01), 0xffc02000u);
  EXPECT_EQ(Float16ToFloat32::Convert(0x7dff), 0x7fffe000u);
  EXPECT_EQ(Float16ToFloat32::Convert(0x7e55), 0x7fcaa000u);

  EXPECT_EQ(Float64ToFloat32::Convert(0x7ff0000000000001), 0x7fc00000u);
  EXPECT_EQ(Float64ToFloat32::Convert(0x7ff4567890abcdef), 0x7fe2b3c4u);
  EXPECT_EQ(Float64ToFloat32::Convert(0xffffffffffffffff), 0xffffffffu);
  EXPECT_EQ(Float32ToFloat64::Convert(0x7f800001), 0x7ff8000020000000u);
  EXPECT_EQ(Float32ToFloat64::Convert(0xffd12345), 0xfffa2468a0000000u);

  // TensorFlow moves the bits of a bfloat16 as they are.
  EXPECT_EQ(BFloat16ToFloat32::Convert(0x7f81), 0x7f810000u);
}

TEST(ElementTest, NanOfBFloat16IsTheQuietOneOfItsSign) {
  EXPECT_EQ(Float32ToBFloat16::Convert(0x7f800001), 0x7fc0);
  EXPECT_EQ(Float32ToBFloat16::Convert(0x7fffffff), 0x7fc0);
  EXPECT_EQ(Float32ToBFloat16::Convert(0xff800001), 0xffc0);
  EXPECT_EQ(Float32ToBFloat16::Convert(0xffc12345), 0xffc0);
}

// The inputs of tests/golden/make_casts.py.
std::vector<std::byte> CastInputs(std::size_t size) {
  constexpr std::uint64_t kOne = 1;
  const std::vector<std::uint64_t> lower_32 = {0,      1,      0xfff,  0x1000, 0x1001,
                                               0x3000, 0x7fff, 0x8000, 0x8001, 0xffff};
  const std::vector<std::uint64_t> lower_64 = {0,
                                               1,
                                               0xfffffff,
                                               0x10000000,
                                               0x10000001,
                                               0x30000000,
                                               (kOne << 41) - 1,
                                               kOne << 41,
                                               (kOne << 41) + 1,
                                               (kOne << 44) - 1,
                                               kOne << 44,
                                               (kOne << 44) + 1,
                                               (kOne << 48) - 1};
  const std::vector<std::uint64_t> lower =
      size <= 2 ? std::vector<std::uint64_t>{0} : (size == 4 ? lower_32 : lower_64);
  const std::size_t upper_bits = std::min<std::size_t>(8 * size, 16);
  std::vector<std::byte> inputs(lower.size() * size << upper_bits);
  std::byte* out = inputs.data();
  for (std::uint64_t upper = 0; upper < kOne << upper_bits; ++upper) {
    for (const std::uint64_t rest : lower) {
      const std::uint64_t bits = upper << (8 * size - upper_bits) | rest;
      std::memcpy(out, &bits, size);
      out += size;
    }
  }
  return inputs;
}

TEST(ElementTest, EveryPairOfDTypesIsCastAsTensorFlowDoes) {
  std::ifstream golden(THAW_CASTS_FILE);
  std::string from_name, to_name, crc;
  std::size_t count = 0, num_pairs = 0;

  while (golden >> from_name >> to_name >> count >> crc) {
    const DType from = *DTypeFromName(from_name), to = *DTypeFromName(to_name);
    const std::vector<std::byte> source = CastInputs(ElementSize(from));
    ASSERT_EQ(source.size(), count * ElementSize(from));
    std::vector<std::byte> result(count * ElementSize(to));
    const Kernel* const kernel = FindKernel(from, to, false);
    ASSERT_NE(kernel, nullptr) << from_name << " to " << to_name;

    kernel->transfer_unchecked(result.data(), source.data(), source.size(), 0);

    EXPECT_EQ(Crc32c(result), std::stoul(crc, nullptr, 16)) << from_name << " to " << to_name;
    ++num_pairs;
  }
  EXPECT_EQ(num_pairs, DTypeConversions().size());
}

double Float8Value(std::uint32_t bits, int fraction_bits, int bias) {
  const auto exponent = static_cast<int>((bits & 0x7f) >> fraction_bits);
  const auto fraction = static_cast<int>(bits & ((1u << fraction_bits) - 1));
  const int significand = exponent == 0 ? fraction : fraction + (1 << fraction_bits);
  const double magnitude = std::ldexp(significand, std::max(exponent, 1) - bias - fraction_bits);
  return (bits & 0x80) != 0 ? -magnitude : magnitude;
}

// `overflow`: the least magnitude that rounds beyond the largest number.
template <typename Float8>
void ExpectFloat8IsNearestEven(double overflow) {
  const int fraction_bits = static_cast<int>(Float8::kFractionBits);
  const int bias = static_cast<int>(Float8::kBias);
  ForEachFloat32([&](std::uint32_t bits) {
    const double value = static_cast<double>(std::bit_cast<float>(bits));
    const std::uint32_t converted = Float32ToFloat8<Float8>::Convert(bits);

    if (std::fabs(value) >= overflow) {
      ASSERT_EQ(converted & 0x7f, Float8::kOverflow) << std::hex << bits;
      return;
    }
    ASSERT_LE(converted & 0x7f, Float8::kLargest);
    ASSERT_EQ(
        std::bit_cast<std::uint64_t>(Float8Value(converted, fraction_bits, bias)),
        std::bit_cast<std::uint64_t>(Nearest(value, Format{fraction_bits, 1 - bias, overflow})))
        << std::hex << bits;
  });
}

TEST(ElementTest, Float32ToFloat8IsNearestEvenWithDenormals) {
  ExpectFloat8IsNearestEven<Float8E4M3FN>(std::nextafter(464.0, 500.0));
  ExpectFloat8IsNearestEven<Float8E5M2>(61440.0);
}

TEST(ElementTest, Float64IsRoundedOnceOnItsWayToFloat8) {
  // A float32 between would round each to the tie below and that down to even.
  constexpr std::uint64_t kAboveATie = 0x3fb1000000000001;  // (1 + 1/16) / 16 and a little
  using Sticky = Chain<Float64ToStickyFloat32, Float32ToFloat8<Float8E4M3FN>>;
  using Rounded = Chain<Float64ToFloat32, Float32ToFloat8<Float8E4M3FN>>;

  EXPECT_EQ(Sticky::Convert(kAboveATie), Rounded::Convert(kAboveATie) + 1);
}

TEST(ElementTest, IntegersAreCutAndFilled) {
  EXPECT_EQ((Resized<std::uint32_t, std::uint8_t>::Convert(0x12345678)), 0x78);
  EXPECT_EQ((Resized<std::int8_t, std::uint32_t>::Convert(0x80)), 0xffffff80u);
  EXPECT_EQ((Resized<std::uint8_t, std::uint32_t>::Convert(0x80)), 0x80u);
  EXPECT_EQ((IsNonZero<std::uint64_t, std::uint8_t>::Convert(std::uint64_t{1} << 63)), 1);
}

TEST(ElementTest, ReversedSourcesAreTurnedFirst) {
  EXPECT_EQ(FromReversed<Unchanged<std::uint16_t>>::Convert(0x1234), 0x3412);
  EXPECT_EQ(FromReversed<Unchanged<std::uint32_t>>::Convert(0x12345678), 0x78563412u);
  EXPECT_EQ(FromReversed<Unchanged<std::uint64_t>>::Convert(0x0102030405060708),
            0x0807060504030201u);
  EXPECT_EQ(FromReversed<Float32ToBFloat16>::Convert(0x0000803f), 0x3f80);  // 1.0f
}

}  // namespace
}  // namespace thaw
