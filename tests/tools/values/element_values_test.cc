#include "tools/values/element_values.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <string>

#include "engine/variables/initializers/element_encoding.h"

namespace thaw {
namespace {

double Decode(DType dtype, std::uint16_t bits) {
  std::byte element[2];
  std::memcpy(element, &bits, sizeof(bits));
  return RealValue(dtype, element);
}

// Landmarks of the formats: one, the largest and smallest numbers, the NaNs; from ml_dtypes.finfo.
TEST(ElementValuesTest, LandmarksOfSmallFloats) {
  EXPECT_EQ(Decode(DType::kFloat16, 0x3c00), 1.0);
  EXPECT_EQ(Decode(DType::kFloat16, 0x7bff), 65504.0);
  EXPECT_EQ(Decode(DType::kFloat16, 0x0001), 0x1p-24);
  EXPECT_TRUE(std::isinf(Decode(DType::kFloat16, 0xfc00)));
  EXPECT_TRUE(std::isnan(Decode(DType::kFloat16, 0x7e00)));
  EXPECT_EQ(Decode(DType::kBFloat16, 0x3f80), 1.0);
  EXPECT_EQ(Decode(DType::kBFloat16, 0x0001), 0x1p-133);
  EXPECT_EQ(Decode(DType::kFloat8E5M2, 0x7b), 57344.0);
  EXPECT_TRUE(std::isinf(Decode(DType::kFloat8E5M2, 0x7c)));
  EXPECT_EQ(Decode(DType::kFloat8E4M3FN, 0x7e), 448.0);
  EXPECT_TRUE(std::isnan(Decode(DType::kFloat8E4M3FN, 0xff)));
  EXPECT_EQ(Decode(DType::kFloat8E4M3FNUZ, 0x7f), 240.0);
  EXPECT_TRUE(std::isnan(Decode(DType::kFloat8E4M3FNUZ, 0x80)));
  EXPECT_EQ(Decode(DType::kFloat8E4M3B11FNUZ, 0x7f), 30.0);
  EXPECT_EQ(Decode(DType::kFloat8E5M2FNUZ, 0x7f), 57344.0);
  EXPECT_EQ(Decode(DType::kFloat4E2M1FN, 0x07), 6.0);
  EXPECT_EQ(Decode(DType::kFloat4E2M1FN, 0x0f), -6.0);
}

// The encoder of initializers, which was compared with TensorFlow, is the inverse.
TEST(ElementValuesTest, EveryPatternThatIsANumberEncodesBack) {
  for (const DType dtype : {DType::kFloat16, DType::kBFloat16, DType::kFloat8E5M2,
                            DType::kFloat8E4M3FN, DType::kFloat8E4M3FNUZ, DType::kFloat8E4M3B11FNUZ,
                            DType::kFloat8E5M2FNUZ, DType::kFloat4E2M1FN}) {
    const std::size_t width = ElementSize(dtype);
    const std::uint32_t patterns = dtype == DType::kFloat4E2M1FN ? 16 : width == 1 ? 256 : 65536;
    for (std::uint32_t bits = 0; bits < patterns; ++bits) {
      const double value = Decode(dtype, static_cast<std::uint16_t>(bits));
      if (!std::isfinite(value)) continue;
      const Result<Element> encoded = EncodeReal(dtype, value);
      ASSERT_TRUE(encoded.ok());
      std::uint16_t back = 0;
      std::memcpy(&back, encoded->data(), width);
      ASSERT_EQ(back, bits) << DTypeName(dtype) << " " << value;
    }
  }
}

TEST(ElementValuesTest, TextsForPeople) {
  const float value = 0.1f;
  const float pair[] = {1.5f, -2.0f};
  const auto bytes = [](const auto& object) { return reinterpret_cast<const std::byte*>(&object); };
  EXPECT_EQ(ElementText(DType::kFloat32, bytes(value)), "0.1");
  EXPECT_EQ(ElementText(DType::kComplex64, bytes(pair)), "1.5-2.0j");
  const std::byte minus_one{0x0f};
  EXPECT_EQ(ElementText(DType::kInt4, &minus_one), "-1");
  EXPECT_EQ(ElementText(DType::kUInt4, &minus_one), "15");
  EXPECT_EQ(ElementText(DType::kBool, &minus_one), "true");
}

}  // namespace
}  // namespace thaw
