#include "engine/exec/chunk_fetcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <numeric>
#include <set>
#include <string>

namespace thaw {
namespace {

// A queue over a file that is a string: the last read begun is the first to come back.
class ScriptedQueue final : public ReadQueue {
 public:
  explicit ScriptedQueue(std::string bytes) : bytes_(std::move(bytes)) {}

  ReadMechanism mechanism() const override { return ReadMechanism::kThreads; }
  std::size_t depth() const override { return 4; }
  void Push(const QueuedRead& read) override {
    EXPECT_EQ(read.offset % kStagingAlignment, 0u);
    EXPECT_EQ(read.length % kStagingAlignment, 0u);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(read.into) % kStagingAlignment, 0u);
    EXPECT_LT(under_way_.size(), depth());
    under_way_.push_back(read);
  }
  FinishedRead Wait() override {
    const QueuedRead read = under_way_.back();
    under_way_.pop_back();
    ++num_reads;
    if (read.offset == failing_offset) return {.tag = read.tag, .error = EIO};
    const std::uint64_t end = std::min<std::uint64_t>(bytes_.size(), read.offset + most_each);
    const std::uint64_t length =
        read.offset >= end ? 0 : std::min<std::uint64_t>(read.length, end - read.offset);
    std::memcpy(read.into, bytes_.data() + read.offset, length);
    bytes_read += read.length;
    return {.tag = read.tag, .length = static_cast<std::uint32_t>(length)};
  }

  std::uint64_t most_each = std::uint64_t{1} << 40;
  std::uint64_t failing_offset = UINT64_MAX;
  std::uint64_t num_reads = 0;
  std::uint64_t bytes_read = 0;

 private:
  const std::string bytes_;
  std::vector<QueuedRead> under_way_;
};

std::string PatternOf(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 251);
  return bytes;
}

struct Span {
  std::uint64_t offset;
  std::uint64_t length;
};

// A chunk of pieces at those places.
void AddChunk(std::initializer_list<Span> spans, Plan* plan) {
  const auto first = static_cast<std::uint32_t>(plan->pieces.size());
  for (const Span& span : spans) plan->pieces.push_back({span.offset, span.length, 0, 0});
  plan->chunks.push_back({.offset = plan->pieces[first].offset,
                          .end = plan->pieces.back().end(),
                          .first_piece = first,
                          .num_pieces = static_cast<std::uint32_t>(spans.size())});
}

// What a run handed out, by chunk.
struct Fetched {
  std::set<std::uint32_t> read, failed, left;
  bool all_right = true;
};

Fetched Fetch(const Plan& plan, const std::string& bytes, ScriptedQueue* queue,
              std::uint64_t buffer_bytes = 1 << 20, std::uint32_t stop_after = UINT32_MAX) {
  std::vector<std::uint32_t> chunks(plan.chunks.size());
  std::iota(chunks.begin(), chunks.end(), 0u);
  const std::vector<ReadSource> sources = {{3, true}};
  ChunkFetcher fetcher(plan, chunks, sources, buffer_bytes, 0, queue);
  Fetched fetched;
  fetcher.Run([&] { return fetched.read.size() >= stop_after; },
              [&](const FetchedChunk& chunk) {
                using State = FetchedChunk::State;
                (chunk.state == State::kRead     ? fetched.read
                 : chunk.state == State::kFailed ? fetched.failed
                                                 : fetched.left)
                    .insert(chunk.chunk);
                if (chunk.state == State::kRead) {
                  const Chunk& planned = plan.chunks[chunk.chunk];
                  for (std::uint32_t p = 0; p < planned.num_pieces; ++p) {
                    const Piece& piece = plan.pieces[planned.first_piece + p];
                    fetched.all_right &=
                        std::memcmp(chunk.bytes.data() + (piece.offset - chunk.offset),
                                    bytes.data() + piece.offset, piece.length) == 0;
                  }
                }
                fetcher.Release(chunk);
              });
  return fetched;
}

TEST(ChunkFetcherTest, EveryChunkComesWithItsBytesWhateverTheBudget) {
  const std::string bytes = PatternOf(1'000'001);
  Plan plan;
  for (std::uint64_t at = 0; at + 40'000 < bytes.size(); at += 40'000) {
    AddChunk({{at + 13, 20'000}, {at + 20'100, 19'000}}, &plan);
  }
  AddChunk({{bytes.size() - 5, 5}}, &plan);
  for (const std::uint64_t budget :
       {std::uint64_t{1}, std::uint64_t{100'000}, std::uint64_t{1} << 24}) {
    ScriptedQueue queue(bytes);

    const Fetched fetched = Fetch(plan, bytes, &queue, budget);

    EXPECT_EQ(fetched.read.size(), plan.chunks.size());
    EXPECT_TRUE(fetched.all_right);
  }
}

TEST(ChunkFetcherTest, ShortReadsAreContinued) {
  const std::string bytes = PatternOf(300'000);
  Plan plan;
  AddChunk({{5, 250'000}}, &plan);
  ScriptedQueue queue(bytes);
  queue.most_each = 8192;

  const Fetched fetched = Fetch(plan, bytes, &queue);

  EXPECT_EQ(fetched.read.size(), 1u);
  EXPECT_TRUE(fetched.all_right);
  EXPECT_GT(queue.num_reads, 30u);
}

TEST(ChunkFetcherTest, AChunkWhoseReadFailsOrEndsEarlyIsToldApart) {
  const std::string bytes = PatternOf(100'000);
  Plan plan;
  AddChunk({{0, 10'000}}, &plan);
  AddChunk({{20'480, 10'000}}, &plan);
  AddChunk({{90'000, 10'001}}, &plan);
  ScriptedQueue queue(bytes);
  queue.failing_offset = 20'480;

  const Fetched fetched = Fetch(plan, bytes, &queue);

  EXPECT_EQ(fetched.read, std::set<std::uint32_t>{0});
  EXPECT_EQ(fetched.failed, (std::set<std::uint32_t>{1, 2}));
  EXPECT_TRUE(fetched.all_right);
}

TEST(ChunkFetcherTest, AStopBeginsNoReadAndLeavesNone) {
  const std::string bytes = PatternOf(1'000'000);
  Plan plan;
  for (std::uint64_t at = 0; at < 900'000; at += 10'000) AddChunk({{at, 10'000}}, &plan);
  ScriptedQueue queue(bytes);

  const Fetched fetched = Fetch(plan, bytes, &queue, 60'000, 3);

  EXPECT_EQ(fetched.read.size() + fetched.failed.size() + fetched.left.size(), 90u);
  EXPECT_LE(queue.num_reads, 3 + queue.depth());
}

TEST(ChunkFetcherTest, HolesAreNotRead) {
  Plan plan;
  AddChunk({{100, 200'000}, {204'800, 4096}, {262'144, 50'000}, {319'488, 10}}, &plan);

  // The first hole is small against what came before it; the others are not.
  EXPECT_EQ(BlocksOf(plan, plan.chunks[0]),
            (std::vector<BlockRange>{
                {0, 208'896, 208'896}, {262'144, 315'392, 312'144}, {319'488, 323'584, 319'498}}));
}

TEST(ChunkFetcherTest, ASubsetReadsHardlyMoreThanItWants) {
  const std::string bytes = PatternOf(20'000'000);
  Plan plan;
  std::uint64_t wanted = 0;
  for (std::uint64_t at = 777; at + 400'000 < bytes.size(); at += 400'000) {
    AddChunk({{at, 60'000}, {at + 100'000, 50'000}, {at + 200'000, 90'000}}, &plan);
    wanted += 200'000;
  }
  ScriptedQueue queue(bytes);

  const Fetched fetched = Fetch(plan, bytes, &queue);

  EXPECT_TRUE(fetched.all_right);
  EXPECT_LE(static_cast<double>(queue.bytes_read), 1.1 * static_cast<double>(wanted));
}

}  // namespace
}  // namespace thaw
