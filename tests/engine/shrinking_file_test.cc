// A data file that becomes shorter while it is restored ends in an error and known buffers, never
// in a signal.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/restore.h"
#include "io/checkpoint/bundle_v2/bundle_writer.h"
#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

constexpr std::size_t kTensorBytes = std::size_t{2} << 20;
constexpr std::size_t kNumTensors = 8;
constexpr std::byte kCanary{0xa5};
constexpr std::byte kPoison{0x77};

std::string NameOf(std::size_t i) { return "tensor_" + std::to_string(i); }
// Every byte of a tensor tells its number.
std::byte ValueOf(std::size_t i) { return std::byte(i + 1); }

struct ShrinkCase {
  const char* name;
  IoMode io;
  bool inline_executor;
};

class ShrinkingFileTest : public ::testing::TestWithParam<ShrinkCase> {
 protected:
  ShrinkingFileTest() {
    Result<BundleWriter> writer = BundleWriter::Create(prefix_);
    for (std::size_t i = 0; i < kNumTensors; ++i) {
      const std::vector<std::byte> value(kTensorBytes, ValueOf(i));
      const Shape shape{static_cast<std::int64_t>(kTensorBytes)};
      EXPECT_TRUE(writer->Add(NameOf(i), DType::kUInt8, shape, value).ok());
      buffers_.emplace_back(kTensorBytes, kCanary);
    }
    EXPECT_TRUE(writer->Finish().ok());
    whole_ = folder_.Read(kShard);
  }

  // Opens the checkpoint after the last cut is undone.
  Checkpoint OpenWhole() {
    folder_.Write(kShard, whole_);
    FillWithCanary();
    Result<Checkpoint> checkpoint = Checkpoint::Open(prefix_, {.io = GetParam().io});
    EXPECT_TRUE(checkpoint.ok()) << checkpoint.status().ToString();
    return *checkpoint;
  }

  void Cut(off_t left) const { EXPECT_EQ(::truncate(folder_.Path(kShard).c_str(), left), 0); }

  void FillWithCanary() {
    for (std::vector<std::byte>& buffer : buffers_) {
      std::fill(buffer.begin(), buffer.end(), kCanary);
    }
  }

  static RestoreOptions Options() {
    RestoreOptions options;
    options.threads = 2;
    options.poison = kPoison;
    options.inline_executor = GetParam().inline_executor;
    return options;
  }

  std::vector<Request> Requests() {
    std::vector<Request> requests;
    for (std::size_t i = 0; i < kNumTensors; ++i) {
      Request request;
      request.tensor = NameOf(i);
      request.dtype = DType::kUInt8;
      request.shape = {static_cast<std::int64_t>(kTensorBytes)};
      request.buffer = buffers_[i];
      requests.push_back(std::move(request));
    }
    return requests;
  }

  // The error is that of the cut, and each buffer holds what its state says, as a whole.
  void CheckFailure(const RestoreOutcome& outcome) const {
    EXPECT_THAT(outcome.status.code(),
                ::testing::AnyOf(StatusCode::kOutOfRange, StatusCode::kFailedPrecondition))
        << outcome.status.ToString();
    EXPECT_EQ(outcome.status.file(), folder_.Path(kShard));
    for (std::size_t i = 0; i < kNumTensors; ++i) {
      const BufferState state = outcome.requests[i].state;
      const std::byte expected = state == BufferState::kDone        ? ValueOf(i)
                                 : state == BufferState::kUntouched ? kCanary
                                                                    : kPoison;
      EXPECT_EQ(std::count(buffers_[i].begin(), buffers_[i].end(), expected),
                static_cast<std::ptrdiff_t>(kTensorBytes))
          << NameOf(i) << " " << static_cast<int>(state);
      EXPECT_EQ(state == BufferState::kDone, outcome.requests[i].status.ok());
    }
  }

  static constexpr const char* kShard = "m.data-00000-of-00001";

  TempFolder folder_;
  const std::string prefix_ = folder_.Path("m");
  std::string whole_;  // the data file's bytes
  std::vector<std::vector<std::byte>> buffers_;
};

// While it runs: how much is read before the cut is a matter of timing.
TEST_P(ShrinkingFileTest, CutDuringARestore) {
  for (const off_t left : {0, 4096, 5'000'001}) {
    SCOPED_TRACE(left);
    const Checkpoint checkpoint = OpenWhole();
    RestoreOptions options = Options();
    bool is_cut = false;
    options.progress = [&](const RestoreProgress&) {
      if (!std::exchange(is_cut, true)) Cut(left);
    };

    const RestoreOutcome outcome = Restore(checkpoint, Requests(), options);

    EXPECT_TRUE(is_cut);
    CheckFailure(outcome);
  }
}

// After the file is open (and mapped) and before anything is read again.
TEST_P(ShrinkingFileTest, CutBetweenTwoRestores) {
  for (const off_t left : {0, 4096, 5'000'001}) {
    SCOPED_TRACE(left);
    const Checkpoint checkpoint = OpenWhole();
    EXPECT_TRUE(Restore(checkpoint, Requests(), Options()).status.ok());
    Cut(left);
    FillWithCanary();

    const RestoreOutcome outcome = Restore(checkpoint, Requests(), Options());

    EXPECT_LE(outcome.restored_bytes, static_cast<std::uint64_t>(left));
    CheckFailure(outcome);
  }
}

INSTANTIATE_TEST_SUITE_P(Modes, ShrinkingFileTest,
                         ::testing::Values(ShrinkCase{"mmap", IoMode::kMmap, false},
                                           ShrinkCase{"mmap_inline", IoMode::kMmap, true},
                                           ShrinkCase{"pread", IoMode::kPread, false},
                                           ShrinkCase{"direct", IoMode::kDirect, false}),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace thaw
