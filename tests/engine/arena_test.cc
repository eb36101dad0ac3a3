// Restores from inside the tasks of a caller that uses oneTBB itself.

#include <gtest/gtest.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include "engine/restore.h"
#include "io/checkpoint/bundle_v2/bundle_writer.h"
#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

using oneapi::tbb::parallel_for;
using oneapi::tbb::task_arena;

int NumThreads() {
  using Tasks = std::filesystem::directory_iterator;
  return static_cast<int>(std::distance(Tasks("/proc/self/task"), Tasks()));
}

// A checkpoint of two tensors of 1 MiB, in several chunks each.
class ArenaTest : public testing::Test {
 protected:
  static constexpr std::size_t kElements = std::size_t{1} << 18;

  ArenaTest() : values_(kElements) {
    for (std::size_t i = 0; i < kElements; ++i) values_[i] = static_cast<float>(i);
    Result<BundleWriter> writer = BundleWriter::Create(folder_.Path("model"));
    const auto bytes = std::as_bytes(std::span(values_));
    for (const char* name : {"a", "b"}) {
      EXPECT_TRUE(writer->Add(name, DType::kFloat32, Shape{kElements}, bytes).ok());
    }
    EXPECT_TRUE(writer->Finish().ok());
  }

  // Restores both tensors; false when one did not get its values.
  //   most_threads: of the process while it ran.
  bool RestoreAll(const RestoreOptions& wanted = {}, std::atomic<int>* most_threads = nullptr) {
    const Result<Checkpoint> checkpoint = Checkpoint::Open(folder_.Path("model"));
    if (!checkpoint.ok()) return false;
    std::vector<std::vector<float>> got(2, std::vector<float>(kElements));
    std::vector<Request> requests(2);
    for (std::size_t i = 0; i < 2; ++i) {
      requests[i].tensor = i == 0 ? "a" : "b";
      requests[i].dtype = DType::kFloat32;
      requests[i].shape = {kElements};
      requests[i].buffer = std::as_writable_bytes(std::span(got[i]));
    }
    RestoreOptions options = wanted;
    if (most_threads != nullptr) {
      options.progress = [most_threads, &wanted](const RestoreProgress& progress) {
        *most_threads = std::max(most_threads->load(), NumThreads());
        if (wanted.progress) wanted.progress(progress);
      };
    }
    return Restore(*checkpoint, requests, options).status.ok() && got[0] == values_ &&
           got[1] == values_;
  }

  TempFolder folder_;
  std::vector<float> values_;
};

TEST_F(ArenaTest, AnArenaOfOneThreadGetsNoOther) {
  const int before = NumThreads();
  std::atomic<int> most = 0;
  task_arena arena(1);

  const bool restored = arena.execute([&] { return RestoreAll({}, &most); });

  EXPECT_TRUE(restored);
  EXPECT_EQ(most, before);
  EXPECT_EQ(NumThreads(), before);
}

TEST_F(ArenaTest, ARestoreInATaskUsesTheThreadsThatAreThere) {
  task_arena arena(2);
  std::atomic<int> num_busy = 0;
  // Makes oneTBB start the threads that it has for the caller.
  arena.execute([&] { parallel_for(0, 1000, [&](int) { ++num_busy; }); });
  const bool first = RestoreAll();
  const int before = NumThreads();
  std::atomic<int> most = 0;

  const bool restored = arena.execute([&] { return RestoreAll({}, &most); });

  EXPECT_TRUE(first && restored);
  EXPECT_LE(most, before);
}

TEST_F(ArenaTest, BodiesOfALoopRestoreAtTheSameTime) {
  for (const int concurrency : {1, 2, 4}) {
    task_arena arena(concurrency);
    std::atomic<int> num_restored = 0;

    arena.execute([&] { parallel_for(0, 8, [&](int) { num_restored += RestoreAll() ? 1 : 0; }); });

    EXPECT_EQ(num_restored, 8) << concurrency;
  }
}

TEST_F(ArenaTest, LoopsAndRestoresMayNest) {
  task_arena arena(2);
  std::atomic<int> num_restored = 0;
  std::atomic<int> num_inner = 0;

  arena.execute([&] {
    parallel_for(0, 2, [&](int) {
      parallel_for(0, 2, [&](int) {
        RestoreOptions options;
        // A restore of its own from inside another, and a loop of the caller's beside it.
        options.progress = [&](const RestoreProgress& progress) {
          if (progress.bytes_done != progress.bytes_total) return;
          parallel_for(0, 2, [&](int) { num_inner += RestoreAll({.threads = 2}) ? 1 : 0; });
        };
        num_restored += RestoreAll(options) ? 1 : 0;
      });
    });
  });

  EXPECT_EQ(num_restored, 4);
  EXPECT_EQ(num_inner, 8);
}

TEST_F(ArenaTest, MoreThreadsThanTheArenaHasAreForWhoAsksForThem) {
  task_arena arena(1);

  const bool restored = arena.execute([&] { return RestoreAll({.threads = 8}); });

  EXPECT_TRUE(restored);
}

}  // namespace
}  // namespace thaw
