// What `thaw ls` cannot show of the reader: places, storages, and the index of several files. The
// headers, right and wrong, are in safetensors_cases.py.

#include "io/checkpoint/safetensors/safetensors_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "io/storage/memory_storage.h"
#include "tests/io/checkpoint/safetensors/safetensors_maker.h"

namespace thaw {
namespace {

using testing::HasSubstr;

Status OpenStatus(const MemoryStorage& storage, const std::string& path) {
  return OpenSafetensors(storage, path, IoMode::kAuto).status();
}

TEST(SafetensorsReaderTest, ATensorLiesBehindTheHeader) {
  MemoryStorage storage;
  const std::string file = MakeSafetensors(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]},
      "b":{"dtype":"U8","shape":[],"data_offsets":[0,1]}})",
                                           "xyz");
  storage.Put("m.safetensors", file);

  const auto reader = OpenSafetensors(storage, "m.safetensors", IoMode::kAuto);

  ASSERT_TRUE(reader.ok()) << reader.status().ToString();
  const TensorInfo a = (*reader)->tensor(0);
  EXPECT_EQ(a.parts[0].extent.offset, file.size() - 2);
  EXPECT_EQ(a.parts[0].extent.length, 2u);
  EXPECT_FALSE(a.parts[0].crc32c);
  EXPECT_EQ((*reader)->tensor(1).name, "b");
}

TEST(SafetensorsReaderTest, ATensorThatIsNotReadIsListedAndNoFault) {
  MemoryStorage storage;
  storage.Put("m.safetensors",
              MakeSafetensors(R"({"a":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}})", "x"));

  const auto reader = OpenSafetensors(storage, "m.safetensors", IoMode::kAuto);

  ASSERT_TRUE(reader.ok());
  EXPECT_EQ(DTypeNameOf((*reader)->tensor(0)), "F4");
  ASSERT_EQ((*reader)->entry_errors().size(), 1u);
  EXPECT_EQ((*reader)->entry_errors()[0].problem, EntryProblem::kNotRead);
}

struct IndexCase {
  const char* name;
  const char* index;
  const char* words;  // nullptr: it opens
};

class SafetensorsIndexTest : public testing::TestWithParam<IndexCase> {};

TEST_P(SafetensorsIndexTest, IsOpenedOrRefusedWithTheReason) {
  MemoryStorage storage;
  const char* header = R"({"%":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})";
  for (const char* name : {"a", "b"}) {
    std::string text = header;
    text[2] = name[0];
    storage.Put(std::string("d/") + name + ".safetensors", MakeSafetensors(text, "x"));
  }
  storage.Put("d/m.safetensors.index.json", GetParam().index);

  const Status status = OpenStatus(storage, "d/m.safetensors.index.json");

  if (GetParam().words == nullptr) {
    EXPECT_TRUE(status.ok()) << status.ToString();
  } else {
    EXPECT_EQ(status.code(), StatusCode::kDataLoss);
    EXPECT_THAT(status.message(), HasSubstr(GetParam().words));
    EXPECT_EQ(status.file(), "d/m.safetensors.index.json");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Cases, SafetensorsIndexTest,
    testing::Values(
        IndexCase{"TwoFiles", R"({"metadata": {"total_size": 2},
            "weight_map": {"a": "a.safetensors", "b": "b.safetensors"}})",
                  nullptr},
        IndexCase{"OneFile", R"({"weight_map": {"b": "b.safetensors"}})", nullptr},
        IndexCase{"NoTensors", R"({"weight_map": {}})", nullptr}, IndexCase{"NoJson", "{", "JSON"},
        IndexCase{"AList", "[]", "an object is expected"},
        IndexCase{"NoWeightMap", "{}", "no weight_map"},
        IndexCase{"WeightMapAList", R"({"weight_map": []})", "an object is expected"},
        IndexCase{"FileANumber", R"({"weight_map": {"a": 1}})", "a file name is expected"},
        IndexCase{"KeyTwice", R"({"weight_map": {"a": "a.safetensors", "a": "b.safetensors"}})",
                  "twice"},
        IndexCase{"EmptyName", R"({"weight_map": {"": "a.safetensors"}})", "empty name"},
        IndexCase{"PathUpwards", R"({"weight_map": {"a": "../d/a.safetensors"}})",
                  "does not lie below"},
        IndexCase{"PathUpwardsInside", R"({"weight_map": {"a": "x/../a.safetensors"}})",
                  "does not lie below"},
        IndexCase{"AbsolutePath", R"({"weight_map": {"a": "/d/a.safetensors"}})",
                  "does not lie below"},
        IndexCase{"EmptyPath", R"({"weight_map": {"a": ""}})", "does not lie below"},
        IndexCase{"PathWithNul", "{\"weight_map\": {\"a\": \"a\\u0000\"}}", "does not lie below"},
        IndexCase{"TensorNotInFile",
                  R"({"weight_map": {"a": "a.safetensors", "c": "a.safetensors"}})",
                  "which it does not"},
        IndexCase{"TensorInAnotherFile",
                  R"({"weight_map": {"a": "b.safetensors", "b": "a.safetensors"}})",
                  "the index says"},
        IndexCase{"TensorNotInIndex", R"({"weight_map": {"c": "a.safetensors"}})",
                  "the index does not name it"}),
    [](const auto& test) { return test.param.name; });

TEST(SafetensorsReaderTest, AMissingFileIsNotFoundAndTheIndexIsNamed) {
  MemoryStorage storage;
  storage.Put("d/m.safetensors.index.json", R"({"weight_map": {"a": "gone.safetensors"}})");

  const Status status = OpenStatus(storage, "d/m.safetensors.index.json");

  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.file(), "d/gone.safetensors");
  EXPECT_THAT(status.hint(), HasSubstr("m.safetensors.index.json"));
}

}  // namespace
}  // namespace thaw
