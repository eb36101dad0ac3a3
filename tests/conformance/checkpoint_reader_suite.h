// What every CheckpointReader must do, whatever its format.
//
// A new reader instantiates the suite with checkpoints of its format whose tensors are known:
//   INSTANTIATE_TEST_SUITE_P(MyFormat, CheckpointReaderSuite, testing::ValuesIn(MyCheckpoints()),
//                            CheckpointReaderSuite::Name);
// GTEST_ALLOW_UNINSTANTIATED is not set: a program that includes this file instantiates it.

#ifndef THAW_TESTS_CONFORMANCE_CHECKPOINT_READER_SUITE_H_
#define THAW_TESTS_CONFORMANCE_CHECKPOINT_READER_SUITE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "io/base/crc32c.h"
#include "io/checkpoint/checkpoint_reader.h"
#include "io/storage/memory_storage.h"

namespace thaw {

struct KnownTensor {
  std::string name;
  DType dtype = DType::kInvalid;
  Shape shape;
  // The stored bytes of a tensor of a fixed-size type that is stored whole; else empty.
  std::string bytes;
};

// A checkpoint of a format, and how to open it.
struct KnownCheckpoint {
  using Opener = std::function<Result<std::shared_ptr<const CheckpointReader>>(
      const Storage& storage, const std::string& prefix)>;

  std::string name;
  Opener open;
  std::string prefix;
  // All its files by path; `index_path` is the one that opening reads.
  std::map<std::string, std::string> files;
  std::string index_path;
  std::vector<KnownTensor> tensors;  // in byte order of names
  // Other files open without it, as far as they go.
  bool opens_without_index = false;
  // A changed index cannot pass for another one.
  bool index_has_checksums = true;
};

inline void PrintTo(const KnownCheckpoint& checkpoint, std::ostream* out) {
  *out << checkpoint.name;
}

class CheckpointReaderSuite : public testing::TestWithParam<KnownCheckpoint> {
 public:
  static std::string Name(const testing::TestParamInfo<KnownCheckpoint>& test) {
    return test.param.name;
  }

 protected:
  CheckpointReaderSuite() {
    for (const auto& [path, bytes] : GetParam().files) storage_.Put(path, bytes);
  }

  Result<std::shared_ptr<const CheckpointReader>> Open() const {
    return GetParam().open(storage_, GetParam().prefix);
  }

  // The reader of the undamaged checkpoint.
  std::shared_ptr<const CheckpointReader> MustOpen() const {
    auto reader = Open();
    EXPECT_TRUE(reader.ok()) << reader.status().ToString();
    return reader.ok() ? *reader : nullptr;
  }

  static std::string ReadPart(const CheckpointReader& reader, const StoredPart& part) {
    std::string bytes(part.extent.length, '\0');
    const auto file = reader.OpenShard(part.extent.shard);
    EXPECT_TRUE(file.ok()) << file.status().ToString();
    if (!file.ok()) return bytes;
    const Status status = (*file)->Read(part.extent.offset,
                                        {reinterpret_cast<std::byte*>(bytes.data()), bytes.size()});
    EXPECT_TRUE(status.ok()) << status.ToString();
    return bytes;
  }

  // All that a reader says about its tensors.
  static std::string Describe(const CheckpointReader& reader) {
    std::string text;
    for (std::size_t i = 0; i < reader.num_tensors(); ++i) {
      const TensorInfo info = reader.tensor(i);
      text += std::string(info.name) + " " + std::string(DTypeName(info.dtype)) + " " +
              ShapeToString(info.shape);
      for (const StoredPart& part : info.parts) {
        text += " " + std::to_string(part.extent.shard) + "/" + std::to_string(part.extent.offset) +
                "/" + std::to_string(part.extent.length) + "/" +
                std::to_string(part.crc32c.value_or(0));
        if (part.slice != nullptr) text += "/" + part.slice->ToString();
      }
      text += "\n";
    }
    for (const EntryError& error : reader.entry_errors()) text += error.status.ToString() + "\n";
    return text;
  }

  // Opens the checkpoint with another index in the place of its own.
  Result<std::shared_ptr<const CheckpointReader>> OpenWithIndex(const std::string& index) {
    storage_.Put(GetParam().index_path, index);
    return Open();
  }

  MemoryStorage storage_;
};

TEST_P(CheckpointReaderSuite, ListsExactlyItsTensorsInByteOrder) {
  const auto reader = MustOpen();
  ASSERT_NE(reader, nullptr);

  ASSERT_EQ(reader->num_tensors(), GetParam().tensors.size());
  for (std::size_t i = 0; i < reader->num_tensors(); ++i) {
    const TensorInfo info = reader->tensor(i);
    const KnownTensor& known = GetParam().tensors[i];
    EXPECT_EQ(info.name, known.name);
    EXPECT_EQ(info.dtype, known.dtype) << known.name;
    EXPECT_EQ(Shape(info.shape.begin(), info.shape.end()), known.shape) << known.name;
    if (i > 0) {
      EXPECT_LT(reader->tensor(i - 1).name, info.name);
    }
  }
  EXPECT_THAT(reader->entry_errors(), testing::IsEmpty());
  EXPECT_EQ(reader->prefix(), GetParam().prefix);
}

TEST_P(CheckpointReaderSuite, FindsEachTensorAndNoOther) {
  const auto reader = MustOpen();
  ASSERT_NE(reader, nullptr);

  for (std::size_t i = 0; i < reader->num_tensors(); ++i) {
    const std::string name(reader->tensor(i).name);
    EXPECT_EQ(reader->Find(name), i);
    EXPECT_EQ(reader->Find(name + std::string(1, '\0')), std::nullopt);
  }
  EXPECT_EQ(reader->Find(""), std::nullopt);
  EXPECT_EQ(reader->Find("no such tensor"), std::nullopt);
}

TEST_P(CheckpointReaderSuite, PartsHaveTheSizeOfTheirElements) {
  const auto reader = MustOpen();
  ASSERT_NE(reader, nullptr);

  for (std::size_t i = 0; i < reader->num_tensors(); ++i) {
    const TensorInfo info = reader->tensor(i);
    ASSERT_FALSE(info.parts.empty()) << info.name;
    for (const StoredPart& part : info.parts) {
      ASSERT_LT(part.extent.shard, reader->num_shards());
      EXPECT_EQ(part.slice != nullptr, info.is_sliced());
      Shape shape(info.shape.begin(), info.shape.end());
      if (part.slice != nullptr) {
        const auto resolved = ResolveSlice(*part.slice, info.shape);
        ASSERT_TRUE(resolved.ok());
        shape = SliceShape(*resolved);
      }
      if (IsFixedSize(info.dtype)) {
        EXPECT_EQ(part.extent.length,
                  static_cast<std::uint64_t>(*NumElements(shape)) * ElementSize(info.dtype));
      }
    }
  }
}

TEST_P(CheckpointReaderSuite, PartsHoldTheKnownBytesAndTheirChecksum) {
  const auto reader = MustOpen();
  ASSERT_NE(reader, nullptr);

  for (std::size_t i = 0; i < reader->num_tensors(); ++i) {
    const TensorInfo info = reader->tensor(i);
    if (!IsFixedSize(info.dtype)) continue;
    for (const StoredPart& part : info.parts) {
      const std::string bytes = ReadPart(*reader, part);
      if (part.crc32c) {
        EXPECT_EQ(Crc32c(AsBytes(bytes)), *part.crc32c) << info.name;
      }
      if (!info.is_sliced() && !reader->is_byte_swapped()) {
        EXPECT_EQ(bytes, GetParam().tensors[i].bytes) << info.name;
      }
    }
  }
}

TEST_P(CheckpointReaderSuite, ManyThreadsGetTheSameFiles) {
  const auto reader = MustOpen();
  ASSERT_NE(reader, nullptr);
  constexpr std::size_t kNumThreads = 8;

  std::vector<std::vector<const File*>> files(kNumThreads);
  std::vector<std::thread> threads;
  for (auto& mine : files) {
    threads.emplace_back([&reader, &mine] {
      for (std::uint32_t shard = 0; shard < reader->num_shards(); ++shard) {
        const auto file = reader->OpenShard(shard);
        mine.push_back(file.ok() ? *file : nullptr);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  for (const auto& others : files) EXPECT_EQ(others, files.front());
}

TEST_P(CheckpointReaderSuite, MissingIndexIsNotFound) {
  if (GetParam().opens_without_index) GTEST_SKIP() << "the other files open without it";
  storage_.Remove(GetParam().index_path);

  const Status status = Open().status();

  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_FALSE(status.file().empty());
}

TEST_P(CheckpointReaderSuite, EveryPrefixOfTheIndexIsRefusedByName) {
  const std::string whole = GetParam().files.at(GetParam().index_path);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Status status = OpenWithIndex(whole.substr(0, size)).status();

    ASSERT_TRUE(status.code() == StatusCode::kDataLoss || status.code() == StatusCode::kOutOfRange)
        << size << ": " << status.ToString();
    EXPECT_EQ(status.file(), GetParam().index_path);
  }
}

TEST_P(CheckpointReaderSuite, EveryFlippedByteOfTheIndexIsAnErrorOrTheSame) {
  const std::string whole = GetParam().files.at(GetParam().index_path);
  const auto undamaged = MustOpen();
  ASSERT_NE(undamaged, nullptr);
  const std::string expected = Describe(*undamaged);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string flipped = whole;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));

    const auto reader = OpenWithIndex(flipped);

    if (reader.ok() && !(*reader)->entry_errors().empty()) {
      EXPECT_FALSE((*reader)->entry_errors().front().status.file().empty());
    } else if (reader.ok() && GetParam().index_has_checksums) {
      EXPECT_EQ(Describe(**reader), expected) << i;
    } else if (reader.ok()) {
      // Another checkpoint, and a sound one.
      for (std::size_t t = 0; t < (*reader)->num_tensors(); ++t) {
        for (const StoredPart& part : (*reader)->tensor(t).parts) ReadPart(**reader, part);
      }
    } else {
      EXPECT_FALSE(reader.status().file().empty());
    }
  }
}

}  // namespace thaw

#endif  // THAW_TESTS_CONFORMANCE_CHECKPOINT_READER_SUITE_H_
