#include "io/checkpoint/bundle_v2/bundle_writer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

#include "io/base/crc32c.h"
#include "io/checkpoint/bundle_v2/bundle_reader.h"
#include "io/storage/local_storage.h"
#include "tests/golden/golden_manifest.h"
#include "tests/golden/put_golden.h"

namespace thaw {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class BundleWriterTest : public ::testing::Test {
 protected:
  BundleWriterTest() : folder_(::testing::TempDir() + "bundle_writer_" + TestName()) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directory(folder_);
  }
  ~BundleWriterTest() override { std::filesystem::remove_all(folder_); }

  static std::string TestName() {
    const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
    std::string name = info->name();
    std::replace(name.begin(), name.end(), '/', '_');
    return name;
  }

  std::string Path(std::string_view name) const { return folder_ + "/" + std::string(name); }

  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
      names.push_back(entry.path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  // The file at `path` with its bytes; what a reader finds in a bundle.
  std::shared_ptr<const CheckpointReader> Open(const std::string& prefix) const {
    auto reader = OpenBundleV2(storage_, prefix, IoMode::kAuto);
    EXPECT_TRUE(reader.ok()) << reader.status().ToString();
    return reader.ok() ? *reader : nullptr;
  }

  static Status AddOne(BundleWriter& writer, std::string_view name, float value = 1.5f) {
    return writer.Add(name, DType::kFloat32, {}, std::as_bytes(std::span(&value, 1)));
  }

  LocalStorage storage_;
  std::string folder_;
};

BundleWriter Create(const std::string& prefix, const BundleWriterOptions& options = {}) {
  auto writer = BundleWriter::Create(prefix, options);
  if (!writer.ok()) {
    ADD_FAILURE() << writer.status().ToString();
    std::abort();
  }
  return std::move(*writer);
}

// --- The same bytes as TensorFlow

class GoldenBundleTest : public BundleWriterTest,
                         public ::testing::WithParamInterface<std::string> {};

TEST_P(GoldenBundleTest, IsWrittenByteForByteAsByTensorFlow) {
  const GoldenManifest& manifest = Golden();
  const auto bundle = std::find_if(manifest.bundles.begin(), manifest.bundles.end(),
                                   [](const GoldenBundle& b) { return b.name == GetParam(); });
  BundleWriter writer = Create(Path("x"));

  for (const GoldenTensor& tensor : bundle->puts) {
    const Status status = PutGolden(writer, tensor);
    ASSERT_TRUE(status.ok()) << tensor.name << ": " << status.ToString();
  }
  const Status status = writer.Finish();

  ASSERT_TRUE(status.ok()) << status.ToString();
  for (const char* suffix : {".data-00000-of-00001", ".index"}) {
    EXPECT_EQ(ReadFileBytes(Path("x") + suffix), ReadFileBytes(GoldenPath(GetParam() + suffix)))
        << suffix;
  }
}

std::vector<std::string> ReproducibleBundles() {
  std::vector<std::string> names;
  for (const GoldenBundle& bundle : Golden().bundles) {
    if (bundle.is_reproducible) names.push_back(bundle.name);
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, GoldenBundleTest, ::testing::ValuesIn(ReproducibleBundles()),
                         [](const auto& test) { return test.param; });

// make_golden.py: many_blocks.
TEST_F(BundleWriterTest, AnIndexOfSeveralBlocksIsThatOfTensorFlow) {
  BundleWriter writer = Create(Path("x"));
  for (std::uint32_t i = 0; i < 5000; ++i) {
    char name[16];
    std::snprintf(name, sizeof name, "%08x/", i * 2654435761u);
    const std::byte value{static_cast<unsigned char>(i % 256)};
    ASSERT_TRUE(writer.Add(name + std::string(100, 'x'), DType::kUInt8, {}, {&value, 1}).ok());
  }

  ASSERT_TRUE(writer.Finish().ok());

  const std::string index = ReadFileBytes(Path("x.index"));
  ASSERT_EQ(Golden().digests.size(), 1u);
  EXPECT_EQ(index.size(), Golden().digests[0].size);
  EXPECT_EQ(Crc32c(AsBytes(index)), Golden().digests[0].crc32c);
}

// --- Forms of writing

TEST_F(BundleWriterTest, ATensorInPiecesEqualsOneInOneGo) {
  std::vector<std::int32_t> values(200'000);
  std::iota(values.begin(), values.end(), -7);
  const ByteView bytes = std::as_bytes(std::span(values));
  const Shape shape = {200'000};
  BundleWriter whole = Create(Path("whole"));
  ASSERT_TRUE(whole.Add("w", DType::kInt32, shape, bytes).ok());
  ASSERT_TRUE(whole.Finish().ok());
  BundleWriter pieces = Create(Path("pieces"));

  ASSERT_TRUE(pieces.BeginTensor("w", DType::kInt32, shape).ok());
  std::size_t begin = 0;
  for (std::size_t size = 1; begin < bytes.size(); size = size * 3 + 1) {
    const std::size_t n = std::min(size, bytes.size() - begin);
    ASSERT_TRUE(pieces.AppendBytes(bytes.subspan(begin, n)).ok());
    begin += n;
  }
  ASSERT_TRUE(pieces.EndTensor().ok());
  ASSERT_TRUE(pieces.Finish().ok());

  for (const char* suffix : {".data-00000-of-00001", ".index"}) {
    EXPECT_EQ(ReadFileBytes(Path("pieces") + suffix), ReadFileBytes(Path("whole") + suffix));
  }
}

TEST_F(BundleWriterTest, ASliceInPiecesEqualsOneInOneGo) {
  const auto parsed = ParseShapeAndSlice("4 2 2,2:-");
  const std::string bytes = "0123456789abcdef";
  BundleWriter whole = Create(Path("whole"));
  ASSERT_TRUE(
      whole.AddSlice("w", parsed->full_shape, parsed->slice, DType::kFloat32, AsBytes(bytes)).ok());
  ASSERT_TRUE(whole.Finish().ok());
  BundleWriter pieces = Create(Path("pieces"));

  ASSERT_TRUE(pieces.BeginSlice("w", parsed->full_shape, parsed->slice, DType::kFloat32).ok());
  ASSERT_TRUE(pieces.AppendBytes(AsBytes(bytes).first(5)).ok());
  ASSERT_TRUE(pieces.AppendBytes(AsBytes(bytes).subspan(5)).ok());
  ASSERT_TRUE(pieces.EndTensor().ok());
  ASSERT_TRUE(pieces.Finish().ok());

  EXPECT_EQ(ReadFileBytes(Path("pieces.index")), ReadFileBytes(Path("whole.index")));
}

TEST_F(BundleWriterTest, TensorsGoToTheEmptiestOfSeveralDataFiles) {
  BundleWriter writer = Create(Path("x"), {.num_shards = 3});
  const std::string big(64, 'b'), small(8, 's');
  ASSERT_TRUE(writer.Add("big", DType::kUInt8, Shape{64}, AsBytes(big)).ok());
  for (const char* name : {"s1", "s2", "s3"}) {
    ASSERT_TRUE(writer.Add(name, DType::kUInt8, Shape{8}, AsBytes(small)).ok());
  }

  ASSERT_TRUE(writer.Finish().ok());

  EXPECT_THAT(Files(), ElementsAre("x.data-00000-of-00003", "x.data-00001-of-00003",
                                   "x.data-00002-of-00003", "x.index"));
  const auto reader = Open(Path("x"));
  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(reader->num_shards(), 3u);
  std::vector<std::uint32_t> shards;
  for (std::size_t i = 0; i < reader->num_tensors(); ++i) {
    shards.push_back(reader->tensor(i).parts[0].extent.shard);
  }
  EXPECT_THAT(shards, ElementsAre(0u, 1u, 2u, 1u));
}

TEST_F(BundleWriterTest, AlignmentFollowsEveryTensorTheLastIncluded) {
  BundleWriter writer = Create(Path("x"), {.alignment = 42});
  const std::string bytes(50, 'x');
  for (const char* name : {"a", "b", "c"}) {
    ASSERT_TRUE(writer.Add(name, DType::kInt8, Shape{50}, AsBytes(bytes)).ok());
  }

  ASSERT_TRUE(writer.Finish().ok());

  EXPECT_EQ(std::filesystem::file_size(Path("x.data-00000-of-00001")), 3u * 84);
  const auto reader = Open(Path("x"));
  ASSERT_NE(reader, nullptr);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(reader->tensor(i).parts[0].extent.offset, i * 84);
    EXPECT_EQ(reader->tensor(i).parts[0].extent.length, 50u);
  }
}

TEST_F(BundleWriterTest, ABundleWithoutTensorsCanBeOpened) {
  BundleWriter writer = Create(Path("x"));

  ASSERT_TRUE(writer.Finish().ok());

  const auto reader = Open(Path("x"));
  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(reader->num_tensors(), 0u);
}

TEST_F(BundleWriterTest, TheFolderIsMadeButNotItsParent) {
  EXPECT_TRUE(BundleWriter::Create(Path("new/x")).ok());
  EXPECT_TRUE(std::filesystem::is_directory(Path("new")));

  EXPECT_EQ(BundleWriter::Create(Path("no/such/x")).status().code(), StatusCode::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(Path("no")));
}

// --- All or nothing

TEST_F(BundleWriterTest, NothingShowsBeforeFinishAndNothingStaysWithoutIt) {
  {
    BundleWriter writer = Create(Path("x"));
    ASSERT_TRUE(AddOne(writer, "a").ok());
    EXPECT_FALSE(std::filesystem::exists(Path("x.index")));
    EXPECT_FALSE(std::filesystem::exists(Path("x.data-00000-of-00001")));
  }

  EXPECT_THAT(Files(), IsEmpty());
}

TEST_F(BundleWriterTest, AnExistingCheckpointStaysUnlessOverwriteIsAsked) {
  BundleWriter first = Create(Path("x"));
  ASSERT_TRUE(AddOne(first, "old").ok());
  ASSERT_TRUE(first.Finish().ok());
  const std::string index = ReadFileBytes(Path("x.index"));

  const auto refused = BundleWriter::Create(Path("x"));

  EXPECT_EQ(refused.status().code(), StatusCode::kAlreadyExists);
  EXPECT_THAT(refused.status().file(), HasSubstr("x."));
  EXPECT_EQ(ReadFileBytes(Path("x.index")), index);
  BundleWriter second = Create(Path("x"), {.overwrite = true});
  ASSERT_TRUE(AddOne(second, "new").ok());
  EXPECT_EQ(ReadFileBytes(Path("x.index")), index);
  ASSERT_TRUE(second.Finish().ok());
  EXPECT_TRUE(Open(Path("x"))->Find("new").has_value());
}

TEST_F(BundleWriterTest, ACheckpointThatAppearsMeanwhileIsKeptAndNothingIsLeft) {
  BundleWriter writer = Create(Path("x"), {.num_shards = 2});
  ASSERT_TRUE(AddOne(writer, "a").ok());
  BundleWriter other = Create(Path("x"));
  ASSERT_TRUE(AddOne(other, "b").ok());
  ASSERT_TRUE(other.Finish().ok());

  const Status status = writer.Finish();

  EXPECT_EQ(status.code(), StatusCode::kAlreadyExists) << status.ToString();
  EXPECT_THAT(Files(), ElementsAre("x.data-00000-of-00001", "x.index"));
  EXPECT_TRUE(Open(Path("x"))->Find("b").has_value());
}

// --- What is refused

TEST_F(BundleWriterTest, FirstFailureStaysAndNothingIsWritten) {
  BundleWriter writer = Create(Path("x"));
  ASSERT_TRUE(AddOne(writer, "a").ok());

  const Status duplicate = AddOne(writer, "a");

  EXPECT_EQ(duplicate.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(duplicate.tensor(), "a");
  EXPECT_EQ(AddOne(writer, "b").message(), duplicate.message());
  EXPECT_EQ(writer.Finish().message(), duplicate.message());
  EXPECT_FALSE(std::filesystem::exists(Path("x.index")));
}

TEST_F(BundleWriterTest, FinishTwiceIsRefused) {
  BundleWriter writer = Create(Path("x"));
  ASSERT_TRUE(writer.Finish().ok());

  EXPECT_EQ(writer.Finish().code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(AddOne(writer, "a").code(), StatusCode::kFailedPrecondition);
}

TEST_F(BundleWriterTest, OptionsThatMakeNoBundleAreRefused) {
  const auto code = [&](const BundleWriterOptions& options, const char* name) {
    return BundleWriter::Create(Path(name), options).status().code();
  };
  EXPECT_EQ(code({.num_shards = 0}, "x"), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.num_shards = 100'000}, "x"), StatusCode::kInvalidArgument);
  EXPECT_EQ(code({.alignment = 0}, "x"), StatusCode::kInvalidArgument);
  EXPECT_EQ(BundleWriter::Create("").status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(Files(), IsEmpty());
}

// One call that a fresh writer refuses, after the tensor "a" and rows 0 and 1 of "p" [4, 1].
struct RefusedCase {
  const char* name;
  Status (*call)(BundleWriter&);
  StatusCode code;
  const char* words;
};

class RefusedTest : public BundleWriterTest, public ::testing::WithParamInterface<RefusedCase> {};

Status Slice(BundleWriter& writer, const char* spec, DType dtype, std::size_t size_bytes,
             const char* name = "p") {
  const auto parsed = ParseShapeAndSlice(spec);
  const std::string bytes(size_bytes, 'x');
  return writer.AddSlice(name, parsed->full_shape, parsed->slice, dtype, AsBytes(bytes));
}

Status Bytes(BundleWriter& writer, const char* name, DType dtype, const Shape& shape,
             std::size_t size_bytes) {
  return writer.Add(name, dtype, shape, AsBytes(std::string(size_bytes, 'x')));
}

constexpr StatusCode kInvalid = StatusCode::kInvalidArgument;
constexpr StatusCode kPrecondition = StatusCode::kFailedPrecondition;

const RefusedCase kRefusedCases[] = {
    {"EmptyName", [](BundleWriter& w) { return Bytes(w, "", DType::kInt8, {}, 1); }, kInvalid,
     "needs a name"},
    {"LongName",
     [](BundleWriter& w) { return Bytes(w, std::string(65537, 'n').c_str(), DType::kInt8, {}, 1); },
     kInvalid, "too long"},
    {"TooFewBytes", [](BundleWriter& w) { return Bytes(w, "b", DType::kInt32, {2}, 7); }, kInvalid,
     "7 bytes instead of the 8"},
    {"TooManyBytes", [](BundleWriter& w) { return Bytes(w, "b", DType::kInt32, {2}, 9); }, kInvalid,
     "more than the 8 bytes"},
    {"NegativeDimension", [](BundleWriter& w) { return Bytes(w, "b", DType::kInt8, {-1}, 0); },
     kInvalid, "shape"},
    {"HugeShape",
     [](BundleWriter& w) { return Bytes(w, "b", DType::kFloat64, {std::int64_t{1} << 62}, 8); },
     kInvalid, "shape"},
    {"Rank255", [](BundleWriter& w) { return Bytes(w, "b", DType::kInt8, Shape(255, 1), 1); },
     kInvalid, "shape"},
    {"Resource", [](BundleWriter& w) { return Bytes(w, "b", DType::kResource, {}, 0); }, kInvalid,
     "resource"},
    {"StringAsBytes", [](BundleWriter& w) { return Bytes(w, "b", DType::kString, {}, 0); },
     kInvalid, "string"},
    {"StringsOfAnotherShape",
     [](BundleWriter& w) {
       const std::vector<std::string> values = {"x"};
       return w.AddStrings("b", Shape{2}, values);
     },
     kInvalid, "1 strings for shape [2]"},
    {"StringsTwice",
     [](BundleWriter& w) {
       const std::vector<std::string> values = {"x"};
       return w.AddStrings("a", Shape{1}, values);
     },
     kInvalid, "added before"},
    {"WholeAfterSlices", [](BundleWriter& w) { return Bytes(w, "p", DType::kInt8, {}, 1); },
     kInvalid, "added before"},
    {"SliceAfterWhole", [](BundleWriter& w) { return Slice(w, "4 1 0,2:-", DType::kInt8, 2, "a"); },
     kInvalid, "added before"},
    {"SliceTwice", [](BundleWriter& w) { return Slice(w, "4 1 0,2:0,1", DType::kInt8, 2); },
     kInvalid, "added before"},
    {"SliceOfAnotherDtype",
     [](BundleWriter& w) { return Slice(w, "4 1 2,2:0,1", DType::kUInt8, 2); }, kInvalid,
     "uint8[4,1] after int8[4,1]"},
    {"SliceOfAnotherShape",
     [](BundleWriter& w) { return Slice(w, "5 1 2,2:0,1", DType::kInt8, 2); }, kInvalid,
     "int8[5,1] after int8[4,1]"},
    {"SliceOutsideItsTensor",
     [](BundleWriter& w) {
       const TensorSlice slice{{{3, 2}, {0, 1}}};
       return w.AddSlice("p", Shape{4, 1}, slice, DType::kInt8, AsBytes("xx"));
     },
     kInvalid, "out of bounds"},
    {"OverlappingSlices",
     [](BundleWriter& w) {
       const Status status = Slice(w, "4 1 1,2:-", DType::kInt8, 2);
       return status.ok() ? w.Finish() : status;
     },
     kInvalid, "overlap"},
    {"BytesWithoutTensor", [](BundleWriter& w) { return w.AppendBytes({}); }, kPrecondition,
     "no tensor was begun"},
    {"EndWithoutTensor", [](BundleWriter& w) { return w.EndTensor(); }, kPrecondition,
     "no tensor was begun"},
    {"TensorInATensor",
     [](BundleWriter& w) {
       const Status status = w.BeginTensor("b", DType::kInt8, {});
       return status.ok() ? Bytes(w, "c", DType::kInt8, {}, 1) : status;
     },
     kPrecondition, "not ended"},
    {"FinishInATensor",
     [](BundleWriter& w) {
       const Status status = w.BeginTensor("b", DType::kInt8, {});
       return status.ok() ? w.Finish() : status;
     },
     kPrecondition, "not ended"},
};

TEST_P(RefusedTest, WithItsCodeAndWords) {
  BundleWriter writer = Create(Path("x"));
  ASSERT_TRUE(AddOne(writer, "a").ok());
  ASSERT_TRUE(Slice(writer, "4 1 0,2:0,1", DType::kInt8, 2).ok());

  const Status status = GetParam().call(writer);

  EXPECT_EQ(status.code(), GetParam().code) << status.ToString();
  EXPECT_THAT(status.message(), HasSubstr(GetParam().words));
  EXPECT_FALSE(writer.Finish().ok());
  EXPECT_FALSE(std::filesystem::exists(Path("x.index")));
}

INSTANTIATE_TEST_SUITE_P(All, RefusedTest, ::testing::ValuesIn(kRefusedCases),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace thaw
