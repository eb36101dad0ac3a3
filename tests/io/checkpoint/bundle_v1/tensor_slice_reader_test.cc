#include "io/checkpoint/bundle_v1/tensor_slice_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "io/base/crc32c.h"
#include "io/checkpoint/bundle_v2/string_payload.h"
#include "io/checkpoint/tensor_slice_files.h"
#include "tests/golden/golden_manifest.h"
#include "tests/io/checkpoint/bundle_v1/slice_file.h"

namespace thaw {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

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

// Every byte of a small file: what is damaged is found when it is opened or read, or is the same.
TEST_F(TensorSliceReaderTest, EveryFlippedByteIsFoundOrHarmless) {
  for (const char* name : {"v1_every_dtype", "v1_slices", "v1_snappy"}) {
    const std::string bytes = ReadFileBytes(GoldenPath(name));
    const auto contents = [](const CheckpointReader& reader) {
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
