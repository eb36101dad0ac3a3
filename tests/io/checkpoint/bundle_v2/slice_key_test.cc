#include "io/checkpoint/bundle_v2/slice_key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "tests/golden/golden_manifest.h"

namespace thaw {
namespace {

constexpr SliceDim kWhole = {};

struct KeyCase {
  const char* name;
  std::string tensor;
  TensorSlice slice;
  const char* hex;
};

class SliceKeyVectorTest : public testing::TestWithParam<KeyCase> {};

TEST_P(SliceKeyVectorTest, IsEncodedAsTensorFlowDoesAndDecodedAgain) {
  const auto& [name, tensor, slice, hex] = GetParam();

  const std::string key = EncodeSliceKey(tensor, slice);
  const auto decoded = DecodeSliceKey(key);

  EXPECT_EQ(key, HexDecoded(hex));
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_EQ(decoded->tensor_name, tensor);
  EXPECT_EQ(decoded->slice, slice);
}

INSTANTIATE_TEST_SUITE_P(
    Keys, SliceKeyVectorTest,
    testing::Values(KeyCase{"Rows",
                            "scope/var1",
                            {{{0, 20}, {0, 100}}},
                            "0073636f70652f7661723100010102809480c064"},
                    KeyCase{"FullDimension", "foo", {{kWhole, {0, 1}}}, "00666f6f00010102807f8081"},
                    KeyCase{"Scalar", "a", {}, "0061000100"},
                    KeyCase{"EmptyName", "", {}, "00000100"},
                    KeyCase{"NameWith00AndFf", std::string("\0a\xff", 3), {}, "0000ff61ff00000100"},
                    KeyCase{"TwoByteNumber", "x", {{{64, 100}}}, "007800010101c040c064"}),
    [](const auto& test) { return test.param.name; });

struct NumberCase {
  std::int64_t value;
  const char* hex;
};

// A start may be any number; a negative length is read as a whole dimension.
class SliceKeyNumberTest : public testing::TestWithParam<NumberCase> {};

TEST_P(SliceKeyNumberTest, IsEncodedInOrderedCode) {
  const TensorSlice slice = {{{GetParam().value, 0}}};

  const std::string key = EncodeSliceKey("x", slice);
  const auto decoded = DecodeSliceKey(key);

  EXPECT_EQ(key, HexDecoded(std::string("007800010101") + GetParam().hex + "80"));
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_EQ(decoded->slice, slice);
}

INSTANTIATE_TEST_SUITE_P(
    Numbers, SliceKeyNumberTest,
    testing::Values(NumberCase{-65, "3fbf"}, NumberCase{-64, "40"}, NumberCase{-1, "7f"},
                    NumberCase{0, "80"}, NumberCase{1, "81"}, NumberCase{63, "bf"},
                    NumberCase{64, "c040"}, NumberCase{100, "c064"}, NumberCase{8191, "dfff"},
                    NumberCase{8192, "e02000"},
                    NumberCase{std::numeric_limits<std::int32_t>::max(), "f87fffffff"},
                    NumberCase{std::int64_t{1} << 31, "f880000000"},
                    NumberCase{std::numeric_limits<std::int64_t>::max(), "ffc07fffffffffffffff"},
                    NumberCase{std::numeric_limits<std::int64_t>::min(), "003f8000000000000000"}));

TEST(SliceKeyTest, CodeOfEveryNumberIsDecodedAndKeepsTheOrder) {
  std::vector<std::int64_t> numbers;
  for (int bit = 62; bit >= 0; --bit) {
    for (std::int64_t delta : {-1, 0, 1}) numbers.push_back(-(std::int64_t{1} << bit) + delta);
  }
  for (int bit = 0; bit < 63; ++bit) {
    for (std::int64_t delta : {-1, 0, 1}) numbers.push_back((std::int64_t{1} << bit) + delta);
  }
  std::sort(numbers.begin(), numbers.end());
  std::string last_key;
  for (const std::int64_t number : numbers) {
    const std::string key = EncodeSliceKey("x", {{{number, 0}}});
    const auto decoded = DecodeSliceKey(key);

    ASSERT_TRUE(decoded.ok()) << number;
    EXPECT_EQ(decoded->slice.dims[0].start, number);
    EXPECT_LE(last_key, key) << number;
    last_key = key;
  }
}

TEST(SliceKeyTest, AnyNegativeLengthIsTheWholeDimension) {
  const auto decoded = DecodeSliceKey(HexDecoded("0078000101018040"));  // length -64

  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_EQ(decoded->slice, TensorSlice::Full(1));
}

TEST(SliceKeyTest, RankOf300TakesTwoBytes) {
  const TensorSlice slice = TensorSlice::Full(300);

  const std::string key = EncodeSliceKey("x", slice);

  EXPECT_EQ(key.substr(0, 7), HexDecoded("0078000102012c"));
  const auto decoded = DecodeSliceKey(key);
  ASSERT_TRUE(decoded.ok());
  EXPECT_EQ(decoded->slice, slice);
}

TEST(SliceKeyTest, EveryPrefixAndAnExtraByteAreDataLoss) {
  const std::string whole = EncodeSliceKey("na\xffme", {{{0, 100}, {8192, -1}}});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(DecodeSliceKey(whole.substr(0, size)).status().code(), StatusCode::kDataLoss) << size;
  }
  EXPECT_EQ(DecodeSliceKey(whole + '\x80').status().code(), StatusCode::kDataLoss);
}

struct BadKey {
  const char* name;
  const char* hex;
};

class BadSliceKeyTest : public testing::TestWithParam<BadKey> {};

TEST_P(BadSliceKeyTest, IsDataLoss) {
  EXPECT_EQ(DecodeSliceKey(HexDecoded(GetParam().hex)).status().code(), StatusCode::kDataLoss);
}

INSTANTIATE_TEST_SUITE_P(
    Keys, BadSliceKeyTest,
    testing::Values(BadKey{"OrdinaryName", "666f6f"}, BadKey{"FirstNumberIsNotZero", "0101780001"},
                    BadKey{"BadEscape", "0078007900010101"},
                    BadKey{"BadEscapeOfFf", "0078ff01000100"},
                    BadKey{"RankInMoreBytesThanItNeeds", "0078000102000180808080"},
                    BadKey{"RankOfNineBytes", "00780001090000000000000000018080"},
                    BadKey{"RankBeyondTheKey", "00780001017f80808080"},
                    BadKey{"NumberInMoreBytesThanItNeeds", "007800010101c00180"},
                    BadKey{"NumberOfElevenBytes", "007800010101ffe0000000000000000000000080"},
                    BadKey{"NumberBeyond64Bits", "007800010101ffc0800000000000000080"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace thaw
