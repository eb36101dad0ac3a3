#include "engine/exec/chunk_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>

#include "engine/plan/chunking.h"
#include "tests/support/in_memory_checkpoint.h"

namespace thaw {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

// What a file claims to be; nothing of it can be read.
struct Claim {
  std::uint64_t size = 64 * kMiB;
  FileSystemKind file_system = FileSystemKind::kDisk;
  bool is_automatic = true;
  int direct_descriptor = 5;
  // Whether the byte at an offset is cached; empty: cannot be told.
  std::function<bool(std::uint64_t)> is_cached = nullptr;
};

class ClaimedFile final : public File {
 public:
  ClaimedFile(std::string path, Claim claim) : path_(std::move(path)), claim_(std::move(claim)) {}

  const std::string& path() const override { return path_; }
  std::uint64_t size() const override { return claim_.size; }
  IoMode mode() const override { return IoMode::kMmap; }
  std::size_t staging_size() const override { return 0; }
  Status Visit(std::uint64_t, std::uint64_t, MutableByteView, PieceSink) const override {
    return InternalError("nothing is to be read");
  }
  FileSystemKind file_system() const override { return claim_.file_system; }
  bool is_automatic() const override { return claim_.is_automatic; }
  int direct_descriptor() const override { return claim_.direct_descriptor; }
  int buffered_descriptor() const override { return 6; }
  std::optional<std::uint64_t> CachedBytes(std::uint64_t offset,
                                           std::uint64_t length) const override {
    if (!claim_.is_cached) return std::nullopt;
    std::uint64_t cached = 0;
    for (std::uint64_t at = offset; at < offset + length; at += 4096) {
      if (claim_.is_cached(at)) cached += std::min<std::uint64_t>(4096, offset + length - at);
    }
    return cached;
  }

 private:
  const std::string path_;
  const Claim claim_;
};

class ClaimingStorage final : public Storage {
 public:
  explicit ClaimingStorage(Claim claim) : claim_(std::move(claim)) {}
  Result<std::unique_ptr<File>> Open(const std::string& path, IoMode) const override {
    return std::unique_ptr<File>(std::make_unique<ClaimedFile>(path, claim_));
  }
  Result<PathKind> Kind(const std::string&) const override { return PathKind::kFile; }
  Result<std::vector<std::string>> List(const std::string&) const override {
    return std::vector<std::string>();
  }

 private:
  const Claim claim_;
};

// One unit that is as long as the file, cut into chunks.
struct Routed {
  explicit Routed(const Claim& claim, std::uint64_t chunk_bytes = kMiB) {
    plan.buffers.resize(1);
    plan.units.push_back({.length = claim.size, .num_targets = 1, .is_read_whole = true});
    plan.targets.push_back({});
    CutIntoChunks(chunk_bytes, &plan);
    InMemoryCheckpoint checkpoint;
    checkpoint.Open(std::make_shared<ClaimingStorage>(claim), IoMode::kAuto);
    UnitLog log(plan);
    const DataFiles files(plan, checkpoint, &log);
    routes = RouteChunks(files, &plan);
    summary = routes.Summarize(plan, files);
  }

  Plan plan;
  ChunkRoutes routes;
  IoSummary summary;
};

TEST(ChunkRoutesTest, WhatIsCachedIsMapped) {
  const Routed routed({.is_cached = [](std::uint64_t) { return true; }});

  EXPECT_EQ(routed.summary.mode(), "mmap");
  EXPECT_EQ(routed.summary.mapped_bytes, 64 * kMiB);
  EXPECT_EQ(routed.summary.why, "100 % of the bytes were in the page cache");
}

TEST(ChunkRoutesTest, WhatIsNotCachedIsReadPastTheCache) {
  const Routed routed({.is_cached = [](std::uint64_t) { return false; }});

  EXPECT_EQ(routed.summary.mode(), "direct");
  EXPECT_EQ(routed.routes.sources[0].descriptor, 5);
  EXPECT_EQ(routed.summary.why, "0 % of the bytes were in the page cache");
}

TEST(ChunkRoutesTest, EachHalfOfAFileGoesItsWay) {
  const Routed routed({.is_cached = [](std::uint64_t at) { return at / (4 * kMiB) % 2 == 0; }});

  EXPECT_EQ(routed.summary.mode(), "mixed");
  EXPECT_EQ(routed.summary.mapped_bytes, 32 * kMiB);
  EXPECT_EQ(routed.summary.direct_bytes, 32 * kMiB);
  for (const std::uint32_t c : routed.routes.mapped) {
    EXPECT_EQ(routed.plan.chunks[c].offset / (4 * kMiB) % 2, 0u);
  }
}

TEST(ChunkRoutesTest, ChunksThatAreHalfCachedGoWhereMostOfThemIs) {
  const Routed mostly({.is_cached = [](std::uint64_t at) { return at / 4096 % 3 != 0; }});
  const Routed hardly({.is_cached = [](std::uint64_t at) { return at / 4096 % 3 == 0; }});

  EXPECT_EQ(mostly.summary.mode(), "mmap");
  EXPECT_EQ(hardly.summary.mode(), "direct");
}

TEST(ChunkRoutesTest, FilesInMemoryAreAlwaysMapped) {
  const Routed routed(
      {.file_system = FileSystemKind::kMemory, .is_cached = [](std::uint64_t) { return false; }});

  EXPECT_EQ(routed.summary.mode(), "mmap");
  EXPECT_EQ(routed.summary.why, "the files live in memory");
}

TEST(ChunkRoutesTest, WhereNothingIsToldADiskIsMappedAndANetworkIsReadThroughTheCache) {
  const Routed disk(Claim{});
  const Routed network({.file_system = FileSystemKind::kNetwork});
  const Routed user({.file_system = FileSystemKind::kUser});

  EXPECT_EQ(disk.summary.mode(), "mmap");
  EXPECT_FALSE(disk.routes.is_remote);
  for (const Routed* remote : {&network, &user}) {
    EXPECT_EQ(remote->summary.mode(), "pread");
    EXPECT_EQ(remote->routes.sources[0].descriptor, 6);
    EXPECT_TRUE(remote->routes.is_remote);
    EXPECT_THAT(remote->summary.why, HasSubstr("cannot be told"));
  }
}

TEST(ChunkRoutesTest, WithoutDirectReadsTheQueueReadsThroughTheCache) {
  const Routed routed({.direct_descriptor = -1, .is_cached = [](std::uint64_t) { return false; }});

  EXPECT_EQ(routed.summary.mode(), "pread");
  EXPECT_EQ(routed.routes.sources[0].descriptor, 6);
  EXPECT_THAT(routed.summary.why, HasSubstr("no direct reads"));
}

TEST(ChunkRoutesTest, AFileOpenedForTheMapIsNotAskedAbout) {
  const Routed routed({.is_automatic = false,
                       .direct_descriptor = -1,
                       .is_cached = [](std::uint64_t) { return false; }});

  EXPECT_EQ(routed.summary.mode(), "mmap");
  EXPECT_EQ(routed.summary.why, "");
}

TEST(ChunkRoutesTest, LargeChunksAreCutSmallerForTheQueueOnly) {
  const Routed cold({.is_cached = [](std::uint64_t) { return false; }}, 16 * kMiB);
  const Routed warm({.is_cached = [](std::uint64_t) { return true; }}, 16 * kMiB);

  EXPECT_EQ(warm.plan.chunks.size(), 4u);
  EXPECT_EQ(cold.plan.chunks.size(), 32u);
  EXPECT_EQ(cold.plan.num_bytes, 64 * kMiB);
  EXPECT_EQ(cold.plan.units[0].last_chunk, 31u);
}

}  // namespace
}  // namespace thaw
