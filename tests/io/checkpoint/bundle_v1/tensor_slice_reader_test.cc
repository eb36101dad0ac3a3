#include "io/checkpoint/bundle_v1/tensor_slice_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include "io/base/crc32c.h"
#include "io/checkpoint/bundle_v1/saved_slice_encoding.h"
#include "io/checkpoint/bundle_v1/tensor_slice_meta.h"
#include "io/checkpoint/bundle_v2/slice_key.h"
#include "io/checkpoint/bundle_v2/string_payload.h"
#include "io/checkpoint/tensor_slice_files.h"
#include "io/storage/memory_storage.h"
#include "io/table/table_builder.h"
#include "tests/golden/golden_manifest.h"

namespace thaw {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A V1 file under construction, right until a test edits it.
struct SliceFile {
  TensorSliceMeta meta;
  std::map<std::string, std::string> records;

  SliceFile() { meta.versions.producer = 1; }

  SavedTensor& List(const std::string& name, DType dtype, const Shape& shape,
                    const TensorSlice& slice) {
    if (meta.tensors.empty() || meta.tensors.back().name != name) {
      meta.tensors.push_back({name, shape, static_cast<std::int64_t>(dtype), {}});
    }
    meta.tensors.back().slices.push_back(slice);
    return meta.tensors.back();
  }

  SliceFile& Add(const std::string& name, DType dtype, const Shape& shape, const TensorSlice& slice,
                 std::string_view elements) {
    List(name, dtype, shape, slice);
    records[EncodeSliceKey(name, slice)] =
        EncodeSavedSlice(name, slice, dtype, AsBytes(elements)).value();
    return *this;
  }
  SliceFile& Add(const std::string& name, DType dtype, const Shape& shape,
                 std::string_view elements) {
    return Add(name, dtype, shape, TensorSlice::Full(shape.size()), elements);
  }
  SliceFile& AddStrings(const std::string& name, const std::vector<std::string>& values) {
    const Shape shape{static_cast<std::int64_t>(values.size())};
    List(name, DType::kString, shape, TensorSlice::Full(1));
    records[EncodeSliceKey(name, TensorSlice::Full(1))] =
        EncodeSavedStrings(name, TensorSlice::Full(1), values).value();
    return *this;
  }

  std::string& record(const std::string& name, std::size_t rank) {
    return records[EncodeSliceKey(name, TensorSlice::Full(rank))];
  }

  std::string Bytes(std::size_t block_size = 262144) const {
    std::map<std::string, std::string> entries = records;
    entries.try_emplace("", EncodeTensorSliceMeta(meta));
    std::string bytes;
    TableBuilder table(&bytes, {.block_size = block_size, .restart_interval = 16});
    for (const auto& [key, value] : entries) EXPECT_TRUE(table.Add(key, value).ok());
    EXPECT_TRUE(table.Finish().ok());
    return bytes;
  }
};

// {1, 2, 3, …} as elements.
template <typename T>
std::string Range(std::size_t n) {
  std::vector<T> values(n);
  std::iota(values.begin(), values.end(), T{1});
  return std::string(AsChars(std::as_bytes(std::span(values))));
}

class TensorSliceReaderTest : public testing::Test {
 protected:
  Result<std::shared_ptr<const CheckpointReader>> Open(const std::string& path = "x") const {
    return OpenTensorSlices(storage_, path, IoMode::kAuto);
  }
  Result<std::shared_ptr<const CheckpointReader>> Open(const SliceFile& file) {
    storage_.Put("x", file.Bytes());
    return Open();
  }
  // An open checkpoint whose entries are sound.
  std::shared_ptr<const CheckpointReader> MustOpen(const std::string& path = "x") {
    auto reader = Open(path);
    EXPECT_TRUE(reader.ok()) << reader.status().ToString();
    if (!reader.ok()) return nullptr;
    EXPECT_THAT((*reader)->entry_errors(), IsEmpty());
    return *reader;
  }

  static Status Read(const CheckpointReader& reader, const StoredPart& part, std::string* bytes) {
    bytes->assign(part.extent.length, '\0');
    const auto file = reader.OpenShard(part.extent.shard);
    if (!file.ok()) return file.status();
    return (*file)->Read(part.extent.offset,
                         {reinterpret_cast<std::byte*>(bytes->data()), bytes->size()});
  }
  static std::string MustRead(const CheckpointReader& reader, const StoredPart& part) {
    std::string bytes;
    const Status status = Read(reader, part, &bytes);
    EXPECT_TRUE(status.ok()) << status.ToString();
    return bytes;
  }
  static TensorInfo Get(const CheckpointReader& reader, std::string_view name) {
    const auto index = reader.Find(name);
    EXPECT_TRUE(index.has_value()) << name;
    return index ? reader.tensor(*index) : TensorInfo();
  }

  MemoryStorage storage_;
};

TEST_F(TensorSliceReaderTest, LargeFloatsAreLeftWhereTheyLieWithAChecksum) {
  const std::string floats = Range<float>(200'000);
  SliceFile file;
  file.Add("a/small", DType::kFloat32, {3}, Range<float>(3));
  file.Add("b/large", DType::kFloat32, {800, 250}, floats);
  file.Add("c/complex", DType::kComplex128, {10'000}, Range<double>(20'000));
  const std::string bytes = file.Bytes();
  storage_.Put("x", bytes);

  const auto reader = MustOpen();

  for (const auto& [name, elements] :
       {std::pair{"b/large", floats}, std::pair{"c/complex", Range<double>(20'000)}}) {
    const StoredPart& part = Get(*reader, name).parts.front();
    EXPECT_EQ(bytes.substr(part.extent.offset, part.extent.length), elements) << name;
    EXPECT_EQ(part.crc32c, Crc32c(AsBytes(elements))) << name;
    EXPECT_EQ(MustRead(*reader, part), elements);
  }
  const StoredPart& small = Get(*reader, "a/small").parts.front();
  EXPECT_EQ(small.crc32c, std::nullopt);
  EXPECT_GE(small.extent.offset, bytes.size());
  EXPECT_EQ(MustRead(*reader, small), Range<float>(3));
}

// The derived checksum is wrong just when that of the block is, wherever the damage is.
TEST_F(TensorSliceReaderTest, DamageAnywhereInALargeBlockIsFound) {
  SliceFile file;
  file.Add("a", DType::kInt8, {3}, "xyz");
  file.Add("large", DType::kFloat64, {20'000}, Range<double>(20'000));
  const std::string bytes = file.Bytes(100);
  storage_.Put("x", bytes);
  const Extent extent = Get(*MustOpen(), "large").parts.front().extent;
  ASSERT_LT(extent.offset, bytes.size());
  const std::size_t begin = extent.offset - 24;  // inside the block, before the elements
  const std::size_t end = extent.offset + extent.length + 13;  // restart points and trailer

  for (std::size_t at = begin; at < end; at += at < extent.offset + 32 ? 1 : 9973) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    storage_.Put("x", damaged);
    const auto reader = Open();
    ASSERT_TRUE(reader.ok()) << reader.status().ToString();
    const TensorInfo tensor = Get(**reader, "large");
    ASSERT_THAT(tensor.parts, SizeIs(1));

    std::string read;
    const Status status = Read(**reader, tensor.parts.front(), &read);

    const bool is_found = !status.ok() || (tensor.parts.front().crc32c.has_value() &&
                                           *tensor.parts.front().crc32c != Crc32c(AsBytes(read)));
    EXPECT_TRUE(is_found) << at << ": " << status.ToString();
    if (!status.ok()) {
      EXPECT_EQ(status.tf_class(), "InvalidArgumentError");
    }
  }
}

TEST_F(TensorSliceReaderTest, AnExplicitSliceOfTheWholeTensorIsTheTensor) {
  SliceFile file;
  file.Add("one", DType::kFloat32, {2, 3}, TensorSlice{{{0, 2}, {0, 3}}}, Range<float>(6));
  storage_.Put("x", file.Bytes());

  const auto reader = MustOpen();

  const TensorInfo tensor = Get(*reader, "one");
  EXPECT_FALSE(tensor.is_sliced());
  EXPECT_EQ(MustRead(*reader, tensor.parts.front()), Range<float>(6));
}

TEST_F(TensorSliceReaderTest, StringsAreHandedOutAsAV2PayloadOfTheirElements) {
  const std::vector<std::string> values = {"hello", "", std::string(300, 'c')};
  SliceFile file;
  file.AddStrings("words", values);
  storage_.Put("x", file.Bytes());

  const auto reader = MustOpen();

  const std::string payload = MustRead(*reader, Get(*reader, "words").parts.front());
  const auto decoded = DecodeStringPayload(AsBytes(payload), 3, std::nullopt, false);
  ASSERT_TRUE(decoded.ok()) << decoded.status().ToString();
  EXPECT_EQ(*decoded, values);
}

TEST_F(TensorSliceReaderTest, ManyThreadsReadPiecesOfManyBlocks) {
  SliceFile file;
  for (int i = 0; i < 20; ++i) {
    file.Add("ints/" + std::to_string(100 + i), DType::kInt32, {1000}, Range<std::int32_t>(1000));
  }
  storage_.Put("x", file.Bytes(4096));
  const auto reader = MustOpen();
  const File* shard = reader->OpenShard(0).value();
  const std::uint64_t begin = reader->tensor(0).parts.front().extent.offset;

  std::vector<std::thread> threads;
  std::vector<std::string> read(8, std::string(20 * 4000, '\0'));
  for (std::string& mine : read) {
    threads.emplace_back([&mine, shard, begin] {
      for (std::size_t at = 0; at < mine.size(); at += 1600) {
        const Status status =
            shard->Read(begin + at, {reinterpret_cast<std::byte*>(mine.data()) + at, 1600});
        EXPECT_TRUE(status.ok()) << status.ToString();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  std::string expected;
  for (int i = 0; i < 20; ++i) expected += Range<std::int32_t>(1000);
  for (const std::string& mine : read) EXPECT_TRUE(mine == expected);
}

TEST_F(TensorSliceReaderTest, ARangeMayGoFromTheFileIntoWhatIsDecoded) {
  SliceFile file;
  file.Add("a", DType::kInt16, {4}, Range<std::int16_t>(4));
  const std::string bytes = file.Bytes();
  storage_.Put("x", bytes);
  const auto reader = MustOpen();

  std::string read(12, '\0');
  const Status status = reader->OpenShard(0).value()->Read(
      bytes.size() - 8, {reinterpret_cast<std::byte*>(read.data()), 12});

  ASSERT_TRUE(status.ok()) << status.ToString();
  EXPECT_EQ(read, bytes.substr(bytes.size() - 8) + Range<std::int16_t>(2));
}

// --- Sets of files

TEST_F(TensorSliceReaderTest, APatternOpensAllFilesThatMatchIt) {
  SliceFile first, second;
  first.Add("rows", DType::kInt8, {2}, TensorSlice{{{0, 1}}}, "a");
  second.Add("rows", DType::kInt8, {2}, TensorSlice{{{1, 1}}}, "b");
  second.Add("z", DType::kInt8, {}, "c");
  storage_.Put("d/s-00000-of-00002", first.Bytes());
  storage_.Put("d/s-00001-of-00002", second.Bytes());
  storage_.Put("d/s-00000-of-00003", "no table");

  const auto reader = MustOpen(TensorSliceFilePattern("d/s", 2));

  EXPECT_EQ(reader->num_shards(), 2u);
  EXPECT_EQ(reader->shard_path(1), "d/s-00001-of-00002");
  const TensorInfo rows = Get(*reader, "rows");
  ASSERT_THAT(rows.parts, SizeIs(2));
  EXPECT_EQ(MustRead(*reader, rows.parts[0]) + MustRead(*reader, rows.parts[1]), "ab");
  EXPECT_EQ(MustRead(*reader, Get(*reader, "z").parts.front()), "c");
}

TEST_F(TensorSliceReaderTest, AFileOfThePatternsOwnNameComesFirst) {
  const std::string pattern = TensorSliceFilePattern("s", 1);
  storage_.Put(pattern, SliceFile().Add("literal", DType::kInt8, {}, "a").Bytes());
  storage_.Put("s-00000-of-00001", SliceFile().Add("matching", DType::kInt8, {}, "a").Bytes());

  EXPECT_EQ(MustOpen(pattern)->tensor(0).name, "literal");
}

TEST_F(TensorSliceReaderTest, NothingThereIsNotFound) {
  for (const std::string& path : {std::string("none"), TensorSliceFilePattern("none", 2)}) {
    const Status status = Open(path).status();
    EXPECT_EQ(status.code(), StatusCode::kNotFound);
    EXPECT_EQ(status.file(), path);
  }
}

// --- What fails the whole file

struct BadFile {
  const char* name;
  std::function<std::string()> bytes;
  StatusCode code;
  const char* tf_class;
  const char* words;
};

class BadFileTest : public TensorSliceReaderTest, public testing::WithParamInterface<BadFile> {};

TEST_P(BadFileTest, IsRefusedWithTensorFlowsClass) {
  storage_.Put("x", GetParam().bytes());

  const Status status = Open().status();

  EXPECT_EQ(status.code(), GetParam().code) << status.ToString();
  EXPECT_EQ(status.tf_class(), GetParam().tf_class);
  EXPECT_THAT(status.message(), HasSubstr(GetParam().words));
  EXPECT_EQ(status.file(), "x");
}

std::string OneTensor() { return SliceFile().Add("a", DType::kInt8, {}, "x").Bytes(); }

std::string WithHeader(const std::string& header) {
  SliceFile file;
  file.records[""] = header;
  return file.Bytes();
}

std::string WithVersions(FormatVersions versions) {
  SliceFile file;
  file.meta.versions = std::move(versions);
  return file.Bytes();
}

INSTANTIATE_TEST_SUITE_P(
    All, BadFileTest,
    testing::Values(
        BadFile{"Empty", [] { return std::string(); }, StatusCode::kDataLoss, "DataLossError",
                "too short"},
        BadFile{"BadMagic", [] { return OneTensor() + "x"; }, StatusCode::kDataLoss,
                "DataLossError", "magic"},
        BadFile{"CutInFront", [] { return OneTensor().substr(60); }, StatusCode::kOutOfRange,
                "DataLossError", "past the end"},
        BadFile{"FirstBlockDamaged",
                [] {
                  std::string bytes = OneTensor();
                  bytes[5] ^= 1;
                  return bytes;
                },
                StatusCode::kDataLoss, "InternalError", "no list of tensors"},
        BadFile{"NoRecords",
                [] {
                  std::string bytes;
                  TableBuilder table(&bytes);
                  EXPECT_TRUE(table.Finish().ok());
                  return bytes;
                },
                StatusCode::kDataLoss, "InternalError", "the table is empty"},
        BadFile{"NoHeader",
                [] {
                  std::string bytes;
                  TableBuilder table(&bytes);
                  EXPECT_TRUE(table.Add("a", "b").ok());
                  EXPECT_TRUE(table.Finish().ok());
                  return bytes;
                },
                StatusCode::kDataLoss, "InternalError", "first key"},
        BadFile{"HeaderNoMessage", [] { return WithHeader("\xff\xff"); }, StatusCode::kDataLoss,
                "InternalError", "not parseable"},
        BadFile{"NameNotUtf8",
                [] { return SliceFile().Add("\xff", DType::kInt8, {}, "x").Bytes(); },
                StatusCode::kDataLoss, "InternalError", "UTF-8"},
        BadFile{"IndexOfAV2Checkpoint", [] { return ReadFileBytes(GoldenPath("slices.index")); },
                StatusCode::kDataLoss, "", "V2"},
        BadFile{"ProducerNegative",
                [] {
                  return WithVersions({-1, 0, {}});
                },
                StatusCode::kInvalidArgument, "InvalidArgumentError", "producer version -1"},
        BadFile{"MinConsumerAbove",
                [] {
                  return WithVersions({2, 2, {}});
                },
                StatusCode::kInvalidArgument, "InvalidArgumentError", "min consumer version 2"},
        BadFile{"BadConsumer",
                [] {
                  return WithVersions({1, 0, {3, 1}});
                },
                StatusCode::kInvalidArgument, "InvalidArgumentError", "disallows consumer"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(TensorSliceReaderTest, VersionsThatAdmitThisReaderAreFine) {
  for (const FormatVersions& versions : {FormatVersions{}, FormatVersions{7, 1, {2}}}) {
    storage_.Put("x", WithVersions(versions));
    EXPECT_EQ(MustOpen()->num_tensors(), 0u);
  }
}

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

// Every byte of a small file: what is damaged is found when it is opened or read, or is the same.
TEST_F(TensorSliceReaderTest, EveryFlippedByteIsFoundOrHarmless) {
  for (const char* name : {"v1_every_dtype", "v1_slices", "v1_snappy"}) {
    const std::string bytes = ReadFileBytes(GoldenPath(name));
    const auto contents = [this](const CheckpointReader& reader) {
      std::string text;
      for (std::size_t i = 0; i < reader.num_tensors(); ++i) {
        for (const StoredPart& part : reader.tensor(i).parts) {
          std::string read;
          if (!Read(reader, part, &read).ok()) return std::string("damaged");
          text += std::string(reader.tensor(i).name) + read;
        }
      }
      return text;
    };
    storage_.Put("x", bytes);
    const std::string expected = contents(*MustOpen());
    int num_found = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      std::string damaged = bytes;
      damaged[at] = static_cast<char>(damaged[at] ^ (1 << (at % 8)));
      storage_.Put("x", damaged);
      const auto reader = Open();
      if (!reader.ok() || !(*reader)->entry_errors().empty()) {
        ++num_found;
        continue;
      }
      const std::string read = contents(**reader);
      ASSERT_TRUE(read == "damaged" || read == expected) << name << " at " << at;
      num_found += read == "damaged";
    }
    EXPECT_EQ(num_found, static_cast<int>(bytes.size())) << name;
  }
}

}  // namespace
}  // namespace thaw
