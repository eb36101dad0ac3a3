// SliceFile: a V1 file under construction, and the fixture of tests that open one.
//
// Role in the flow: test support. A test builds a file that is right and then edits its list or its
// records.

#ifndef THAW_TESTS_IO_CHECKPOINT_BUNDLE_V1_SLICE_FILE_H_
#define THAW_TESTS_IO_CHECKPOINT_BUNDLE_V1_SLICE_FILE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

#include "io/checkpoint/bundle_v1/saved_slice_encoding.h"
#include "io/checkpoint/bundle_v1/tensor_slice_meta.h"
#include "io/checkpoint/bundle_v1/tensor_slice_reader.h"
#include "io/checkpoint/bundle_v2/slice_key.h"
#include "io/storage/memory_storage.h"
#include "io/table/table_builder.h"

namespace thaw {

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
    EXPECT_THAT((*reader)->entry_errors(), testing::IsEmpty());
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

}  // namespace thaw

#endif  // THAW_TESTS_IO_CHECKPOINT_BUNDLE_V1_SLICE_FILE_H_
