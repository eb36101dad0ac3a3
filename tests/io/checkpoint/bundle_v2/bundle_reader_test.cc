#include "io/checkpoint/bundle_v2/bundle_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "io/base/crc32c.h"
#include "io/checkpoint/bundle_v2/bundle_entry.h"
#include "io/checkpoint/bundle_v2/slice_key.h"
#include "io/storage/memory_storage.h"
#include "io/table/table_builder.h"
#include "tests/support/faulty_storage.h"

namespace thaw {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int64_t kFloat32 = static_cast<std::int64_t>(DType::kFloat32);
constexpr std::int64_t kMissingDType = 77;

BundleEntry Floats(const Shape& shape, std::int64_t offset) {
  BundleEntry entry;
  entry.dtype_number = kFloat32;
  entry.shape = shape;
  entry.offset = offset;
  entry.size = 4 * NumElements(shape).value_or(0);
  return entry;
}

BundleEntry OfType(DType dtype, const Shape& shape, std::int64_t size) {
  BundleEntry entry;
  entry.dtype_number = static_cast<std::int64_t>(dtype);
  entry.shape = shape;
  entry.size = size;
  return entry;
}

// A checkpoint "dir/model" in memory: entries by key, and a header.
class BundleReaderTest : public testing::Test {
 protected:
  BundleReaderTest() { header_.num_shards = 1; }

  void Add(const std::string& key, const BundleEntry& entry) {
    values_[key] = EncodeBundleEntry(entry);
  }

  // A tensor in slices of consecutive bytes from `offset`.
  void AddSliced(const std::string& name, const Shape& shape,
                 const std::vector<TensorSlice>& slices, std::int64_t offset = 0) {
    BundleEntry parent = Floats(shape, 0);
    parent.size = 0;
    parent.slices = slices;
    Add(name, parent);
    for (const TensorSlice& slice : slices) {
      const auto resolved = ResolveSlice(slice, shape);
      if (!resolved.ok()) continue;
      const BundleEntry part = Floats(SliceShape(*resolved), offset);
      Add(EncodeSliceKey(name, slice), part);
      offset += part.size;
    }
  }

  void WriteIndex(const TableBuilderOptions& options = {}) {
    if (!values_.contains("")) values_[""] = EncodeBundleHeader(header_);
    index_.clear();
    TableBuilder builder(&index_, options);
    for (const auto& [key, value] : values_) EXPECT_TRUE(builder.Add(key, value).ok());
    EXPECT_TRUE(builder.Finish().ok());
    storage_.Put("dir/model.index", index_);
  }

  Result<std::shared_ptr<const CheckpointReader>> Open() {
    WriteIndex();
    return OpenBundleV2(storage_, "dir/model", IoMode::kAuto);
  }

  // The reader of a checkpoint that opens.
  std::shared_ptr<const CheckpointReader> MustOpen() {
    auto reader = Open();
    EXPECT_TRUE(reader.ok()) << reader.status().ToString();
    return reader.ok() ? *reader : nullptr;
  }

  // The only entry error; fails the test when there is none or more than one.
  EntryError OnlyError() {
    const auto reader = MustOpen();
    if (reader == nullptr) return {};
    EXPECT_EQ(reader->entry_errors().size(), 1u);
    if (reader->entry_errors().empty()) return {};
    const EntryError& error = reader->entry_errors().front();
    EXPECT_EQ(error.status.file(), "dir/model.index");
    EXPECT_EQ(error.status.tensor(), error.tensor);
    return error;
  }

  MemoryStorage storage_;
  std::string index_;  // the file
  BundleHeader header_;
  std::map<std::string, std::string> values_;
};

std::vector<std::string> Names(const CheckpointReader& reader) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < reader.num_tensors(); ++i) {
    names.emplace_back(reader.tensor(i).name);
  }
  return names;
}

// --- The header

TEST_F(BundleReaderTest, MissingIndexIsNotFound) {
  const Status status = OpenBundleV2(storage_, "dir/model", IoMode::kAuto).status();

  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.file(), "dir/model.index");
}

TEST_F(BundleReaderTest, CheckpointWithoutTensorsIsOpened) {
  const auto reader = MustOpen();

  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(reader->num_tensors(), 0u);
  EXPECT_EQ(reader->prefix(), "dir/model");
  EXPECT_EQ(reader->format(), CheckpointFormat::kTfV2);
  EXPECT_FALSE(reader->is_byte_swapped());
  EXPECT_GT(reader->index_bytes(), 0u);
}

TEST_F(BundleReaderTest, EmptyTableIsDataLossAndInternalInTensorFlow) {
  std::string file;
  ASSERT_TRUE(TableBuilder(&file).Finish().ok());
  storage_.Put("dir/model.index", file);

  const Status status = OpenBundleV2(storage_, "dir/model", IoMode::kAuto).status();

  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_EQ(status.tf_class(), "InternalError");
  EXPECT_THAT(status.what(), HasSubstr("failed to seek to header entry"));
}

TEST_F(BundleReaderTest, FirstKeyThatIsNotTheHeadersIsDataLoss) {
  std::string file;
  TableBuilder builder(&file);
  ASSERT_TRUE(builder.Add("a", EncodeBundleHeader(header_)).ok());
  ASSERT_TRUE(builder.Finish().ok());
  storage_.Put("dir/model.index", file);

  const Status status = OpenBundleV2(storage_, "dir/model", IoMode::kAuto).status();

  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.what(), HasSubstr("no header"));
  EXPECT_EQ(status.file(), "dir/model.index");
}

TEST_F(BundleReaderTest, HeaderThatIsNoMessageIsDataLoss) {
  values_[""] = "\xff\xff\xff";

  const Status status = Open().status();

  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(status.what(), HasSubstr("the header is not parseable"));
}

struct VersionCase {
  const char* name;
  BundleHeader header;
  const char* words;  // nullptr: accepted
};

class BundleVersionTest : public BundleReaderTest,
                          public testing::WithParamInterface<VersionCase> {};

TEST_P(BundleVersionTest, IsJudgedAsTensorFlowDoes) {
  header_ = GetParam().header;

  const Status status = Open().status();

  if (GetParam().words == nullptr) {
    EXPECT_TRUE(status.ok()) << status.ToString();
  } else {
    EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
    EXPECT_THAT(status.what(), HasSubstr(GetParam().words));
    EXPECT_EQ(status.file(), "dir/model.index");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Versions, BundleVersionTest,
    testing::Values(
        VersionCase{"Current", {1, false, {1, 0, {}}}, nullptr},
        VersionCase{"None", {1, false, {0, 0, {}}}, nullptr},
        VersionCase{"LaterProducer", {1, false, {1000, 1, {2, 0}}}, nullptr},
        VersionCase{"NegativeProducer", {1, false, {-1, 0, {}}}, "producer version -1 below"},
        VersionCase{"LaterConsumer", {1, false, {1, 2, {}}}, "min consumer version 2 above"},
        VersionCase{"BadConsumer", {1, false, {1, 0, {0, 1}}}, "disallows consumer version 1"},
        VersionCase{"ProducerBeforeConsumer", {1, false, {-1, 2, {1}}}, "producer version -1"},
        VersionCase{
            "ConsumerBeforeBadConsumer", {1, false, {1, 2, {1}}}, "min consumer version 2"}),
    [](const auto& test) { return test.param.name; });

TEST_F(BundleReaderTest, ImpossibleNumberOfDataFilesIsDataLoss) {
  for (const auto& [num_shards, is_possible] :
       {std::pair{-1, false}, std::pair{0, false}, std::pair{1, true}, std::pair{99'999, true},
        std::pair{100'000, false}}) {
    values_.clear();
    header_.num_shards = num_shards;

    const Status status = Open().status();

    EXPECT_EQ(status.code(), is_possible ? StatusCode::kOk : StatusCode::kDataLoss) << num_shards;
  }
}

TEST_F(BundleReaderTest, BigEndianHeaderSwapsBytes) {
  header_.is_big_endian = true;

  const auto reader = MustOpen();

  ASSERT_NE(reader, nullptr);
  EXPECT_TRUE(reader->is_byte_swapped());
}

// --- Entries

TEST_F(BundleReaderTest, TensorsComeInByteOrderWithTheirPlaces) {
  BundleEntry w = Floats({2, 3}, 100);
  w.masked_crc32c = MaskCrc(12345);
  Add("w", w);
  Add("\xffodd", Floats({}, 0));
  Add("b", Floats({0}, 4));

  const auto reader = MustOpen();

  ASSERT_NE(reader, nullptr);
  EXPECT_THAT(Names(*reader), ElementsAre("b", "w", "\xffodd"));
  const TensorInfo info = reader->tensor(1);
  EXPECT_EQ(info.dtype, DType::kFloat32);
  EXPECT_THAT(info.shape, ElementsAre(2, 3));
  ASSERT_EQ(info.parts.size(), 1u);
  EXPECT_FALSE(info.is_sliced());
  EXPECT_EQ(info.parts[0].extent.offset, 100u);
  EXPECT_EQ(info.parts[0].extent.length, 24u);
  EXPECT_EQ(info.parts[0].crc32c, 12345u);
  EXPECT_EQ(reader->Find("w"), 1u);
  EXPECT_EQ(reader->Find(""), std::nullopt);
  EXPECT_EQ(reader->Find("x"), std::nullopt);
}

TEST_F(BundleReaderTest, ReferenceTypeIsItsBaseType) {
  BundleEntry entry = Floats({2}, 0);
  entry.dtype_number = 101;
  Add("w", entry);

  const auto reader = MustOpen();

  ASSERT_NE(reader, nullptr);
  EXPECT_THAT(reader->entry_errors(), IsEmpty());
  EXPECT_EQ(reader->tensor(0).dtype, DType::kFloat32);
}

struct EntryCase {
  const char* name;
  BundleEntry entry;
  const char* words;  // nullptr: the entry is fine
};

class BundleEntryCheckTest : public BundleReaderTest,
                             public testing::WithParamInterface<EntryCase> {};

TEST_P(BundleEntryCheckTest, FaultIsThatOfOneTensorOnly) {
  header_.num_shards = 2;
  Add("good", Floats({2}, 1000));
  Add("tested", GetParam().entry);

  const auto reader = MustOpen();

  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(reader->num_tensors(), 2u);
  if (GetParam().words == nullptr) {
    EXPECT_THAT(reader->entry_errors(), IsEmpty());
    EXPECT_EQ(reader->tensor(1).parts.size(), 1u);
    return;
  }
  const EntryError error = OnlyError();
  EXPECT_EQ(error.tensor, "tested");
  EXPECT_EQ(error.problem, EntryProblem::kBadEntry);
  EXPECT_EQ(error.status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(error.status.what(), HasSubstr(GetParam().words));
  EXPECT_THAT(reader->tensor(1).parts, IsEmpty());
  EXPECT_EQ(reader->tensor(0).parts.size(), 1u);
}

template <typename Edit>
BundleEntry Edited(Edit edit) {
  BundleEntry entry = Floats({2, 3}, 0);
  edit(&entry);
  return entry;
}

Shape OnesOfRank(std::size_t rank) { return Shape(rank, 1); }

constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

INSTANTIATE_TEST_SUITE_P(
    Numbers, BundleEntryCheckTest,
    testing::Values(
        EntryCase{"DTypeZero", Edited([](BundleEntry* e) { e->dtype_number = 0; }), "dtype"},
        EntryCase{"UnknownDType", Edited([](BundleEntry* e) { e->dtype_number = kMissingDType; }),
                  "unknown dtype number 77"},
        EntryCase{"NegativeDType", Edited([](BundleEntry* e) { e->dtype_number = -1; }), "dtype"},
        EntryCase{"Resource", OfType(DType::kResource, {}, 0), "resource"},
        EntryCase{"NegativeDim", Edited([](BundleEntry* e) {
                    e->shape = {2, -3};
                  }),
                  "invalid tensor shape: [2,"},
        EntryCase{"ProductOf2To63", Edited([](BundleEntry* e) {
                    e->shape = {std::int64_t{1} << 62, 2};
                  }),
                  "invalid tensor shape"},
        EntryCase{"BytesBeyond64Bits",
                  Edited([](BundleEntry* e) { e->shape = {std::int64_t{1} << 62}; }),
                  "more than 64 bits"},
        EntryCase{"ZeroInTheMiddle", Floats({2, 0, 3}, 0), nullptr},
        EntryCase{"Rank254", Floats(OnesOfRank(254), 0), nullptr},
        EntryCase{"Rank255", Floats(OnesOfRank(255), 0), "255 dimensions"},
        EntryCase{"LastShard", Edited([](BundleEntry* e) { e->shard_id = 1; }), nullptr},
        EntryCase{"ShardPastTheLast", Edited([](BundleEntry* e) { e->shard_id = 2; }),
                  "shard_id 2 of 2"},
        EntryCase{"NegativeShard", Edited([](BundleEntry* e) { e->shard_id = -1; }), "shard_id -1"},
        EntryCase{"NegativeOffset", Edited([](BundleEntry* e) { e->offset = -8; }), "offset -8"},
        EntryCase{"NegativeSize", Edited([](BundleEntry* e) { e->size = -24; }), "size -24"},
        EntryCase{"LastOffset", Edited([](BundleEntry* e) { e->offset = kMax - 24; }), nullptr},
        EntryCase{"EndBeyond63Bits", Edited([](BundleEntry* e) { e->offset = kMax - 23; }),
                  "impossible place"},
        EntryCase{"SizeOneLess", Edited([](BundleEntry* e) { e->size = 23; }),
                  "stored size 23, expected 24"},
        EntryCase{"SizeOneMore", Edited([](BundleEntry* e) { e->size = 25; }),
                  "stored size 25, expected 24"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Types, BundleEntryCheckTest,
    testing::Values(
        EntryCase{"HalfByteTypesTakeAByte", OfType(DType::kInt4, {3}, 3), nullptr},
        EntryCase{"Complex128", OfType(DType::kComplex128, {3}, 48), nullptr},
        EntryCase{"StringsOfNoLength", OfType(DType::kString, {3}, 7), nullptr},
        EntryCase{"StringsTooShort", OfType(DType::kString, {3}, 6), "expected at least 7"},
        EntryCase{"NoStrings", OfType(DType::kString, {0}, 4), nullptr},
        EntryCase{"NoStringsNoBytes", OfType(DType::kString, {0}, 0), nullptr},
        EntryCase{"TooManyStrings", OfType(DType::kString, {kMax}, 100), "expected at least"},
        EntryCase{"Variants", OfType(DType::kVariant, {2}, 10), nullptr},
        EntryCase{"VariantsTooShort", OfType(DType::kVariant, {2}, 9), "expected at least 10"}),
    [](const auto& test) { return test.param.name; });

TEST_F(BundleReaderTest, EntryThatIsNoMessageIsBad) {
  Add("a", Floats({2}, 0));
  values_["b"] = "\xff";

  const EntryError error = OnlyError();

  EXPECT_EQ(error.tensor, "b");
  EXPECT_EQ(error.problem, EntryProblem::kBadEntry);
  EXPECT_THAT(error.status.what(), HasSubstr("not parseable"));
}

TEST_F(BundleReaderTest, EntriesThatShareAllBytesAreFine) {
  Add("a", Floats({4}, 0));
  Add("b", Floats({2, 2}, 0));
  Add("empty", Floats({0}, 8));

  EXPECT_THAT(MustOpen()->entry_errors(), IsEmpty());
}

TEST_F(BundleReaderTest, EntriesThatShareSomeBytesOverlap) {
  Add("a", Floats({4}, 12));
  Add("b", Floats({4}, 0));

  const EntryError error = OnlyError();

  EXPECT_EQ(error.tensor, "a");
  EXPECT_EQ(error.problem, EntryProblem::kOverlap);
  EXPECT_EQ(error.status.offset(), 12u);
  EXPECT_EQ(error.status.shard(), 0);
  EXPECT_EQ(error.extent.offset, 12u);
  EXPECT_EQ(error.extent.length, 16u);
  EXPECT_THAT(error.status.what(), HasSubstr("'b'"));
}

// --- Slices

const TensorSlice kTop = {{{0, 2}, {}}};
const TensorSlice kBottom = {{{2, 3}, {0, 4}}};

TEST_F(BundleReaderTest, SlicesBelongToTheirTensorInStoredOrder) {
  AddSliced("w", {5, 4}, {kBottom, kTop}, 100);
  Add("a", Floats({1}, 0));

  const auto reader = MustOpen();

  ASSERT_NE(reader, nullptr);
  EXPECT_THAT(reader->entry_errors(), IsEmpty());
  EXPECT_THAT(Names(*reader), ElementsAre("a", "w"));
  const TensorInfo info = reader->tensor(1);
  EXPECT_TRUE(info.is_sliced());
  EXPECT_THAT(info.shape, ElementsAre(5, 4));
  ASSERT_EQ(info.parts.size(), 2u);
  EXPECT_EQ(*info.parts[0].slice, kBottom);
  EXPECT_EQ(info.parts[0].extent.offset, 100u);
  EXPECT_EQ(info.parts[0].extent.length, 48u);
  EXPECT_EQ(*info.parts[1].slice, kTop) << "the form is kept";
  EXPECT_EQ(info.parts[1].extent.offset, 148u);
  EXPECT_EQ(info.parts[1].extent.length, 32u);
}

TEST_F(BundleReaderTest, FullSliceIsWhereTheTensorsOwnEntrySays) {
  BundleEntry entry = Floats({5, 4}, 64);
  entry.slices = {TensorSlice::Full(2)};
  Add("w", entry);

  const auto reader = MustOpen();

  ASSERT_NE(reader, nullptr);
  EXPECT_THAT(reader->entry_errors(), IsEmpty());
  ASSERT_EQ(reader->tensor(0).parts.size(), 1u);
  EXPECT_EQ(reader->tensor(0).parts[0].extent.offset, 64u);
  EXPECT_TRUE(reader->tensor(0).parts[0].slice->is_full());
}

TEST_F(BundleReaderTest, NamesThatLookLikeSliceKeysAreTensors) {
  const std::string orphan = EncodeSliceKey("gone", kTop);
  const std::string odd("\0name", 5);
  Add(orphan, Floats({2}, 0));
  Add(odd, Floats({2}, 8));
  AddSliced("w", {5, 4}, {kTop, kBottom}, 100);

  const auto reader = MustOpen();

  ASSERT_NE(reader, nullptr);
  EXPECT_THAT(Names(*reader), ElementsAre(orphan, odd, "w"));
}

TEST_F(BundleReaderTest, NameThatStartsWithZeroMayHaveSlices) {
  const std::string odd("\0name", 5);
  AddSliced(odd, {5, 4}, {kTop, kBottom});

  const auto reader = MustOpen();

  ASSERT_NE(reader, nullptr);
  EXPECT_THAT(Names(*reader), ElementsAre(odd));
  EXPECT_EQ(reader->tensor(0).parts.size(), 2u);
}

TEST_F(BundleReaderTest, SliceWithoutEntryIsMissingAndTheRestIsThere) {
  AddSliced("w", {5, 4}, {kTop, kBottom});
  values_.erase(EncodeSliceKey("w", kTop));
  Add("z", Floats({1}, 1000));

  const EntryError error = OnlyError();

  EXPECT_EQ(error.tensor, "w");
  EXPECT_EQ(error.problem, EntryProblem::kMissingSlice);
  EXPECT_EQ(error.status.code(), StatusCode::kDataLoss);
  EXPECT_EQ(error.status.tf_class(), "NotFoundError");
  EXPECT_THAT(error.status.what(), HasSubstr(kTop.ToString()));
  const auto reader = MustOpen();
  EXPECT_THAT(Names(*reader), ElementsAre("w", "z"));
  ASSERT_EQ(reader->tensor(0).parts.size(), 1u);
  EXPECT_EQ(*reader->tensor(0).parts[0].slice, kBottom);
}

TEST_F(BundleReaderTest, ElementsInNoSliceAreMissing) {
  AddSliced("w", {5, 4}, {kTop});

  const EntryError error = OnlyError();

  EXPECT_EQ(error.problem, EntryProblem::kMissingSlice);
  EXPECT_EQ(error.status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(error.status.what(), HasSubstr("8 of the tensor's 20 elements"));
  EXPECT_EQ(MustOpen()->tensor(0).parts.size(), 1u);
}

TEST_F(BundleReaderTest, OtherFormOfASliceIsAnotherSlice) {
  AddSliced("w", {5, 4}, {kTop});
  values_.erase(EncodeSliceKey("w", kTop));
  Add(EncodeSliceKey("w", {{{0, 2}, {0, 4}}}), Floats({2, 4}, 0));

  EXPECT_EQ(OnlyError().problem, EntryProblem::kMissingSlice);
}

struct SliceCase {
  const char* name;
  std::vector<TensorSlice> slices;
  BundleEntry top;  // the entry of kTop
  const char* words;
  EntryProblem problem = EntryProblem::kBadEntry;
};

class BadSlicesTest : public BundleReaderTest, public testing::WithParamInterface<SliceCase> {};

TEST_P(BadSlicesTest, MakeABadTensorAndStayHidden) {
  AddSliced("w", {5, 4}, GetParam().slices);
  Add(EncodeSliceKey("w", kTop), GetParam().top);
  Add("z", Floats({1}, 1000));

  const EntryError error = OnlyError();

  EXPECT_EQ(error.tensor, "w");
  EXPECT_EQ(error.problem, GetParam().problem);
  EXPECT_EQ(error.status.code(), StatusCode::kDataLoss);
  EXPECT_THAT(error.status.what(), HasSubstr(GetParam().words));
  const auto reader = MustOpen();
  EXPECT_THAT(Names(*reader), ElementsAre("w", "z"));
  EXPECT_THAT(reader->tensor(0).parts, IsEmpty());
}

const BundleEntry kTopEntry = Floats({2, 4}, 0);

BundleEntry SlicedTop() {
  BundleEntry entry = kTopEntry;
  entry.slices = {TensorSlice::Full(2)};
  return entry;
}

INSTANTIATE_TEST_SUITE_P(
    Slices, BadSlicesTest,
    testing::Values(
        SliceCase{"Overlap",
                  {kTop, {{{1, 4}, {}}}},
                  kTopEntry,
                  "overlapping slices",
                  EntryProblem::kOverlap},
        SliceCase{"SameSliceTwice",
                  {kTop, kTop},
                  kTopEntry,
                  "overlapping slices",
                  EntryProblem::kOverlap},
        SliceCase{"SameSliceInBothForms",
                  {kTop, {{{0, 2}, {0, 4}}}},
                  kTopEntry,
                  "overlapping slices",
                  EntryProblem::kOverlap},
        SliceCase{"FullBesideAnother", {kTop, TensorSlice::Full(2)}, kTopEntry, ""},
        SliceCase{"OtherRank", {kTop, {{{2, 3}}}}, kTopEntry, "does not fit the shape [5,4]"},
        SliceCase{"PastTheDimByOne", {kTop, {{{2, 4}, {}}}}, kTopEntry, "does not fit"},
        SliceCase{"NegativeStart", {kTop, {{{-1, 3}, {}}}}, kTopEntry, "does not fit"},
        SliceCase{"EndWraps", {kTop, {{{2, kMax}, {}}}}, kTopEntry, "does not fit"},
        SliceCase{
            "OtherDType", {kTop, kBottom}, OfType(DType::kInt32, {2, 4}, 32), "its dtype is int32"},
        SliceCase{
            "OtherShape", {kTop, kBottom}, Floats({4, 2}, 0), "its entry has the shape [4,2]"},
        SliceCase{"BadEntryOfASlice",
                  {kTop, kBottom},
                  OfType(DType::kFloat32, {2, 4}, 31),
                  "slice 0,2:-: invalid size"},
        SliceCase{"SliceInSlices", {kTop, kBottom}, SlicedTop(), "its own entry lists slices"}),
    [](const auto& test) { return test.param.name; });

TEST_F(BundleReaderTest, ErrorsComeInByteOrderOfNames) {
  AddSliced("m", {5, 4}, {kTop, kBottom});
  values_.erase(EncodeSliceKey("m", kTop));
  Add("a", Floats({4}, 1008));
  Add("x", Floats({4}, 1000));
  Add("z", OfType(DType::kFloat32, {2}, 7));
  Add("b", OfType(DType::kFloat32, {2}, 7));

  const auto reader = MustOpen();

  ASSERT_NE(reader, nullptr);
  std::vector<std::string> tensors;
  for (const EntryError& error : reader->entry_errors()) tensors.push_back(error.tensor);
  EXPECT_THAT(tensors, ElementsAre("a", "b", "m", "z"));
}

// --- Data files

TEST_F(BundleReaderTest, DataFilesAreNamedByTheHeader) {
  header_.num_shards = 12;
  storage_.Put("dir/model.data-00003-of-00012", "three");

  const auto reader = MustOpen();
  const auto first = reader->OpenShard(3);
  const auto second = reader->OpenShard(3);

  EXPECT_EQ(reader->num_shards(), 12u);
  EXPECT_EQ(reader->shard_path(3), "dir/model.data-00003-of-00012");
  ASSERT_TRUE(first.ok()) << first.status().ToString();
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(*first, *second);
  EXPECT_EQ((*first)->size(), 5u);
}

TEST_F(BundleReaderTest, MissingDataFileIsNotFoundAndTheOthersAreNamed) {
  header_.num_shards = 3;
  storage_.Put("dir/model.data-00001-of-00003", "one");
  storage_.Put("dir/other.data-00000-of-00003", "not ours");

  const Status status = MustOpen()->OpenShard(0).status();

  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.file(), "dir/model.data-00000-of-00003");
  EXPECT_EQ(status.shard(), 0);
  EXPECT_THAT(status.hint(), HasSubstr("model.data-00001-of-00003"));
  EXPECT_THAT(status.hint(), Not(HasSubstr("other")));
}

TEST_F(BundleReaderTest, DataFileThatAppearsLaterIsOpened) {
  const auto reader = MustOpen();
  ASSERT_FALSE(reader->OpenShard(0).ok());

  storage_.Put("dir/model.data-00000-of-00001", "now");

  EXPECT_TRUE(reader->OpenShard(0).ok());
}

TEST_F(BundleReaderTest, DataFileThatGitLfsDidNotDownloadIsNamedAsSuch) {
  storage_.Put("dir/model.data-00000-of-00001",
               "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n");

  const Status status = MustOpen()->OpenShard(0).status();

  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.tf_class(), "OutOfRangeError");
  EXPECT_THAT(status.message(), HasSubstr("Git LFS pointer"));
  EXPECT_THAT(status.hint(), HasSubstr("git lfs pull"));
}

TEST_F(BundleReaderTest, OnlyDataFileOfThatShardIsTakenWhateverItsCount) {
  header_.num_shards = 3;
  storage_.Put("dir/model.data-00001-of-00002", "one");
  storage_.Put("dir/model.data-00001-of-00002.tempstate123", "left behind");

  const auto reader = MustOpen();
  const auto file = reader->OpenShard(1);

  ASSERT_TRUE(file.ok()) << file.status().ToString();
  EXPECT_EQ((*file)->path(), "dir/model.data-00001-of-00002");
}

TEST_F(BundleReaderTest, TwoDataFilesOfOtherCountsAreAmbiguous) {
  header_.num_shards = 3;
  storage_.Put("dir/model.data-00001-of-00002", "one");
  storage_.Put("dir/model.data-00001-of-00004", "another");

  const Status status = MustOpen()->OpenShard(1).status();

  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_THAT(status.hint(), HasSubstr("model.data-00001-of-00004"));
}

// --- A few tensors of many

std::string Numbered(const std::string& scope, int i) {
  const std::string digits = std::to_string(i);
  return scope + "/" + std::string(4 - digits.size(), '0') + digits;
}

// 2,000 tensors and one in slices, in small blocks.
class BundlePartTest : public BundleReaderTest {
 protected:
  static constexpr int kNumTensors = 2000;

  BundlePartTest() {
    for (int i = 0; i < kNumTensors; ++i) Add(Numbered("v", i), Floats({2}, 8 * i));
    AddSliced("sliced", {4, 2}, {{{{0, 1}, SliceDim{}}}, {{{1, 3}, SliceDim{}}}}, 100'000);
    WriteIndex({.block_size = 256});
  }

  Result<std::shared_ptr<const CheckpointReader>> OpenFor(const std::vector<std::string>& names) {
    return OpenBundleV2For(recording_, "dir/model", IoMode::kAuto, names);
  }

  FaultyStorage recording_{storage_};
};

TEST_F(BundlePartTest, ListsTheTensorsThatAreWantedAndReadsTheirBlocksAlone) {
  const auto reader = OpenFor({Numbered("v", 1500), Numbered("v", 7), Numbered("v", 7)});

  ASSERT_TRUE(reader.ok()) << reader.status().ToString();
  EXPECT_THAT(Names(**reader), ElementsAre("v/0007", "v/1500"));
  EXPECT_EQ((*reader)->tensor(1).parts.front().extent.offset, 12'000u);
  std::uint64_t num_read = 0;
  for (const VisitedRange& range : recording_.visits()) num_read += range.length;
  EXPECT_LT(num_read, index_.size() / 10);
}

TEST_F(BundlePartTest, SlicesComeWithTheirTensor) {
  const auto reader = OpenFor({"sliced"});

  ASSERT_TRUE(reader.ok()) << reader.status().ToString();
  EXPECT_THAT(Names(**reader), ElementsAre("sliced"));
  const TensorInfo tensor = (*reader)->tensor(0);
  ASSERT_EQ(tensor.parts.size(), 2u);
  EXPECT_EQ(tensor.parts[1].extent.offset, 100'008u);
  EXPECT_EQ(tensor.parts[1].slice->ToString(), "1,3:-");
  EXPECT_THAT((*reader)->entry_errors(), IsEmpty());
}

TEST_F(BundlePartTest, NameThatIsNotThereGivesTheWholeIndex) {
  const std::string slice_key = EncodeSliceKey("sliced", {{{0, 1}, SliceDim{}}});
  for (const std::string& name : {std::string("v/9999"), std::string("zz"), slice_key}) {
    const auto reader = OpenFor({Numbered("v", 3), name});

    ASSERT_TRUE(reader.ok()) << reader.status().ToString();
    EXPECT_EQ((*reader)->num_tensors(), kNumTensors + 1u);
    EXPECT_EQ((*reader)->Find(name), std::nullopt);
  }
}

TEST_F(BundlePartTest, DamageElsewhereIsSeenByWhoReadsIt) {
  const std::size_t place = index_.find("900");  // a key's end in some block in the middle
  ASSERT_NE(place, std::string::npos);
  std::string damaged = index_;
  damaged[place] = '8';
  storage_.Put("dir/model.index", damaged);

  EXPECT_TRUE(OpenFor({Numbered("v", 1500)}).ok());
  EXPECT_EQ(OpenBundleV2(storage_, "dir/model", IoMode::kAuto).status().code(),
            StatusCode::kDataLoss);
  int num_refused = 0;
  for (int i = 0; i < kNumTensors; ++i) {
    const Status status = OpenFor({Numbered("v", i)}).status();
    if (status.ok()) continue;
    ++num_refused;
    EXPECT_EQ(status.code(), StatusCode::kDataLoss);
    EXPECT_THAT(status.what(), HasSubstr("checksum"));
    EXPECT_EQ(status.file(), "dir/model.index");
  }
  EXPECT_GT(num_refused, 0);
  EXPECT_LT(num_refused, 40) << "more than one block";
}

TEST_F(BundlePartTest, BadEntryIsReportedForItsTensor) {
  BundleEntry bad = Floats({2}, 0);
  bad.size = 7;
  Add(Numbered("v", 5), bad);
  WriteIndex({.block_size = 256});

  const auto with_it = OpenFor({Numbered("v", 5), Numbered("v", 6)});
  const auto without = OpenFor({Numbered("v", 6)});

  ASSERT_TRUE(with_it.ok() && without.ok());
  ASSERT_EQ((*with_it)->entry_errors().size(), 1u);
  EXPECT_EQ((*with_it)->entry_errors()[0].tensor, "v/0005");
  EXPECT_THAT((*without)->entry_errors(), IsEmpty());
}

TEST_F(BundlePartTest, HeaderIsCheckedAsEver) {
  header_.num_shards = 0;
  values_.erase("");
  WriteIndex({.block_size = 256});

  const auto reader = OpenFor({Numbered("v", 5)});

  EXPECT_EQ(reader.status().code(), StatusCode::kDataLoss);
  EXPECT_THAT(reader.status().what(), HasSubstr("names 0 data files"));
}

TEST_F(BundlePartTest, IndexTakesLittleMemoryForEachTensor) {
  const auto reader = OpenBundleV2(storage_, "dir/model", IoMode::kAuto);

  ASSERT_TRUE(reader.ok());
  // The names have 6 bytes.
  EXPECT_LE((*reader)->index_bytes(), 90u * kNumTensors);
}

}  // namespace
}  // namespace thaw
