#include "io/base/dtype.h"

#include <gtest/gtest.h>

namespace thaw {
namespace {

TEST(DTypeTest, NamesRoundTrip) {
  for (int number = 1; number <= 33; ++number) {
    const auto dtype = DTypeFromNumber(number);
    ASSERT_TRUE(dtype) << number;
    EXPECT_EQ(DTypeFromName(DTypeName(*dtype)), dtype) << DTypeName(*dtype);
  }
}

TEST(DTypeTest, NumbersOutsideTheEnumAreUnknown) {
  for (const std::int64_t number : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{34},
                                    std::int64_t{77}, std::int64_t{100}, std::int64_t{134}}) {
    EXPECT_FALSE(DTypeFromNumber(number)) << number;
  }
}

TEST(DTypeTest, ReferenceNumbersGiveTheirBaseType) {
  EXPECT_EQ(DTypeFromNumber(101), DType::kFloat32);
  EXPECT_EQ(DTypeFromNumber(133), DType::kFloat4E2M1FN);
}

TEST(DTypeTest, CppSpellingsOfTensorFlowAreUnderstood) {
  EXPECT_EQ(DTypeFromName("float"), DType::kFloat32);
  EXPECT_EQ(DTypeFromName("double"), DType::kFloat64);
  EXPECT_EQ(DTypeFromName("half"), DType::kFloat16);
  EXPECT_FALSE(DTypeFromName("invalid"));
  EXPECT_FALSE(DTypeFromName("float128"));
}

TEST(DTypeTest, ComplexElementsSwapByHalves) {
  EXPECT_EQ(ElementSize(DType::kComplex128), 16u);
  EXPECT_EQ(SwapUnit(DType::kComplex128), 8u);
  EXPECT_EQ(SwapUnit(DType::kComplex64), 4u);
  EXPECT_EQ(SwapUnit(DType::kBool), 1u);
}

TEST(DTypeTest, StringsVariantsAndResourcesHaveNoFixedSize) {
  EXPECT_FALSE(IsFixedSize(DType::kString));
  EXPECT_FALSE(IsFixedSize(DType::kVariant));
  EXPECT_FALSE(IsFixedSize(DType::kResource));
  EXPECT_TRUE(IsFixedSize(DType::kInt4));
}

}  // namespace
}  // namespace thaw
