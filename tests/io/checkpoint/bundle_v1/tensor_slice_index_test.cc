#include "io/checkpoint/bundle_v1/tensor_slice_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/io/checkpoint/bundle_v1/slice_file.h"

namespace thaw {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

// --- What fails one tensor

struct BadTensor {
  const char* name;
  std::function<void(SliceFile&)> list;  // adds a tensor "t"
  EntryProblem problem;
  const char* tf_class;
  const char* words;
};

class BadTensorTest : public TensorSliceReaderTest,
                      public testing::WithParamInterface<BadTensor> {};

TEST_P(BadTensorTest, IsAnErrorOfThatTensor) {
  SliceFile file;
  file.Add("sound", DType::kInt8, {}, "x");
  GetParam().list(file);

  const auto reader = Open(file);

  ASSERT_TRUE(reader.ok()) << reader.status().ToString();
  ASSERT_THAT((*reader)->entry_errors(), SizeIs(1));
  const EntryError& error = (*reader)->entry_errors().front();
  EXPECT_EQ(error.tensor, "t");
  EXPECT_EQ(error.problem, GetParam().problem);
  EXPECT_EQ(error.status.tf_class(), GetParam().tf_class);
  EXPECT_EQ(error.status.tensor(), "t");
  EXPECT_EQ(error.status.file(), "x");
  EXPECT_THAT(error.status.message(), HasSubstr(GetParam().words));
  EXPECT_EQ(MustRead(**reader, Get(**reader, "sound").parts.front()), "x");
}

void ListTwice(SliceFile& file, const SavedTensor& first, const SavedTensor& second) {
  file.meta.tensors.push_back(first);
  file.meta.tensors.push_back(second);
}

constexpr auto kI8 = static_cast<std::int64_t>(DType::kInt8);

INSTANTIATE_TEST_SUITE_P(
    All, BadTensorTest,
    testing::Values(
        BadTensor{"OtherShape",
                  [](SliceFile& f) {
                    ListTwice(f, {"t", {2}, kI8, {TensorSlice{{{0, 1}}}}},
                              {"t", {3}, kI8, {TensorSlice{{{1, 2}}}}});
                  },
                  EntryProblem::kBadEntry, "InternalError", "existing = [2], new = [3]"},
        BadTensor{"OtherType",
                  [](SliceFile& f) {
                    ListTwice(f, {"t", {2}, kI8, {TensorSlice{{{0, 1}}}}},
                              {"t", {2}, 1, {TensorSlice{{{1, 1}}}}});
                  },
                  EntryProblem::kBadEntry, "InternalError", "existing = int8, new = float32"},
        BadTensor{"Overlap",
                  [](SliceFile& f) {
                    f.List("t", DType::kInt8, {4}, TensorSlice{{{0, 2}}});
                    f.List("t", DType::kInt8, {4}, TensorSlice{{{1, 3}}});
                  },
                  EntryProblem::kBadEntry, "InternalError",
                  "existing slice = 0,2, new slice = 1,3"},
        BadTensor{"FullSliceTwice",
                  [](SliceFile& f) {
                    f.List("t", DType::kInt8, {4}, TensorSlice::Full(1));
                    f.List("t", DType::kInt8, {4}, TensorSlice::Full(1));
                  },
                  EntryProblem::kBadEntry, "InternalError", "Overlapping slices"},
        BadTensor{"EmptyTensorTwice",
                  [](SliceFile& f) {
                    f.List("t", DType::kInt8, {0, 3}, TensorSlice::Full(2));
                    f.List("t", DType::kInt8, {0, 3}, TensorSlice::Full(2));
                  },
                  EntryProblem::kBadEntry, "InternalError", "Overlapping slices"},
        BadTensor{"SliceOfOtherRank",
                  [](SliceFile& f) { f.List("t", DType::kInt8, {4}, TensorSlice::Full(2)); },
                  EntryProblem::kBadEntry, "InternalError", "Mismatching ranks"},
        BadTensor{"SlicePastTheEnd",
                  [](SliceFile& f) {
                    f.List("t", DType::kInt8, {4}, TensorSlice{{{3, 2}}});
                  },
                  EntryProblem::kBadEntry, "InternalError", "out of bounds"},
        BadTensor{"SliceWithNegativeStart",
                  [](SliceFile& f) {
                    f.List("t", DType::kInt8, {4}, TensorSlice{{{-1, 2}}});
                  },
                  EntryProblem::kBadEntry, "InvalidArgumentError", "negative"},
        BadTensor{"HolesBetweenSlices",
                  [](SliceFile& f) {
                    f.Add("t", DType::kInt8, {4}, TensorSlice{{{0, 2}}}, "ab");
                  },
                  EntryProblem::kMissingSlice, "InvalidArgumentError", "2 of the tensor's 4"},
        BadTensor{"NegativeDimension",
                  [](SliceFile& f) { f.List("t", DType::kInt8, {-1}, TensorSlice::Full(1)); },
                  EntryProblem::kBadEntry, "InvalidArgumentError", ""},
        BadTensor{"ElementsBeyond63Bits",
                  [](SliceFile& f) {
                    f.List("t", DType::kInt8, {INT64_MAX, 2}, TensorSlice::Full(2));
                  },
                  EntryProblem::kBadEntry, "InvalidArgumentError", ""},
        BadTensor{
            "BytesBeyond63Bits",
            [](SliceFile& f) { f.List("t", DType::kInt64, {INT64_MAX / 4}, TensorSlice::Full(1)); },
            EntryProblem::kBadEntry, "DataLossError", "fits in memory"},
        BadTensor{
            "TooManyDimensions",
            [](SliceFile& f) { f.List("t", DType::kInt8, Shape(255, 1), TensorSlice::Full(255)); },
            EntryProblem::kBadEntry, "InvalidArgumentError", ""},
        BadTensor{
            "UnknownDType",
            [](SliceFile& f) { f.List("t", static_cast<DType>(77), {4}, TensorSlice::Full(1)); },
            EntryProblem::kBadEntry, "InvalidArgumentError", "77"},
        BadTensor{"DTypeWithoutForm",
                  [](SliceFile& f) { f.List("t", DType::kBFloat16, {4}, TensorSlice::Full(1)); },
                  EntryProblem::kBadEntry, "UnimplementedError", "bfloat16"},
        BadTensor{"StringsWithoutRecord",
                  [](SliceFile& f) { f.List("t", DType::kString, {4}, TensorSlice::Full(1)); },
                  EntryProblem::kUnreadable, "InvalidArgumentError", "no record"},
        BadTensor{"StringsOfWrongNumber",
                  [](SliceFile& f) {
                    f.AddStrings("t", {"a", "b"});
                    f.meta.tensors.back().shape = {3};
                  },
                  EntryProblem::kUnreadable, "InvalidArgumentError", "holds 2 elements"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(TensorSliceReaderTest, ATensorListedWithoutSlicesIsNotThere) {
  SliceFile file;
  file.meta.tensors.push_back({"none", {2}, kI8, {}});
  storage_.Put("x", file.Bytes());

  EXPECT_EQ(MustOpen()->num_tensors(), 0u);
}

}  // namespace
}  // namespace thaw
