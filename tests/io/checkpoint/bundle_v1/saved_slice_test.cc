#include "io/checkpoint/bundle_v1/saved_slice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/golden/golden_manifest.h"
#include "tests/io/checkpoint/bundle_v1/slice_file.h"

namespace thaw {
namespace {

using ::testing::HasSubstr;

// --- Records

// The record of an int32 [3] tensor "t" in another spelling; `elements` is what it gives.
struct RecordCase {
  const char* name;
  const char* tensor_proto;  // hexadecimal
  const char* words;         // of the error; nullptr: the elements are 1, -2, 300
};

class RecordTest : public TensorSliceReaderTest, public testing::WithParamInterface<RecordCase> {};

std::string Field(int number, const std::string& bytes) {
  return std::string(1, static_cast<char>(number << 3 | 2)) +
         std::string(1, static_cast<char>(bytes.size())) + bytes;
}

TEST_P(RecordTest, IsDecodedOrNamesItsTensor) {
  SliceFile file;
  file.Add("sound", DType::kInt8, {}, "x");
  file.List("t", DType::kInt32, {3}, TensorSlice::Full(1));
  file.record("t", 1) = Field(2, Field(1, "t") + Field(3, HexDecoded(GetParam().tensor_proto)));
  storage_.Put("x", file.Bytes());
  const auto reader = MustOpen();

  std::string bytes;
  const Status status = Read(*reader, Get(*reader, "t").parts.front(), &bytes);

  EXPECT_EQ(MustRead(*reader, Get(*reader, "sound").parts.front()), "x");
  if (GetParam().words == nullptr) {
    ASSERT_TRUE(status.ok()) << status.ToString();
    const std::int32_t expected[] = {1, -2, 300};
    EXPECT_EQ(bytes, AsChars(std::as_bytes(std::span(expected))));
    return;
  }
  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_EQ(status.tf_class(), "InvalidArgumentError");
  EXPECT_EQ(status.offset(), 0u);  // of the block
  EXPECT_THAT(status.message(), HasSubstr("Error copying slice data"));
  EXPECT_THAT(status.message(), HasSubstr(GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(
    All, RecordTest,
    testing::Values(RecordCase{"AsWritten", "3a0d01feffffffffffffffff01ac02", nullptr},
                    RecordCase{"NegativeOf32Bits", "3a0801feffffff0fac02", nullptr},
                    RecordCase{"NotPacked", "380138feffffffffffffffff0138ac02", nullptr},
                    RecordCase{"TwoRuns",
                               "3a0101"
                               "3a0cfeffffffffffffffff01ac02",
                               nullptr},
                    RecordCase{"UnknownFieldsAround",
                               "0803"
                               "9a060178"
                               "3a0801feffffff0fac02"
                               "1b1c",
                               nullptr},
                    RecordCase{"OverlongVarints",
                               "3a0a8180008"
                               "0feffffff0fac02",
                               "malformed"},
                    RecordCase{"OneTooFew",
                               "3a0101"
                               "3a01"
                               "02",
                               "holds 2 elements of int32, the slice has 3"},
                    RecordCase{"OneTooMany", "3a0401020304", "holds 4 elements"},
                    RecordCase{"None", "", "holds 0 elements"},
                    RecordCase{"OtherField",
                               "52030102"
                               "03",
                               "holds 0 elements"},
                    RecordCase{"LastVarintCutOff", "3a03010280", "malformed"},
                    RecordCase{"VarintOf11Bytes",
                               "3a0d01"
                               "02"
                               "ffffffffffffffffffff01",
                               "10 bytes"},
                    RecordCase{"LengthPastTheEnd",
                               "3a0401"
                               "0203",
                               "malformed"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(TensorSliceReaderTest, AListedSliceWithoutRecordIsAnErrorWhenItIsRead) {
  for (const char* name : {"a", "zz"}) {  // within the keys of the file, and behind all of them
    SliceFile file;
    file.Add("m", DType::kInt8, {}, "x");
    file.List(name, DType::kInt8, {2}, TensorSlice::Full(1));
    storage_.Put("x", file.Bytes());
    const auto reader = MustOpen();

    std::string bytes;
    const Status status = Read(*reader, Get(*reader, name).parts.front(), &bytes);

    EXPECT_EQ(status.tf_class(), "InvalidArgumentError") << status.ToString();
    EXPECT_THAT(status.message(), HasSubstr("no record"));
    EXPECT_EQ(MustRead(*reader, Get(*reader, "m").parts.front()), "x");
  }
}

TEST_F(TensorSliceReaderTest, ATensorWithoutElementsNeedsNoRecord) {
  SliceFile file;
  file.List("empty", DType::kInt8, {2, 0}, TensorSlice::Full(2));
  storage_.Put("x", file.Bytes());
  const auto reader = MustOpen();

  EXPECT_EQ(MustRead(*reader, Get(*reader, "empty").parts.front()), "");
}

// A list may claim any size; memory is taken for what the records hold.
TEST_F(TensorSliceReaderTest, ClaimedSizesTakeNoMemory) {
  SliceFile file;
  file.List("huge", DType::kInt64, {INT64_MAX / 16}, TensorSlice::Full(1));
  file.record("huge", 1) = Field(2, Field(3, Field(10, "\x01")));
  storage_.Put("x", file.Bytes());
  const auto reader = MustOpen();
  const Extent extent = Get(*reader, "huge").parts.front().extent;

  std::byte one[8];
  const Status status = reader->OpenShard(0).value()->Read(extent.offset, one);

  EXPECT_THAT(status.message(), HasSubstr("holds 1 elements"));
}

}  // namespace
}  // namespace thaw
