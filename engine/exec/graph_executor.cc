// The graph: every chunk flows from the files through the kernels to the log of the run.
//
//   chunks (mapped) ───────────► transfer ───┐
//   chunks (queued) ──► read ──► move ───────┼──► complete
//   chunks (others) ──► visit ───────────────┘
//
// transfer: oneTBB tasks, one a chunk; the map needs no buffer, so nothing is waited for but pages.
// read:     an async_node; one thread of ours keeps many reads under way (ChunkFetcher). What came
//           in is moved by oneTBB's tasks, before anything else, as its buffer is wanted again.
// visit:    an async_node; the blocking reads, and the moves out of their buffers while these are
//           in the cache, are done by IoThreads. Strings go this way, too, one at a time.
// complete: serial; joins the sums of units that several chunks hold, and tells the progress.
//
// Chunks are messages of their own. Against one node with a parallel_for inside, the CPU time of a
// restore of 200 MB on two threads is within 2 % for chunks of 64 KiB to 4 MiB (medians of 40), so
// nothing is gained by the coarser graph.
//
// This is the only file that includes oneTBB.

#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <exception>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "engine/exec/chunk_fetcher.h"
#include "engine/exec/chunk_routes.h"
#include "engine/exec/chunk_worker.h"
#include "engine/exec/data_files.h"
#include "engine/exec/executor.h"
#include "engine/exec/io_threads.h"
#include "engine/exec/read_mechanism.h"

namespace thaw {
namespace {

namespace flow = oneapi::tbb::flow;

class GraphRun {
 public:
  // Cuts the plan anew where that helps the reads.
  GraphRun(Plan* plan, const CheckpointReader& reader, std::span<const Request> requests,
           const ExecutorOptions& options)
      : plan_(*plan),
        options_(options),
        log_(*plan),
        files_(*plan, reader, &log_),
        routes_(RouteChunks(files_, plan)),
        worker_(*plan, files_, reader, requests, options, &log_) {
    if (!routes_.queued.empty()) OpenQueue();
    log_.io = routes_.Summarize(plan_, files_);
    if (queue_ != nullptr) log_.io.queue = NameOf(queue_->mechanism());
  }

  UnitLog Run() && {
    try {
      if (queue_ != nullptr) {
        fetcher_.emplace(plan_, routes_.queued, routes_.sources, QueueBudget(),
                         routes_.staging_size, queue_.get());
      }
      if (options_.threads > 1) {
        RunGraph();
      } else {
        RunSerially();
      }
    } catch (const std::exception&) {
      worker_.Abandon();  // a graph that could not be built or fed
    }
    files_.CheckUnchanged(&log_);
    return std::move(log_);
  }

 private:
  // One thread alone starts no others: without io_uring it visits the files.
  void OpenQueue() {
    queue_ = MakeReadQueue(routes_.is_remote, /*may_start_threads=*/options_.threads > 1);
    if (queue_ == nullptr) routes_.DoWithoutQueue(plan_, files_);
  }

  std::uint64_t QueueBudget() const {
    return std::min(BufferBytes(routes_.is_remote, options_.threads), options_.memory_budget);
  }

  void RunSerially() {
    const ChunkSource in_place{MutableByteView()};
    for (const std::uint32_t c : routes_.mapped) worker_.Complete(worker_.Transfer(c, in_place));
    if (fetcher_) {
      fetcher_->Run([this] { return worker_.IsStopped(); },
                    [this](const FetchedChunk& fetched) {
                      worker_.Complete(worker_.Transfer(fetched));
                      fetcher_->Release(fetched);
                    });
    }
    const Staging staging(routes_.staged.empty() ? 0 : routes_.staging_size);
    if (!staging.ok()) throw std::bad_alloc();
    const ChunkSource staged{staging.view()};
    for (const std::uint32_t c : routes_.staged) worker_.Complete(worker_.Transfer(c, staged));
    for (const std::uint32_t c : routes_.strings) worker_.Complete(worker_.Transfer(c, in_place));
  }

  void RunGraph() {
    using oneapi::tbb::global_control;
    // More threads than cores, or than the process allowed itself, when that is what was asked for.
    const auto threads = static_cast<std::size_t>(options_.threads);
    std::optional<global_control> raised;
    if (threads > global_control::active_value(global_control::max_allowed_parallelism)) {
      raised.emplace(global_control::max_allowed_parallelism, threads);
    }
    oneapi::tbb::task_arena arena(options_.threads);
    arena.execute([this] { FlowThroughGraph(); });
  }

  using VisitNode = flow::async_node<flow::continue_msg, ChunkResult>;
  using ReadNode = flow::async_node<flow::continue_msg, FetchedChunk>;
  using CompleteNode = flow::function_node<ChunkResult>;

  void FlowThroughGraph() {
    const auto threads = static_cast<std::size_t>(options_.threads);
    flow::graph graph;
    CompleteNode complete(graph, flow::serial,
                          [this](const ChunkResult& result) { worker_.Complete(result); });
    flow::function_node<std::uint32_t, ChunkResult, flow::rejecting> transfer(
        graph, threads, [this](std::uint32_t chunk) {
          return worker_.Transfer(chunk, ChunkSource(MutableByteView()));
        });
    std::size_t next = 0;
    flow::input_node<std::uint32_t> chunks(graph,
                                           [this, &next](oneapi::tbb::flow_control& control) {
                                             if (next < routes_.mapped.size())
                                               return routes_.mapped[next++];
                                             control.stop();
                                             return std::uint32_t{0};
                                           });
    flow::function_node<FetchedChunk, ChunkResult> move(
        graph, threads,
        [this](const FetchedChunk& fetched) {
          ChunkResult result = worker_.Transfer(fetched);
          fetcher_->Release(fetched);
          return result;
        },
        flow::node_priority_t(1));
    IoThreads reader;
    IoThreads visitors;
    IoThreads string_visitor;
    ReadNode read(graph, flow::serial, [&](flow::continue_msg, ReadNode::gateway_type& gateway) {
      if (fetcher_) StartReading(gateway, &complete, &reader);
    });
    VisitNode visit(graph, flow::serial, [&](flow::continue_msg, VisitNode::gateway_type& gateway) {
      Visit(routes_.staged, NumVisitors(), routes_.staging_size, gateway, &visitors);
      Visit(routes_.strings, 1, 0, gateway, &string_visitor);
    });
    flow::make_edge(chunks, transfer);
    flow::make_edge(transfer, complete);
    flow::make_edge(read, move);
    flow::make_edge(move, complete);
    flow::make_edge(visit, complete);

    read.try_put(flow::continue_msg());
    visit.try_put(flow::continue_msg());
    chunks.activate();
    graph.wait_for_all();
  }

  // Starts the thread that reads. A chunk whose read failed is tried again there, as that blocks.
  void StartReading(ReadNode::gateway_type& gateway, CompleteNode* complete, IoThreads* reader) {
    static constexpr std::array<std::uint32_t, 1> kOnce = {0};
    gateway.reserve_wait();
    const Status started = reader->Start(
        kOnce, 1, 0,
        [this, &gateway, complete](std::uint32_t, MutableByteView) { Read(gateway, complete); },
        [&gateway] { gateway.release_wait(); });
    if (started.ok()) return;
    complete->try_put(ChunkResult(routes_.queued.front(), ChunkResult::Kind::kSkipped, started));
    gateway.release_wait();
  }

  void Read(ReadNode::gateway_type& gateway, CompleteNode* complete) noexcept {
    try {
      fetcher_->Run([this] { return worker_.IsStopped(); },
                    [&](const FetchedChunk& fetched) {
                      if (fetched.state == FetchedChunk::State::kRead) {
                        gateway.try_put(fetched);
                        return;
                      }
                      complete->try_put(worker_.Transfer(fetched));
                      fetcher_->Release(fetched);
                    });
    } catch (const std::exception&) {
      complete->try_put(worker_.Skipped(routes_.queued.front()));
    }
  }

  void Visit(const std::vector<std::uint32_t>& chunks, std::size_t max_threads,
             std::size_t staging_size, VisitNode::gateway_type& gateway, IoThreads* threads) {
    if (chunks.empty()) return;
    gateway.reserve_wait();
    const Status started = threads->Start(
        chunks, max_threads, staging_size,
        [this, &gateway](std::uint32_t chunk, MutableByteView staging) {
          gateway.try_put(worker_.Transfer(chunk, ChunkSource(staging)));
        },
        [&gateway] { gateway.release_wait(); });
    if (started.ok()) return;
    gateway.try_put(ChunkResult(chunks.front(), ChunkResult::Kind::kSkipped, started));
    gateway.release_wait();
  }

  // Visits are copies and want no more threads than were asked for, nor more than the budget has
  // buffers for.
  std::size_t NumVisitors() const {
    const auto buffers = options_.memory_budget / std::max<std::uint64_t>(routes_.staging_size, 1);
    return std::clamp<std::size_t>(buffers, 1, static_cast<std::size_t>(options_.threads));
  }

  const Plan& plan_;
  const ExecutorOptions& options_;
  UnitLog log_;
  const DataFiles files_;
  ChunkRoutes routes_;
  ChunkWorker worker_;
  std::unique_ptr<ReadQueue> queue_;
  std::optional<ChunkFetcher> fetcher_;
};

class GraphExecutorImpl final : public Executor {
 public:
  Settlement Run(Plan plan, const CheckpointReader& reader, std::span<const Request> requests,
                 const ExecutorOptions& options) const override {
    UnitLog log = GraphRun(&plan, reader, requests, options).Run();
    return Settle(plan, requests, std::move(log), options.poison);
  }
};

}  // namespace

const Executor& GraphExecutor() {
  static const GraphExecutorImpl executor;
  return executor;
}

int ThreadsOfCallersArena() { return oneapi::tbb::this_task_arena::max_concurrency(); }

}  // namespace thaw
