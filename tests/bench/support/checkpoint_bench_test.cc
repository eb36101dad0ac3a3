#include "bench/support/checkpoint_bench.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <mutex>
#include <set>
#include <vector>

#include "bench/support/crew.h"
#include "bench/support/huge_buffer.h"
#include "bench/support/memory_use.h"
#include "bench/support/page_cache.h"
#include "bench/support/temporary_checkpoint.h"

namespace thaw {
namespace {

class CheckpointBenchTest : public ::testing::Test {
 protected:
  static constexpr std::uint64_t kBytes = 4 << 20;

  void SetUp() override {
    auto written = TemporaryCheckpoint::Write("llm", kBytes);
    ASSERT_TRUE(written.ok()) << written.status().what();
    checkpoint_ = *std::move(written);
  }

  const std::string& prefix() const { return checkpoint_->prefix(); }

  std::optional<TemporaryCheckpoint> checkpoint_;
};

TEST_F(CheckpointBenchTest, ReportsRestoresBesideLimitsForEachNumberOfThreads) {
  BenchOptions options;
  options.threads = {1, 2};
  options.rounds = 1;

  const auto report = BenchCheckpoint(prefix(), options);

  ASSERT_TRUE(report.ok()) << report.status().what();
  EXPECT_EQ(report->tensors, 291u);
  EXPECT_NEAR(static_cast<double>(report->bytes), double{kBytes}, 0.25 * double{kBytes});
  EXPECT_GT(report->machine.cores, 0);
  ASSERT_EQ(report->runs.size(), 2u);
  EXPECT_EQ(report->runs[1].threads, 2);
  for (const BenchRun& run : report->runs) {
    EXPECT_GT(run.gbps.median, 0.0);
    EXPECT_GE(run.copy.gbps.median, run.memcpy.gbps.median);
    EXPECT_FALSE(run.copy.form.empty());
    EXPECT_GT(run.memory.gbps.min, 0.0);
    EXPECT_FALSE(run.disk.has_value());
    EXPECT_EQ(run.bound, "copy");
    EXPECT_NEAR(run.ratio, run.gbps.median / run.copy.gbps.median, 1e-9);
    EXPECT_GT(run.open_seconds, 0.0);
    EXPECT_EQ(run.io.mode(), "mmap");
    EXPECT_EQ(run.io.mapped_bytes, report->bytes);
  }
}

TEST_F(CheckpointBenchTest, ColdRestoresAreComparedWithTheDisk) {
  if (!checkpoint_->dropped().ok()) GTEST_SKIP() << checkpoint_->dropped().what();
  BenchOptions options;
  options.threads = {1};
  options.rounds = 1;
  options.state = CacheState::kCold;

  const auto report = BenchCheckpoint(prefix(), options);

  if (report.status().code() == StatusCode::kUnimplemented) GTEST_SKIP() << "no direct reads";
  ASSERT_TRUE(report.ok()) << report.status().what();
  const BenchRun& run = report->runs.front();
  ASSERT_TRUE(run.disk.has_value());
  EXPECT_EQ(run.bound, "disk");
  EXPECT_NEAR(run.ratio, run.gbps.median / run.disk->gbps.median, 1e-9);
  // The automatic choice is told as it was when the files were cold, not by the mode of their map.
  EXPECT_EQ(run.asked, IoMode::kAuto);
  EXPECT_EQ(run.io.mapped_bytes, 0u) << run.io.why;
}

TEST_F(CheckpointBenchTest, HalfResidentFilesAreReadAllWaysInTurns) {
  if (!checkpoint_->dropped().ok()) GTEST_SKIP() << checkpoint_->dropped().what();
  BenchOptions options;
  options.threads = {2};
  options.rounds = 1;
  options.state = CacheState::kMixed;

  const auto report = BenchCheckpoint(prefix(), options);

  if (report.status().code() == StatusCode::kUnimplemented) GTEST_SKIP() << "no direct reads";
  ASSERT_TRUE(report.ok()) << report.status().what();
  ASSERT_EQ(report->runs.size(), 3u);
  const BenchRun &automatic = report->runs[0], &map = report->runs[1], &direct = report->runs[2];
  EXPECT_EQ(automatic.io.mode(), "mixed") << automatic.io.why;
  EXPECT_EQ(map.io.mode(), "mmap");
  EXPECT_EQ(direct.io.mode(), "direct");
  // Two of the four files, which are of about one size, were cached.
  EXPECT_NEAR(static_cast<double>(automatic.io.mapped_bytes), 0.5 * double{kBytes},
              0.25 * double{kBytes});
  ASSERT_TRUE(automatic.over_better && automatic.mixed_gbps);
  EXPECT_NEAR(*automatic.over_better,
              automatic.gbps.median / std::max(map.gbps.median, direct.gbps.median), 1e-9);
  EXPECT_FALSE(map.over_better || direct.over_better);
  EXPECT_EQ(automatic.bound, "mixed");
  EXPECT_NEAR(automatic.ratio, automatic.gbps.median / *automatic.mixed_gbps, 1e-9);
  const auto [slow, fast] = std::minmax(automatic.copy.gbps.median, automatic.disk->gbps.median);
  EXPECT_GT(*automatic.mixed_gbps, slow);
  EXPECT_LT(*automatic.mixed_gbps, fast);
}

TEST_F(CheckpointBenchTest, EverySecondBlockStaysInThePageCache) {
  if (!checkpoint_->dropped().ok()) GTEST_SKIP() << checkpoint_->dropped().what();
  const std::string one_file = prefix() + ".big";
  {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(one_file.c_str(), "wb"),
                                                               std::fclose);
    ASSERT_NE(file, nullptr);
    const std::vector<char> megabyte(1 << 20, 'x');
    for (int i = 0; i < 7; ++i) std::fwrite(megabyte.data(), 1, megabyte.size(), file.get());
  }
  constexpr std::uint64_t kBlock = 2 << 20;

  const auto kept = KeepEverySecondBlock(std::vector<std::string>{one_file}, kBlock);

  ASSERT_TRUE(kept.ok()) << kept.status().what();
  EXPECT_EQ(*kept, std::uint64_t{4 << 20});  // [0, 2) and [4, 6) of 7 MiB
  EXPECT_EQ(CachedBytes(one_file).value(), *kept);
  EXPECT_EQ(KeepEverySecondBlock(std::vector<std::string>{one_file}, 8 << 20).status().code(),
            StatusCode::kFailedPrecondition);
}

TEST_F(CheckpointBenchTest, ConvertsWhileRestoring) {
  BenchOptions options;
  options.threads = {1};
  options.rounds = 1;
  options.conversion = DTypePair{DType::kBFloat16, DType::kFloat32};

  EXPECT_TRUE(BenchCheckpoint(prefix(), options).ok());
}

TEST_F(CheckpointBenchTest, DamageIsAnErrorNotAFigure) {
  const std::string data_file = prefix() + ".data-00002-of-00004";
  std::FILE* const file = std::fopen(data_file.c_str(), "r+b");
  ASSERT_NE(file, nullptr);
  std::fseek(file, 1000, SEEK_SET);
  std::fputs("damage", file);
  std::fclose(file);
  BenchOptions options;
  options.rounds = 1;

  EXPECT_EQ(BenchCheckpoint(prefix(), options).status().code(), StatusCode::kDataLoss);
}

TEST_F(CheckpointBenchTest, FilesAreDroppedFromThePageCacheAndReadIn) {
  if (!checkpoint_->dropped().ok()) GTEST_SKIP() << checkpoint_->dropped().what();
  const std::string data_file = prefix() + ".data-00000-of-00004";
  EXPECT_EQ(CachedBytes(data_file).value(), 0u);

  ASSERT_TRUE(ReadIntoPageCache(data_file).ok());
  EXPECT_GT(CachedBytes(data_file).value(), kBytes / 8);

  ASSERT_TRUE(DropFromPageCache(data_file).ok());
  EXPECT_EQ(CachedBytes(data_file).value(), 0u);
}

TEST(CrewTest, EveryMemberDoesEveryJob) {
  Crew crew(3);
  for (int job = 0; job < 50; ++job) {
    std::mutex mutex;
    std::set<int> seen;
    crew.Run([&](int index) {
      const std::lock_guard lock(mutex);
      seen.insert(index);
    });
    EXPECT_EQ(seen, (std::set<int>{0, 1, 2}));
  }
}

TEST(PeakMemoryTest, SeesWhatWasTakenAndGivenBack) {
  constexpr std::size_t kTaken = 64 << 20;
  PeakMemory peak(true);
  { const HugeBuffer buffer = HugeBuffer::Allocate(kTaken).value(); }

  // The kernel counts in batches of each core: a few huge pages may be missing.
  EXPECT_GE(peak.Stop() + (8 << 20), kTaken);
}

}  // namespace
}  // namespace thaw
