#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <iterator>
#include <set>
#include <thread>

#include "engine/exec/destination_pages.h"
#include "io/storage/memory_storage.h"
#include "tests/conformance/executor_suite.h"
#include "tests/support/in_memory_checkpoint.h"

namespace thaw {
namespace {

INSTANTIATE_TEST_SUITE_P(Graph, ExecutorSuite,
                         testing::ValuesIn(ExecutorCases(GraphExecutor(), {1, 2, 8})),
                         ExecutorSuite::Name);
INSTANTIATE_TEST_SUITE_P(Graph, LocalFileExecutorSuite,
                         testing::ValuesIn(LocalExecutorCases(GraphExecutor(), {1, 2, 8})),
                         ExecutorSuite::Name);

std::ptrdiff_t NumThreads() {
  using Tasks = std::filesystem::directory_iterator;
  return std::distance(Tasks("/proc/self/task"), Tasks());
}

// One run's end: the states and statuses of all requests.
std::string Outcome(const Settlement& settlement) {
  std::string text = settlement.status.ToString();
  for (const RequestOutcome& outcome : settlement.requests) {
    text += "\n" + std::to_string(static_cast<int>(outcome.state)) + outcome.status.ToString();
  }
  return text;
}

TEST(GraphExecutorTest, EveryPlanEndsAsTheInlineExecutorEndsIt) {
  for (unsigned seed = 0; seed < 40; ++seed) {
    RandomRestore by_inline(seed);
    RandomRestore by_graph(seed);
    if (seed % 2 == 0) {
      by_inline.DamageOneByte(seed);
      by_graph.DamageOneByte(seed);
    }
    BackedCheckpoint inline_backed(&by_inline.checkpoint(), Backing::kMemory);
    BackedCheckpoint graph_backed(&by_graph.checkpoint(), Backing::kMemory);
    const int threads = 1 + static_cast<int>(seed % 8);
    const PlanOptions planning = {.threads = threads, .chunk_bytes = 4096};
    const Plan inline_plan = *BuildPlan(by_inline.checkpoint(), by_inline.requests(), planning);
    const Plan graph_plan = *BuildPlan(by_graph.checkpoint(), by_graph.requests(), planning);
    ASSERT_EQ(inline_plan, graph_plan);

    const Settlement expected =
        InlineExecutor().Run(inline_plan, by_inline.checkpoint(), by_inline.requests(), {});
    const Settlement actual = GraphExecutor().Run(graph_plan, by_graph.checkpoint(),
                                                  by_graph.requests(), {.threads = threads});

    EXPECT_EQ(actual.status.ToString(), expected.status.ToString()) << seed;
    EXPECT_EQ(actual.restored_bytes, expected.restored_bytes) << seed;
    for (std::size_t r = 0; r < expected.requests.size(); ++r) {
      EXPECT_EQ(actual.requests[r].status.ToString(), expected.requests[r].status.ToString());
      EXPECT_EQ(actual.requests[r].state == BufferState::kDone,
                expected.requests[r].state == BufferState::kDone);
    }
  }
}

TEST(GraphExecutorTest, FailuresAreTheSameInEveryRun) {
  std::set<std::string> outcomes;
  for (int run = 0; run < 100; ++run) {
    RandomRestore restore(12);
    restore.DamageOneByte(1);
    restore.DamageOneByte(2);
    restore.DamageOneByte(3);
    BackedCheckpoint backed(&restore.checkpoint(), Backing::kMemory);
    const Plan plan = *BuildPlan(restore.checkpoint(), restore.requests(), {.chunk_bytes = 4096});

    const Settlement settlement = GraphExecutor().Run(plan, restore.checkpoint(),
                                                      restore.requests(), {.threads = 1 + run % 6});

    EXPECT_EQ(settlement.status.code(), StatusCode::kDataLoss);
    outcomes.insert(Outcome(settlement));
  }
  EXPECT_EQ(outcomes.size(), 1u);
}

TEST(GraphExecutorTest, OneThreadStartsNoOther) {
  const std::ptrdiff_t before = NumThreads();
  for (const Backing backing : {Backing::kMemory, Backing::kStaged, Backing::kPread}) {
    RandomRestore restore(9);
    BackedCheckpoint backed(&restore.checkpoint(), backing);
    const Plan plan = *BuildPlan(restore.checkpoint(), restore.requests());
    std::ptrdiff_t most = 0;

    const Settlement settlement = GraphExecutor().Run(
        plan, restore.checkpoint(), restore.requests(),
        {.threads = 1,
         .progress = [&](const RestoreProgress&) { most = std::max(most, NumThreads()); }});

    EXPECT_TRUE(settlement.status.ok());
    EXPECT_EQ(most, before);
  }
}

TEST(GraphExecutorTest, RunsOfSeveralThreadsShareOneCheckpoint) {
  RandomRestore first(20);
  BackedCheckpoint backed(&first.checkpoint(), Backing::kPread);
  const Plan plan = *BuildPlan(first.checkpoint(), first.requests(), {.chunk_bytes = 4096});
  std::vector<std::thread> callers;
  std::vector<Status> statuses(4);
  std::deque<RandomRestore> others;
  for (int i = 0; i < 4; ++i) others.emplace_back(20u);

  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([&, i] {
      // The checkpoint of the first, the buffers of its own.
      const std::span<const Request> requests = others[static_cast<std::size_t>(i)].requests();
      const Plan own = *BuildPlan(first.checkpoint(), requests, {.chunk_bytes = 4096});
      statuses[static_cast<std::size_t>(i)] =
          GraphExecutor().Run(own, first.checkpoint(), requests, {.threads = 3}).status;
    });
  }
  for (std::thread& caller : callers) caller.join();

  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_TRUE(statuses[i].ok()) << statuses[i].ToString();
    for (std::size_t r = 0; r < others[i].requests().size(); ++r) {
      EXPECT_TRUE(others[i].IsExpected(r));
    }
  }
}

TEST(GraphExecutorTest, ACancellationIsSeenWithinAChunk) {
  InMemoryCheckpoint checkpoint;
  const std::int64_t size = std::int64_t{64} << 20;
  checkpoint.Add("w", DType::kUInt8, {size}, std::string(static_cast<std::size_t>(size), 'w'));
  BackedCheckpoint backed(&checkpoint, Backing::kMemory);
  FaultPlan faults;
  faults.delay = std::chrono::milliseconds(20);
  backed.faults().SetPlan(faults);
  std::vector<std::byte> buffer(static_cast<std::size_t>(size));
  const std::vector<Request> requests = {{.tensor = "w",
                                          .slice_spec = "",
                                          .dtype = DType::kUInt8,
                                          .shape = {size},
                                          .buffer = buffer,
                                          .requester = ""}};
  const Plan plan = *BuildPlan(checkpoint, requests, {.chunk_bytes = std::uint64_t{1} << 20});
  CancellationToken cancel;

  const Settlement settlement = GraphExecutor().Run(
      plan, checkpoint, requests,
      {.threads = 2, .cancel = &cancel, .progress = [&](const RestoreProgress&) {
         cancel.Cancel();
       }});

  EXPECT_EQ(settlement.status.code(), StatusCode::kCancelled);
  EXPECT_EQ(settlement.requests[0].state, BufferState::kPoisoned);
  // The chunks in work when the first ended, and no more.
  EXPECT_LE(backed.faults().visits().size(), 4u);
}

// One tensor of `size` bytes and a request for it.
struct ColdTensor {
  explicit ColdTensor(std::size_t size) : bytes(size, '\0'), buffer(size) {
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 4093);
    checkpoint.Add("w", DType::kUInt8, {static_cast<std::int64_t>(size)}, bytes);
    requests = {{.tensor = "w",
                 .slice_spec = "",
                 .dtype = DType::kUInt8,
                 .shape = {static_cast<std::int64_t>(size)},
                 .buffer = buffer,
                 .requester = ""}};
  }
  bool IsRestored() const { return std::memcmp(bytes.data(), buffer.data(), bytes.size()) == 0; }

  InMemoryCheckpoint checkpoint;
  std::string bytes;
  std::vector<std::byte> buffer;
  std::vector<Request> requests;
};

TEST(GraphExecutorTest, AFileThatIsNotInThePageCacheIsReadPastIt) {
  for (const int threads : {1, 3}) {
    ColdTensor cold(3'000'001);
    BackedCheckpoint backed(&cold.checkpoint, Backing::kCold);
    const Plan plan =
        *BuildPlan(cold.checkpoint, cold.requests, {.chunk_bytes = std::uint64_t{1} << 19});

    const Settlement settlement =
        GraphExecutor().Run(plan, cold.checkpoint, cold.requests, {.threads = threads});

    EXPECT_TRUE(settlement.status.ok()) << settlement.status.ToString();
    EXPECT_TRUE(cold.IsRestored());
    if (settlement.io.queue.empty())
      GTEST_SKIP() << "files stay in memory here: " << settlement.io.why;
    EXPECT_NE(settlement.io.mode(), "mmap");
    const File& file = **cold.checkpoint.OpenShard(0);
    EXPECT_LT(file.CachedBytes(0, file.size()).value_or(0), file.size());
  }
}

TEST(GraphExecutorTest, OneReadFetchesAllTinyTensorsOfAChunk) {
  InMemoryCheckpoint checkpoint;
  std::deque<std::vector<std::byte>> buffers;
  std::vector<Request> requests;
  for (int i = 0; i < 1000; ++i) {
    const std::string name = "t" + std::to_string(i);
    checkpoint.Add(name, DType::kUInt8, {64}, std::string(64, static_cast<char>(i)));
    requests.push_back({.tensor = name,
                        .slice_spec = "",
                        .dtype = DType::kUInt8,
                        .shape = {64},
                        .buffer = buffers.emplace_back(64),
                        .requester = ""});
  }
  BackedCheckpoint backed(&checkpoint, Backing::kMemory);
  const Plan plan = *BuildPlan(checkpoint, requests, {.threads = 2});

  const Settlement settlement = GraphExecutor().Run(plan, checkpoint, requests, {.threads = 2});

  EXPECT_TRUE(settlement.status.ok());
  EXPECT_LE(backed.faults().visits().size(), 4u);
  EXPECT_EQ(buffers[999], std::vector<std::byte>(64, static_cast<std::byte>(999 % 256)));
}

// Memory whose pages come one by one.
class SmallPages {
 public:
  explicit SmallPages(std::size_t size)
      : bytes_(static_cast<std::byte*>(
                   mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)),
               size) {
    madvise(bytes_.data(), size, MADV_NOHUGEPAGE);
  }
  ~SmallPages() { munmap(bytes_.data(), bytes_.size()); }
  SmallPages(const SmallPages&) = delete;
  SmallPages& operator=(const SmallPages&) = delete;

  MutableByteView bytes() const { return bytes_; }
  // Pages of anonymous memory that are there.
  std::ptrdiff_t NumPresent() const {
    std::vector<unsigned char> pages((bytes_.size() + 4095) / 4096);
    EXPECT_EQ(mincore(bytes_.data(), bytes_.size(), pages.data()), 0);
    return std::count_if(pages.begin(), pages.end(), [](unsigned char page) { return page & 1; });
  }

 private:
  MutableByteView bytes_;
};

// A tensor of 1 MiB, converted on the way, and the request for it.
struct LargeTensor {
  explicit LargeTensor(MutableByteView buffer) {
    checkpoint.Add("w", DType::kFloat32, {1 << 18}, std::string(1 << 20, 'x'));
    checkpoint.Open(std::make_shared<MemoryStorage>(), IoMode::kAuto);
    Request& request = requests.emplace_back();
    request.tensor = "w";
    request.dtype = DType::kFloat64;
    request.allow_conversion = true;
    request.shape = {1 << 18};
    request.buffer = buffer;
    plan = *BuildPlan(checkpoint, requests, {.chunk_bytes = 256 << 10});
  }

  InMemoryCheckpoint checkpoint;
  std::vector<Request> requests;
  Plan plan;
};

TEST(DestinationPagesTest, AChunksPagesAreThereBeforeItIsMoved) {
  const SmallPages memory(2 << 20);
  const LargeTensor large(memory.bytes());
  const DestinationPages pages(large.plan);

  pages.Prepare(large.plan.chunks.front());
  const std::ptrdiff_t after_first = memory.NumPresent();
  for (const Chunk& chunk : large.plan.chunks) pages.Prepare(chunk);

  ASSERT_GT(large.plan.chunks.size(), 2u);
  const Chunk& first = large.plan.chunks.front();
  EXPECT_EQ(after_first, static_cast<std::ptrdiff_t>((first.end - first.offset) * 2 / 4096));
  EXPECT_EQ(memory.NumPresent(), (2 << 20) / 4096);
}

TEST(DestinationPagesTest, BuffersThatWereUsedBeforeAreLeftAlone) {
  const SmallPages memory(2 << 20);
  const LargeTensor large(memory.bytes());
  // Where it looks: in the middle and at the end of every piece's destination.
  for (const Piece& piece : large.plan.pieces) {
    memory.bytes()[(piece.offset + piece.length / 2) * 2] = std::byte{1};
    memory.bytes()[piece.end() * 2 - 1] = std::byte{1};
  }
  const std::ptrdiff_t touched = memory.NumPresent();

  const DestinationPages pages(large.plan);
  for (const Chunk& chunk : large.plan.chunks) pages.Prepare(chunk);

  EXPECT_EQ(memory.NumPresent(), touched);
}

}  // namespace
}  // namespace thaw
