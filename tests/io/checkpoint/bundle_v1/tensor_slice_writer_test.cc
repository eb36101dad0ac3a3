#include "io/checkpoint/bundle_v1/tensor_slice_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "io/base/crc32c.h"
#include "tests/golden/golden_manifest.h"
#include "tests/golden/put_golden.h"
#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class TensorSliceWriterTest : public testing::Test {
 protected:
  std::string Path(std::string_view name) const { return folder_.Path(name); }
  std::vector<std::string> Files() const { return folder_.Names(); }

  static Status AddOne(TensorSliceWriter& writer, std::string_view name, float value = 1.5f) {
    return writer.Add(name, DType::kFloat32, {}, std::as_bytes(std::span(&value, 1)));
  }

  TempFolder folder_;
};

TensorSliceWriter Create(const std::string& prefix, const TensorSliceWriterOptions& options = {}) {
  auto writer = TensorSliceWriter::Create(prefix, options);
  if (!writer.ok()) {
    ADD_FAILURE() << writer.status().ToString();
    std::abort();
  }
  return std::move(*writer);
}

TEST_F(TensorSliceWriterTest, WritesTheBytesOfTensorFlow) {
  int num_compared = 0;
  for (const GoldenBundle& bundle : GoldenV1().bundles) {
    if (!bundle.is_reproducible) continue;
    TensorSliceWriter writer = Create(Path(bundle.name));
    for (const GoldenTensor& tensor : bundle.puts) {
      const Status status = PutGolden(writer, tensor);
      ASSERT_TRUE(status.ok()) << status.ToString();
    }
    const Status status = writer.Finish();
    ASSERT_TRUE(status.ok()) << status.ToString();

    EXPECT_TRUE(ReadFileBytes(Path(bundle.name)) == ReadFileBytes(GoldenPath(bundle.name)))
        << bundle.name;
    ++num_compared;
  }
  EXPECT_GE(num_compared, 6);
}

template <typename T>
Status AddRange(TensorSliceWriter& writer, std::string_view name, DType dtype, Dims shape) {
  std::vector<T> values(static_cast<std::size_t>(*NumElements(shape)));
  std::iota(values.begin(), values.end(), T{0});
  return writer.Add(name, dtype, shape, std::as_bytes(std::span(values)));
}

// The tensors are those of make_golden_v1.py.
TEST_F(TensorSliceWriterTest, BlocksEndWhereTensorFlowEndsThem) {
  TensorSliceWriter writer = Create(Path("large"));
  ASSERT_TRUE(AddRange<float>(writer, "large/float32", DType::kFloat32, Shape{300, 500}).ok());
  ASSERT_TRUE(AddRange<std::int32_t>(writer, "large/int32", DType::kInt32, Shape{150000}).ok());
  ASSERT_TRUE(AddRange<double>(writer, "middle", DType::kFloat64, Shape{40000}).ok());
  for (std::uint32_t i = 0; i < 3000; ++i) {
    char start[16];
    std::snprintf(start, sizeof start, "%08x/", i * 2654435761u);
    const auto value = static_cast<std::uint8_t>(i % 256);
    const Status status = writer.Add(start + std::string(100, 'x'), DType::kUInt8, {},
                                     std::as_bytes(std::span(&value, 1)));
    ASSERT_TRUE(status.ok()) << status.ToString();
  }
  ASSERT_TRUE(writer.Finish().ok());

  const std::string bytes = ReadFileBytes(Path("large"));
  ASSERT_EQ(GoldenV1().digests.size(), 1u);
  const GoldenDigest& golden = GoldenV1().digests.front();
  EXPECT_EQ(bytes.size(), golden.size);
  EXPECT_EQ(Crc32c(AsBytes(bytes)), golden.crc32c);
}

TEST_F(TensorSliceWriterTest, SetsOfFilesAreNumberedAndFilledEvenly) {
  TensorSliceWriter writer = Create(Path("s"), {.num_shards = 2});
  EXPECT_EQ(writer.checkpoint_path(), Path("s-?????") + "-of-00002");
  ASSERT_TRUE(AddOne(writer, "b").ok());
  ASSERT_TRUE(AddOne(writer, "a").ok());
  ASSERT_TRUE(writer.Finish().ok());

  EXPECT_THAT(Files(), ElementsAre("s-00000-of-00002", "s-00001-of-00002"));
  EXPECT_THAT(ReadFileBytes(Path("s-00000-of-00002")), HasSubstr("\x0a\x01"
                                                                 "b"));
  EXPECT_THAT(ReadFileBytes(Path("s-00001-of-00002")), HasSubstr("\x0a\x01"
                                                                 "a"));
}

TEST_F(TensorSliceWriterTest, CheckpointWithoutTensorsHasItsHeader) {
  TensorSliceWriter writer = Create(Path("none"));
  EXPECT_EQ(writer.checkpoint_path(), Path("none"));
  ASSERT_TRUE(writer.Finish().ok());

  EXPECT_THAT(Files(), ElementsAre("none"));
}

TEST_F(TensorSliceWriterTest, NothingIsThereBeforeFinish) {
  {
    TensorSliceWriter writer = Create(Path("x"), {.num_shards = 3});
    ASSERT_TRUE(AddOne(writer, "a").ok());
    for (const std::string& name : Files()) EXPECT_THAT(name, HasSubstr(".tmp"));
  }
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(TensorSliceWriterTest, FilesThatAreThereAreKeptUnlessToldOtherwise) {
  TensorSliceWriter first = Create(Path("x"));
  ASSERT_TRUE(AddOne(first, "a").ok());
  ASSERT_TRUE(first.Finish().ok());

  EXPECT_EQ(TensorSliceWriter::Create(Path("x")).status().code(), StatusCode::kAlreadyExists);
  TensorSliceWriter second = Create(Path("x"), {.overwrite = true});
  ASSERT_TRUE(AddOne(second, "other").ok());
  ASSERT_TRUE(second.Finish().ok());
  EXPECT_THAT(ReadFileBytes(Path("x")), HasSubstr("other"));
}

TEST_F(TensorSliceWriterTest, CallsAfterFinishAreFailedPreconditions) {
  TensorSliceWriter writer = Create(Path("x"));
  ASSERT_TRUE(writer.Finish().ok());

  EXPECT_EQ(writer.Finish().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(AddOne(writer, "a").code(), StatusCode::kFailedPrecondition);
}

TEST_F(TensorSliceWriterTest, PrefixesThatNameNoFileAreRefused) {
  EXPECT_EQ(TensorSliceWriter::Create(Path("")).status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(TensorSliceWriter::Create(Path("x"), {.num_shards = 100'000}).status().code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(TensorSliceWriter::Create(Path("no/x")).status().code(), StatusCode::kNotFound);
}

// A wrong call: what it is after "a" [4] float32 was begun with its first two elements.
struct WrongCall {
  const char* name;
  std::function<Status(TensorSliceWriter&)> call;
  StatusCode code;
  const char* tf_class;
  const char* words;
};

class WrongCallTest : public TensorSliceWriterTest,
                      public testing::WithParamInterface<WrongCall> {};

TEST_P(WrongCallTest, IsRefusedAndLeavesNothing) {
  TensorSliceWriter writer = Create(Path("x"));
  const std::string two(8, '\0');
  ASSERT_TRUE(
      writer.AddSlice("a", Shape{4}, TensorSlice{{{0, 2}}}, DType::kFloat32, AsBytes(two)).ok());

  const Status status = GetParam().call(writer);

  EXPECT_EQ(status.code(), GetParam().code) << status.ToString();
  EXPECT_EQ(status.tf_class(), GetParam().tf_class);
  EXPECT_THAT(status.message(), HasSubstr(GetParam().words));
  EXPECT_THAT(Files(), IsEmpty());
  EXPECT_EQ(writer.Finish().code(), GetParam().code);
}

Status AddFloats(TensorSliceWriter& w, std::string_view name, Shape full, TensorSlice slice,
                 std::size_t num_elements) {
  return w.AddSlice(name, full, slice, DType::kFloat32, AsBytes(std::string(4 * num_elements, 0)));
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongCallTest,
    testing::Values(
        WrongCall{"SameSliceTwice",
                  [](auto& w) {
                    return AddFloats(w, "a", {4}, TensorSlice{{{0, 2}}}, 2);
                  },
                  StatusCode::kInvalidArgument, "", "slice 0,2 was added before"},
        WrongCall{"OverlappingSlices",
                  [](auto& w) {
                    const Status status = AddFloats(w, "a", {4}, TensorSlice{{{1, 2}}}, 2);
                    return status.ok() ? w.Finish() : status;
                  },
                  StatusCode::kInvalidArgument, "", "slices 0,2 and 1,2 overlap"},
        WrongCall{"OtherShape",
                  [](auto& w) {
                    return AddFloats(w, "a", {5}, TensorSlice{{{2, 2}}}, 2);
                  },
                  StatusCode::kInvalidArgument, "InternalError", "float32[5] after float32[4]"},
        WrongCall{
            "OtherDType",
            [](auto& w) {
              return w.AddSlice("a", Shape{4}, TensorSlice{{{2, 2}}}, DType::kInt8, AsBytes("xy"));
            },
            StatusCode::kInvalidArgument, "InternalError", "int8[4] after float32[4]"},
        WrongCall{"SlicePastTheEnd",
                  [](auto& w) {
                    return AddFloats(w, "a", {4}, TensorSlice{{{3, 2}}}, 2);
                  },
                  StatusCode::kInvalidArgument, "InternalError", "out of bounds"},
        WrongCall{"TooFewBytes",
                  [](auto& w) {
                    return AddFloats(w, "b", {4}, TensorSlice{{{0, 2}}}, 1);
                  },
                  StatusCode::kInvalidArgument, "InvalidArgumentError", "4 bytes instead of the 8"},
        WrongCall{"TooManyStrings",
                  [](auto& w) {
                    return w.AddStrings("b", {}, std::vector<std::string>{"x", "y"});
                  },
                  StatusCode::kInvalidArgument, "InvalidArgumentError", "2 strings"},
        WrongCall{"NameWithoutBytes",
                  [](auto& w) {
                    return AddFloats(w, "", {1}, TensorSlice{{{0, 1}}}, 1);
                  },
                  StatusCode::kInvalidArgument, "InvalidArgumentError", "needs a name"},
        WrongCall{"NameThatIsNoText",
                  [](auto& w) {
                    return AddFloats(w, "\xff", {1}, TensorSlice{{{0, 1}}}, 1);
                  },
                  StatusCode::kInvalidArgument, "", "UTF-8"},
        WrongCall{"NameTooLong",
                  [](auto& w) {
                    return AddFloats(w, std::string(70000, 'n'), {1}, TensorSlice{{{0, 1}}}, 1);
                  },
                  StatusCode::kInvalidArgument, "", "too long"},
        WrongCall{"NegativeDimension",
                  [](auto& w) { return w.Add("b", DType::kInt8, Shape{-1}, {}); },
                  StatusCode::kInvalidArgument, "InvalidArgumentError", "no tensor can have shape"},
        WrongCall{"BFloat16",
                  [](auto& w) { return w.Add("b", DType::kBFloat16, Shape{1}, AsBytes("xy")); },
                  StatusCode::kUnimplemented, "UnimplementedError",
                  "Saving data type bfloat16 not yet supported"},
        WrongCall{"UInt32",
                  [](auto& w) { return w.Add("b", DType::kUInt32, Shape{1}, AsBytes("wxyz")); },
                  StatusCode::kInvalidArgument, "InvalidArgumentError", "dtype 22"},
        WrongCall{"TwoGiB",
                  [](auto& w) {
                    // Never touched: the estimate is made before the elements are read.
                    const ByteView huge(reinterpret_cast<const std::byte*>(&w),
                                        std::size_t{1} << 31);
                    return w.Add("b", DType::kFloat32, Shape{1 << 29}, huge);
                  },
                  StatusCode::kInvalidArgument, "InvalidArgumentError",
                  "conservative estimate: 2147484679 bytes"}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace thaw
