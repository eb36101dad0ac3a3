// V1 checkpoints through the engine: restored in every I/O mode, verified, refused as TensorFlow
// does.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "engine/checkpoint.h"
#include "engine/restore.h"
#include "engine/verify.h"
#include "io/checkpoint/bundle_v1/tensor_slice_writer.h"
#include "tests/support/restore_tensor.h"
#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

template <typename T>
std::string Range(std::size_t n) {
  std::vector<T> values(n);
  std::iota(values.begin(), values.end(), T{1});
  return std::string(AsChars(std::as_bytes(std::span(values))));
}

// "large" has a block of its own and is left where it lies; "ints" takes a block of its own, too,
// and is decoded; the small ones share blocks before, between and behind.
class V1CheckpointTest : public testing::Test {
 protected:
  V1CheckpointTest() {
    Result<TensorSliceWriter> writer = TensorSliceWriter::Create(folder_.Path("m"));
    const std::vector<std::string> words = {"hello", "world"};
    EXPECT_TRUE(writer->Add("a", DType::kFloat32, Shape{10}, AsBytes(small_)).ok());
    EXPECT_TRUE(writer->Add("ints", DType::kInt32, Shape{600, 500}, AsBytes(ints_)).ok());
    EXPECT_TRUE(writer->Add("k", DType::kFloat32, Shape{10}, AsBytes(small_)).ok());
    EXPECT_TRUE(writer->Add("large", DType::kFloat32, Shape{500, 1000}, AsBytes(large_)).ok());
    EXPECT_TRUE(writer->AddStrings("words", Shape{2}, words).ok());
    EXPECT_TRUE(writer->Add("z", DType::kFloat32, Shape{10}, AsBytes(small_)).ok());
    EXPECT_TRUE(writer->Finish().ok());
  }

  Checkpoint Open(IoMode mode = IoMode::kAuto) const {
    OpenOptions options;
    options.io = mode;
    options.tolerate_entry_errors = true;
    Result<Checkpoint> checkpoint = Checkpoint::Open(folder_.Path("m"), options);
    EXPECT_TRUE(checkpoint.ok()) << checkpoint.status().ToString();
    return *std::move(checkpoint);
  }

  void Damage(std::string_view near) const {
    std::string bytes = folder_.Read("m");
    const std::size_t at = bytes.rfind(near);
    ASSERT_NE(at, std::string::npos);
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    folder_.Write("m", bytes);
  }

  // Names of the tensors that verify finds damaged.
  static std::vector<std::string> DamagedNames(const VerifyReport& report) {
    std::vector<std::string> names;
    for (const DamagedTensor& damaged : report.damaged) names.push_back(damaged.tensor);
    return names;
  }

  const TempFolder folder_;
  const std::string small_ = Range<float>(10);
  const std::string ints_ = Range<std::int32_t>(300'000);
  const std::string large_ = Range<float>(500'000);
};

RestoreOptions Threads(int threads) {
  RestoreOptions options;
  options.threads = threads;
  return options;
}

Request MakeRequest(const char* tensor, DType dtype, Shape shape, std::string* buffer) {
  Request request;
  request.tensor = tensor;
  request.dtype = dtype;
  request.shape = std::move(shape);
  if (buffer != nullptr) request.buffer = std::as_writable_bytes(std::span(*buffer));
  return request;
}

TEST_F(V1CheckpointTest, EveryIoModeAndNumberOfThreadsGivesTheSame) {
  for (const IoMode mode : {IoMode::kMmap, IoMode::kPread, IoMode::kDirect}) {
    for (const int threads : {1, 4}) {
      const Checkpoint checkpoint = Open(mode);
      std::string ints(ints_.size(), '\0'), large(large_.size(), '\0'), z(small_.size(), '\0');
      std::vector<std::string> words;
      std::vector<Request> requests = {MakeRequest("ints", DType::kInt32, {600, 500}, &ints),
                                       MakeRequest("large", DType::kFloat32, {500, 1000}, &large),
                                       MakeRequest("words", DType::kString, {2}, nullptr),
                                       MakeRequest("z", DType::kFloat32, {10}, &z)};
      requests[2].strings = &words;

      const RestoreOutcome outcome = Restore(checkpoint, requests, Threads(threads));

      if (!outcome.status.ok() && mode == IoMode::kDirect) continue;  // a folder without direct I/O
      ASSERT_TRUE(outcome.status.ok()) << outcome.status.ToString();
      EXPECT_TRUE(ints == ints_);
      EXPECT_TRUE(large == large_);
      EXPECT_EQ(z, small_);
      EXPECT_THAT(words, ElementsAre("hello", "world"));
    }
  }
}

TEST_F(V1CheckpointTest, SlicesAndConversionsOfDecodedTensorsWork) {
  const Checkpoint checkpoint = Open();
  Request request;
  request.tensor = "ints";
  request.slice_spec = "600 500 299,2:-";
  request.dtype = DType::kInt32;
  request.shape = {2, 500};
  std::vector<std::int32_t> ints(2 * 500);
  request.buffer = std::as_writable_bytes(std::span(ints));

  const RestoreOutcome outcome = Restore(checkpoint, std::span(&request, 1), Threads(2));

  ASSERT_TRUE(outcome.status.ok()) << outcome.status.ToString();
  EXPECT_EQ(ints.front(), 299 * 500 + 1);
  EXPECT_EQ(ints.back(), 301 * 500);
}

TEST_F(V1CheckpointTest, VerifyReadsEveryByte) {
  for (const int threads : {1, 3}) {
    const Result<VerifyReport> report = Verify(Open(), Threads(threads));

    ASSERT_TRUE(report.ok()) << report.status().ToString();
    EXPECT_THAT(report->damaged, IsEmpty());
    EXPECT_EQ(report->tensors_checked, 6u);
    EXPECT_GE(report->bytes_checked, ints_.size() + large_.size() + 3 * small_.size());
  }
}

TEST_F(V1CheckpointTest, VerifyNamesTheTensorsOfADamagedBlock) {
  Damage("hello");  // words and z lie in one block

  const Result<VerifyReport> report = Verify(Open(), Threads(2));

  ASSERT_TRUE(report.ok()) << report.status().ToString();
  EXPECT_THAT(DamagedNames(*report), ElementsAre("words", "z"));
  for (const DamagedTensor& damaged : report->damaged) {
    EXPECT_EQ(damaged.damage, Damage::kChecksum);
    EXPECT_EQ(damaged.file, folder_.Path("m"));
    EXPECT_LT(damaged.status.offset().value_or(UINT64_MAX), folder_.Read("m").size());
  }
}

TEST_F(V1CheckpointTest, VerifyNamesALargeTensorThatIsDamaged) {
  Damage(large_.substr(1'000'000, 16));
  Damage(std::string("\x90\xa7\x12\x91", 4));  // 299,920 and the start of the next in "ints"

  const Result<VerifyReport> report = Verify(Open(), Threads(2));

  ASSERT_TRUE(report.ok()) << report.status().ToString();
  EXPECT_THAT(DamagedNames(*report), ElementsAre("ints", "large"));
}

TEST_F(V1CheckpointTest, DamageFailsItsTensorsAndNoOther) {
  Damage("hello");
  const Checkpoint checkpoint = Open();

  for (const char* name : {"a", "ints", "k", "large"}) {
    const RestoredTensor got = RestoreTensor(checkpoint, *checkpoint.Find(name), Threads(2));
    EXPECT_TRUE(got.status.ok()) << got.status.ToString();
  }
  const RestoredTensor z = RestoreTensor(checkpoint, *checkpoint.Find("z"), Threads(2));
  EXPECT_EQ(z.status.code(), StatusCode::kDataLoss);
  EXPECT_EQ(z.status.tf_class(), "InvalidArgumentError");
  EXPECT_EQ(z.status.tensor(), "z");
  // It could not be listed with its size; the others can be used all the same.
  EXPECT_TRUE(Checkpoint::Open(folder_.Path("m")).ok());
  ASSERT_THAT(checkpoint.reader()->entry_errors(), SizeIs(1));
  EXPECT_EQ(checkpoint.reader()->entry_errors().front().tensor, "words");
}

// TensorFlow restores a V1 checkpoint tensor by tensor; of a V2 checkpoint it looks up all names
// first.
TEST_F(V1CheckpointTest, TheFirstFailureInTheOrderOfTheRequestsIsTheAnswer) {
  const Checkpoint checkpoint = Open();
  std::string buffer(40, '\0');
  std::vector<Request> requests = {MakeRequest("z", DType::kInt32, {10}, &buffer),
                                   MakeRequest("none", DType::kInt32, {10}, &buffer)};

  const Status dtype_first = Restore(checkpoint, requests, Threads(1)).status;
  std::swap(requests[0], requests[1]);
  const Status name_first = Restore(checkpoint, requests, Threads(1)).status;

  EXPECT_EQ(dtype_first.code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(dtype_first.message(), HasSubstr("int32"));
  EXPECT_EQ(name_first.code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace thaw
