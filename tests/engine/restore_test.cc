#include "engine/restore.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/tensor_view.h"
#include "io/checkpoint/bundle_v2/bundle_writer.h"
#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

template <typename T>
ByteView Raw(const std::vector<T>& values) {
  return std::as_bytes(std::span(values));
}

template <typename T>
std::vector<T> ValuesOf(const Variable& variable) {
  std::vector<T> values(variable.buffer.size() / sizeof(T));
  std::memcpy(values.data(), variable.buffer.data(), variable.buffer.size());
  return values;
}

RestoreOptions Unverified() {
  RestoreOptions options;
  options.verify = false;
  return options;
}

class RestoreTest : public testing::Test {
 protected:
  RestoreTest() : checkpoint_(Write("model-0")) {}

  Checkpoint Write(const std::string& name) {
    Result<BundleWriter> writer = BundleWriter::Create(folder_.Path(name));
    const std::vector<float> one = {1.0f};
    const std::vector<float> two = {2.0f};
    std::vector<float> table(12);
    for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<float>(i);
    const std::vector<std::int64_t> step = {7};
    const std::vector<std::string> words = {"hello", "", "world"};
    EXPECT_TRUE(writer->Add("bar", DType::kFloat32, {}, Raw(one)).ok());
    EXPECT_TRUE(writer->Add("foo", DType::kFloat32, {}, Raw(two)).ok());
    EXPECT_TRUE(writer->Add("s/table", DType::kFloat32, Shape{4, 3}, Raw(table)).ok());
    EXPECT_TRUE(writer->Add("s/step", DType::kInt64, {}, Raw(step)).ok());
    EXPECT_TRUE(writer->AddStrings("s/words", Shape{3}, words).ok());
    EXPECT_TRUE(writer->Finish().ok());
    return *Checkpoint::Open(folder_.Path(name));
  }

  // Zero, outside the store's names or in it.
  Variable* MakeVariable(const std::string& name, const Shape& shape = {}) {
    return *store_.Variable(name, DType::kFloat32, shape, {Zeros(), false, ""});
  }
  Variable* GetVariable(const std::string& name, const Shape& shape = {},
                        DType dtype = DType::kFloat32) {
    return *store_.GetVariable(name, dtype, shape, {Zeros(), false, ""});
  }

  TempFolder folder_;
  Checkpoint checkpoint_;
  VariableStore store_;
};

TEST_F(RestoreTest, AScopeRestoresWhatGetVariableMadeAlone) {
  Variable* foo = MakeVariable("foo");
  Variable* bar = GetVariable("bar");

  ASSERT_TRUE(InitFromCheckpoint(checkpoint_, {{"/", "/"}}, store_).ok());
  EXPECT_FALSE(bar->is_initialized);
  const Report report = Initialize(store_);

  EXPECT_TRUE(report.status.ok()) << report.status.ToString();
  EXPECT_THAT(ValuesOf<float>(*foo), ElementsAre(0.0f));
  EXPECT_THAT(ValuesOf<float>(*bar), ElementsAre(1.0f));
  EXPECT_EQ(report.num_restored(), 1u);
  EXPECT_EQ(report.num_initialized(), 1u);
  EXPECT_FALSE(report.complete());
  EXPECT_EQ(report.bytes, 4u);
  EXPECT_EQ(report.checkpoint, checkpoint_.prefix());
  ASSERT_EQ(report.variables.size(), 2u);
  EXPECT_EQ(report.variables[0].reason, KeptReason::kNotInStore);
  EXPECT_EQ(report.variables[1].source->tensor, "bar");
  EXPECT_THAT(report.unused_tensors, ElementsAre("foo", "s/step", "s/table", "s/words"));
}

TEST_F(RestoreTest, ObjectsAreRestoredWhoeverMadeThem) {
  Variable* foo = MakeVariable("foo");
  Variable* bar = GetVariable("bar");
  AssignmentMap map;
  map.AddVariable("foo", "foo");
  map.AddVariable("bar", "bar");

  ASSERT_TRUE(InitFromCheckpoint(checkpoint_, map, store_).ok());
  const Report report = Initialize(store_);

  EXPECT_TRUE(report.complete());
  EXPECT_THAT(ValuesOf<float>(*foo), ElementsAre(2.0f));
  EXPECT_THAT(ValuesOf<float>(*bar), ElementsAre(1.0f));
}

TEST_F(RestoreTest, BoundMemoryReceivesTheValue) {
  Variable* table = GetVariable("s/table", {4, 3});
  std::vector<float> memory(12, -1.0f);
  ASSERT_TRUE(store_.Bind(table, std::as_writable_bytes(std::span(memory))).ok());

  ASSERT_TRUE(InitFromCheckpoint(checkpoint_, {{"s/", "s/"}}, store_).ok());
  const Report report = Initialize(store_);

  EXPECT_TRUE(report.status.ok());
  EXPECT_EQ(memory[11], 11.0f);
}

TEST_F(RestoreTest, PartsTakeTheirRowsOfAWholeTensor) {
  const std::vector<Variable*> parts = *store_.GetPartitionedVariable(
      "emb", DType::kFloat32, {4, 3}, std::vector<std::int64_t>{3, 1}, {Zeros(), false, ""});

  ASSERT_TRUE(InitFromCheckpoint(checkpoint_, {{"s/table", "emb"}}, store_).ok());
  const Report report = Initialize(store_);

  EXPECT_TRUE(report.status.ok()) << report.status.ToString();
  ASSERT_EQ(parts.size(), 3u);
  EXPECT_THAT(ValuesOf<float>(*parts[0]), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(ValuesOf<float>(*parts[2]), ElementsAre(9, 10, 11));
}

TEST_F(RestoreTest, OneVariablesFailureSpoilsNoOther) {
  Variable* bar = GetVariable("bar");
  Variable* step = GetVariable("s/step", {}, DType::kInt32);
  AssignmentMap map = {{"bar", "bar"}, {"s/step", "s/step"}};

  ASSERT_TRUE(InitFromCheckpoint(checkpoint_, map, store_).ok());
  const Report report = Initialize(store_);

  EXPECT_EQ(report.status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(report.status.message(),
              HasSubstr("expected dtype int32 does not equal original dtype int64"));
  EXPECT_TRUE(bar->is_initialized);
  EXPECT_THAT(ValuesOf<float>(*bar), ElementsAre(1.0f));
  EXPECT_FALSE(step->is_initialized);
}

TEST_F(RestoreTest, AResourceVariableOfAnotherShapeIsRefusedToo) {
  *store_.GetVariable("s/table", DType::kFloat32, {2, 3}, {Zeros(), true, ""});

  ASSERT_TRUE(InitFromCheckpoint(checkpoint_, {{"/", "/"}}, store_).ok());
  const Report report = Initialize(store_);

  EXPECT_EQ(report.status.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(report.status.message(), HasSubstr("lhs shape= [2,3] rhs shape= [4,3]"));
}

TEST_F(RestoreTest, APartlyKnownShapeBecomesThatOfTheValue) {
  Variable* table =
      *store_.Variable("table", DType::kFloat32, {kUnknownDim, 3}, {Zeros(), true, ""});
  AssignmentMap map;
  map.AddVariable("s/table", "table");

  ASSERT_TRUE(InitFromCheckpoint(checkpoint_, map, store_).ok());
  const Report report = Initialize(store_);

  EXPECT_TRUE(report.status.ok()) << report.status.ToString();
  EXPECT_EQ(table->shape, (Shape{4, 3}));
  EXPECT_EQ(ValuesOf<float>(*table).size(), 12u);
}

TEST_F(RestoreTest, AVariableOfUnknownShapeTakesThatOfItsInitialValue) {
  const ConstantInitializer initial = {
      .shape = {2, 1}, .reals = {5, 6}, .integers = {}, .strings = {}};
  Variable* free = *store_.Variable("free", DType::kFloat32, {kUnknownDim, 1}, {initial, true, ""});

  const Report report = Initialize(store_);

  EXPECT_TRUE(report.status.ok()) << report.status.ToString();
  EXPECT_EQ(free->shape, (Shape{2, 1}));
  EXPECT_THAT(ValuesOf<float>(*free), ElementsAre(5.0f, 6.0f));
}

TEST_F(RestoreTest, AReferenceVariableOfPartlyKnownShapeHoldsNoValue) {
  const ConstantInitializer initial = {
      .shape = {2, 1}, .reals = {5, 6}, .integers = {}, .strings = {}};
  Variable* free =
      *store_.Variable("free", DType::kFloat32, {kUnknownDim, 1}, {initial, false, ""});

  const Report report = Initialize(store_);

  EXPECT_EQ(report.status.tf_class(), "InvalidArgumentError");
  EXPECT_THAT(report.status.message(), HasSubstr("Shape [?,1]"));
  EXPECT_THAT(report.status.message(), HasSubstr("not fully defined"));
  EXPECT_FALSE(free->is_initialized);
}

TEST_F(RestoreTest, ASnapshotKeepsTheInitializersOfItsMoment) {
  Variable* bar = GetVariable("bar");
  const InitializerSnapshot before = TakeInitializers(store_, VariableGroup::kAll);
  Variable* later = MakeVariable("later");
  ASSERT_TRUE(InitFromCheckpoint(checkpoint_, {{"bar", "bar"}}, store_).ok());
  const auto restored = EvaluateInitializer(*bar);

  const Report report = Initialize(store_, before);

  ASSERT_TRUE(report.status.ok());
  ASSERT_EQ(report.variables.size(), 1u);
  EXPECT_FALSE(report.variables[0].source.has_value());
  EXPECT_TRUE(bar->is_initialized);
  EXPECT_FALSE(later->is_initialized);
  const std::vector<std::byte> initial(bar->buffer.begin(), bar->buffer.end());
  ASSERT_TRUE(Initialize(store_).status.ok());
  const std::vector<std::byte> value(bar->buffer.begin(), bar->buffer.end());
  EXPECT_EQ(restored->bytes, value);
  EXPECT_NE(initial, value);
}

// TensorFlow opens a checkpoint anew whenever an initializer runs.
TEST_F(RestoreTest, ACheckpointThatWasReplacedIsReadAsItIsNow) {
  Variable* foo = GetVariable("foo");
  Variable* bar = GetVariable("bar");
  ASSERT_TRUE(InitFromCheckpoint(checkpoint_, {{"/", "/"}}, store_).ok());
  Result<BundleWriter> writer = BundleWriter::Create(folder_.Path("model-0"), {.overwrite = true});
  const std::vector<float> five = {5.0f};
  ASSERT_TRUE(writer->Add("foo", DType::kFloat32, {}, Raw(five)).ok());
  ASSERT_TRUE(writer->Finish().ok());

  const Report report = Initialize(store_);

  EXPECT_EQ(report.status.code(), StatusCode::kNotFound) << report.status.ToString();
  EXPECT_EQ(report.status.tensor(), "bar");
  EXPECT_FALSE(bar->is_initialized);
  EXPECT_THAT(ValuesOf<float>(*foo), ElementsAre(5.0f));
}

TEST_F(RestoreTest, ACheckpointThatIsGoneIsNotFound) {
  GetVariable("foo");
  ASSERT_TRUE(InitFromCheckpoint(checkpoint_, {{"foo", "foo"}}, store_).ok());
  std::filesystem::remove(folder_.Path("model-0.index"));

  EXPECT_EQ(Initialize(store_).status.code(), StatusCode::kNotFound);
}

TEST_F(RestoreTest, StringsAreRestored) {
  Variable* words = *store_.GetVariable("s/words", DType::kString, {3});

  ASSERT_TRUE(InitFromCheckpoint(checkpoint_, {{"/", "/"}}, store_).ok());
  const Report report = Initialize(store_);

  EXPECT_TRUE(report.status.ok()) << report.status.ToString();
  EXPECT_THAT(words->strings, ElementsAre("hello", "", "world"));
  EXPECT_EQ(report.bytes, 10u);
}

TEST_F(RestoreTest, VariablesMayComeFromSeveralCheckpoints) {
  const Checkpoint other = Write("model-1");
  Variable* bar = GetVariable("bar");
  Variable* foo = MakeVariable("foo");
  AssignmentMap map;
  map.AddVariable("foo", "foo");

  ASSERT_TRUE(InitFromCheckpoint(checkpoint_, {{"bar", "bar"}}, store_).ok());
  ASSERT_TRUE(InitFromCheckpoint(other, map, store_).ok());
  const Report report = Initialize(store_);

  EXPECT_TRUE(report.complete());
  EXPECT_EQ(report.checkpoint, other.prefix());
  EXPECT_THAT(ValuesOf<float>(*bar), ElementsAre(1.0f));
  EXPECT_THAT(ValuesOf<float>(*foo), ElementsAre(2.0f));
}

TEST_F(RestoreTest, AfterAnErrorOfTheMapEarlierEntriesStay) {
  GetVariable("bar");
  AssignmentMap map = {{"absent", "bar"}, {"bar", "bar"}, {"zzz", "bar"}};

  const Status status = InitFromCheckpoint(checkpoint_, map, store_);

  EXPECT_FALSE(status.ok());
  EXPECT_EQ(status.tf_class(), "ValueError");
  EXPECT_FALSE(store_.FindKey("bar")->source.has_value());
  EXPECT_EQ(store_.applied_entries().size(), 1u);
}

TEST_F(RestoreTest, WithoutACheckpointInitializersRun) {
  Variable* bar = GetVariable("bar");

  const Report report = Initialize(store_);

  EXPECT_TRUE(report.status.ok());
  EXPECT_TRUE(bar->is_initialized);
  EXPECT_TRUE(report.checkpoint.empty());
  ASSERT_EQ(report.variables.size(), 1u);
  EXPECT_EQ(report.variables[0].reason, KeptReason::kNoMapEntry);
}

TEST_F(RestoreTest, RequestsAreConvertedOnTheWay) {
  std::vector<double> table(12);
  Request request;
  request.tensor = "s/table";
  request.dtype = DType::kFloat64;
  request.allow_conversion = true;
  request.shape = {4, 3};
  request.buffer = std::as_writable_bytes(std::span(table));

  for (const bool inline_executor : {false, true}) {
    std::fill(table.begin(), table.end(), -1.0);
    RestoreOptions options;
    options.inline_executor = inline_executor;
    const RestoreOutcome outcome = Restore(checkpoint_, {&request, 1}, options);

    EXPECT_TRUE(outcome.status.ok()) << outcome.status.ToString();
    EXPECT_EQ(outcome.restored_bytes, 96u);
    EXPECT_EQ(table[11], 11.0);
  }
}

TEST_F(RestoreTest, ARefusedRequestLeavesAllBuffersUntouched) {
  float bar = -1.0f;
  std::int32_t step = -1;
  std::vector<Request> requests(2);
  requests[0].tensor = "bar";
  requests[0].dtype = DType::kFloat32;
  requests[0].buffer = std::as_writable_bytes(std::span(&bar, 1));
  requests[1].tensor = "s/step";
  requests[1].dtype = DType::kInt32;
  requests[1].buffer = std::as_writable_bytes(std::span(&step, 1));

  const RestoreOutcome outcome = Restore(checkpoint_, requests);

  EXPECT_EQ(outcome.status.code(), StatusCode::kInvalidArgument);
  ASSERT_EQ(outcome.requests.size(), 2u);
  EXPECT_EQ(outcome.requests[0].state, BufferState::kUntouched);
  EXPECT_FALSE(outcome.requests[0].status.ok());
  EXPECT_EQ(bar, -1.0f);
}

TEST_F(RestoreTest, AViewIsTheMapWhereTheFileHoldsElementsAsMemoryDoes) {
  const Result<TensorView> first = ViewTensor(checkpoint_, "s/table");
  const Result<TensorView> second = ViewTensor(checkpoint_, "s/table", Unverified());
  ASSERT_TRUE(first.ok() && second.ok()) << first.status().message();

  EXPECT_EQ(first->copied_because, "");
  EXPECT_EQ(first->bytes.data(), second->bytes.data());
  EXPECT_THAT(first->shape, ElementsAre(4, 3));
  float last;
  std::memcpy(&last, first->bytes.data() + 44, 4);
  EXPECT_EQ(last, 11.0f);
}

TEST_F(RestoreTest, AViewOutlivesItsCheckpoint) {
  const TensorView view = [&] { return *ViewTensor(Write("other"), "bar"); }();

  const float one = 1.0f;
  EXPECT_EQ(std::memcmp(view.bytes.data(), &one, 4), 0);
}

TEST_F(RestoreTest, WhatCannotBeViewedIsCopiedAndSaysWhy) {
  OpenOptions reads;
  reads.io = IoMode::kPread;
  const Checkpoint unmapped = *Checkpoint::Open(folder_.Path("model-0"), reads);
  Result<BundleWriter> writer = BundleWriter::Create(folder_.Path("odd"));
  const std::vector<std::uint8_t> byte = {1};
  const std::vector<float> floats = {1.0f, 2.0f};
  ASSERT_TRUE(writer->Add("a", DType::kUInt8, {}, Raw(byte)).ok());
  ASSERT_TRUE(writer->Add("b", DType::kFloat32, Shape{2}, Raw(floats)).ok());
  ASSERT_TRUE(writer->Finish().ok());

  const TensorView read = *ViewTensor(unmapped, "s/table");
  const TensorView odd = *ViewTensor(*Checkpoint::Open(folder_.Path("odd")), "b");

  EXPECT_EQ(read.copied_because, "its file is not mapped");
  EXPECT_EQ(read.bytes.size(), 48u);
  EXPECT_THAT(odd.copied_because, HasSubstr("begins at byte 1 of its file"));
  EXPECT_EQ(std::memcmp(odd.bytes.data(), floats.data(), 8), 0);
  EXPECT_EQ(ViewTensor(checkpoint_, "s/words").status().code(), StatusCode::kUnimplemented);
  EXPECT_EQ(ViewTensor(checkpoint_, "x").status().code(), StatusCode::kNotFound);
}

TEST_F(RestoreTest, AViewIsVerifiedFirstUnlessItIsToldNotTo) {
  std::string data = folder_.Read("model-0.data-00000-of-00001");
  const std::size_t place = data.find(std::string("\0\0\x30\x41", 4));  // 11.0f
  ASSERT_NE(place, std::string::npos);
  data[place] ^= 1;
  folder_.Write("model-0.data-00000-of-00001", data);
  const Checkpoint damaged = *Checkpoint::Open(folder_.Path("model-0"));

  const Status status = ViewTensor(damaged, "s/table").status();

  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_EQ(status.tensor(), "s/table");
  EXPECT_TRUE(ViewTensor(damaged, "s/table", Unverified()).ok());
}

}  // namespace
}  // namespace thaw
