// The graph: every chunk flows from the files through the kernels to the log of the run.
//
//   chunks (mapped) ──► transfer ──┐
//                                  ├──► complete
//   chunks (other)  ──► fetch ─────┘
//
// transfer: oneTBB tasks, one a chunk; the map needs no buffer, so nothing is waited for but pages.
// fetch:    an async_node; the blocking reads, and the moves out of their buffers while these are
// in
//           the cache, are done by IoThreads. Strings go this way, too, one at a time.
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
#include <atomic>
#include <cstddef>
#include <exception>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "engine/exec/chunk_transfer.h"
#include "engine/exec/data_files.h"
#include "engine/exec/destination_pages.h"
#include "engine/exec/executor.h"
#include "engine/exec/io_threads.h"
#include "engine/exec/string_transfer.h"
#include "engine/exec/unit_joiner.h"

namespace thaw {
namespace {

namespace flow = oneapi::tbb::flow;

// Reads in flight past the page cache: what one NVMe device needs to be busy.
constexpr std::size_t kDirectReadThreads = 16;

class GraphRun {
 public:
  GraphRun(const Plan& plan, const CheckpointReader& reader, std::span<const Request> requests,
           const ExecutorOptions& options)
      : plan_(plan),
        reader_(reader),
        requests_(requests),
        options_(options),
        log_(plan),
        files_(plan, reader, &log_),
        pages_(plan),
        joiner_(plan, reader, &log_) {
    progress_.bytes_total = plan.num_bytes;
    SortChunksByPath();
  }

  UnitLog Run() && {
    try {
      if (options_.threads > 1) {
        RunGraph();
      } else {
        RunSerially();
      }
    } catch (const std::exception&) {
      // A graph that could not be built or fed: what is not known to be done may not be used.
      log_.interruption = broken_;
      for (UnitState& state : log_.states) {
        if (state != UnitState::kDone) state = UnitState::kSpoiled;
      }
    }
    files_.CheckUnchanged(&log_);
    return std::move(log_);
  }

 private:
  // Chunks that go through oneTBB's tasks, through reading threads, and through the one thread for
  // strings.
  void SortChunksByPath() {
    for (std::uint32_t c = 0; c < plan_.chunks.size(); ++c) {
      const File* file = files_.file_or_null(plan_.chunks[c].shard);
      if (file == nullptr) continue;  // its units have failed already
      if (plan_.chunks[c].is_string) {
        strings_.push_back(c);
      } else if (file->staging_size() == 0) {
        mapped_.push_back(c);
      } else {
        staged_.push_back(c);
        staging_size_ = std::max(staging_size_, file->staging_size());
        is_direct_ |= file->mode() == IoMode::kDirect;
      }
    }
  }

  void RunSerially() {
    for (const std::uint32_t chunk : mapped_) Complete(Transfer(chunk, {}));
    const Staging staging(staging_size_);
    for (const std::uint32_t chunk : staged_) {
      if (!staging.ok()) throw std::bad_alloc();
      Complete(Transfer(chunk, staging.view()));
    }
    for (const std::uint32_t chunk : strings_) Complete(Transfer(chunk, {}));
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

  void FlowThroughGraph() {
    flow::graph graph;
    flow::function_node<ChunkResult> complete(
        graph, flow::serial, [this](const ChunkResult& result) { Complete(result); });
    flow::function_node<std::uint32_t, ChunkResult, flow::rejecting> transfer(
        graph, static_cast<std::size_t>(options_.threads),
        [this](std::uint32_t chunk) { return Transfer(chunk, {}); });
    std::size_t next = 0;
    flow::input_node<std::uint32_t> chunks(graph,
                                           [this, &next](oneapi::tbb::flow_control& control) {
                                             if (next < mapped_.size()) return mapped_[next++];
                                             control.stop();
                                             return std::uint32_t{0};
                                           });
    using FetchNode = flow::async_node<flow::continue_msg, ChunkResult>;
    IoThreads readers;
    IoThreads string_reader;
    FetchNode fetch(graph, flow::serial, [&](flow::continue_msg, FetchNode::gateway_type& gateway) {
      Fetch(staged_, NumReaders(), staging_size_, gateway, &readers);
      Fetch(strings_, 1, 0, gateway, &string_reader);
    });
    flow::make_edge(chunks, transfer);
    flow::make_edge(transfer, complete);
    flow::make_edge(fetch, complete);

    fetch.try_put(flow::continue_msg());
    chunks.activate();
    graph.wait_for_all();
  }

  template <typename Gateway>
  void Fetch(const std::vector<std::uint32_t>& chunks, std::size_t max_threads,
             std::size_t staging_size, Gateway& gateway, IoThreads* threads) {
    if (chunks.empty()) return;
    gateway.reserve_wait();
    const Status started = threads->Start(
        chunks, max_threads, staging_size,
        [this, &gateway](std::uint32_t chunk, MutableByteView staging) {
          gateway.try_put(Transfer(chunk, staging));
        },
        [&gateway] { gateway.release_wait(); });
    if (started.ok()) return;
    gateway.try_put(ChunkResult(chunks.front(), ChunkResult::Kind::kSkipped, started));
    gateway.release_wait();
  }

  // As many reading threads as the budget has buffers for; reads through the page cache are copies
  // and want no more threads than were asked for.
  std::size_t NumReaders() const {
    const std::size_t wanted =
        is_direct_ ? kDirectReadThreads : static_cast<std::size_t>(options_.threads);
    const auto buffers = options_.memory_budget / std::max<std::uint64_t>(staging_size_, 1);
    return std::clamp<std::size_t>(buffers, 1, wanted);
  }

  // Any thread. What it throws away, it reports.
  ChunkResult Transfer(std::uint32_t chunk, MutableByteView staging) noexcept {
    if (stopped_.load(std::memory_order_relaxed) ||
        (options_.cancel != nullptr && options_.cancel->is_cancelled())) {
      return ChunkResult(chunk, ChunkResult::Kind::kSkipped, cancelled_);
    }
    try {
      if (!plan_.chunks[chunk].is_string) {
        pages_.Prepare(plan_.chunks[chunk]);
        return TransferChunk(plan_, chunk, files_, reader_, staging, &log_);
      }
      ChunkResult result(chunk);
      TransferStrings(plan_, plan_.pieces[plan_.chunks[chunk].first_piece].unit, files_, reader_,
                      requests_, &log_, &result.failures);
      return result;
    } catch (const std::exception&) {
      stopped_.store(true, std::memory_order_relaxed);
      return ChunkResult(chunk, ChunkResult::Kind::kBroken, broken_);
    }
  }

  // One thread at a time.
  void Complete(const ChunkResult& result) noexcept {
    try {
      joiner_.Add(result);
      if (!options_.progress || result.kind != ChunkResult::Kind::kWorked) return;
      const Chunk& chunk = plan_.chunks[result.chunk];
      for (std::uint32_t p = 0; p < chunk.num_pieces; ++p) {
        progress_.bytes_done += plan_.pieces[chunk.first_piece + p].length;
      }
      options_.progress(progress_);
    } catch (const std::bad_alloc&) {
      Stop(broken_);
    } catch (...) {
      Stop(callback_failed_);
    }
  }

  void Stop(const Status& reason) {
    stopped_.store(true, std::memory_order_relaxed);
    log_.interruption = reason;
  }

  const Plan& plan_;
  const CheckpointReader& reader_;
  const std::span<const Request> requests_;
  const ExecutorOptions& options_;
  UnitLog log_;
  const DataFiles files_;
  const DestinationPages pages_;
  UnitJoiner joiner_;
  RestoreProgress progress_;

  std::vector<std::uint32_t> mapped_;
  std::vector<std::uint32_t> staged_;
  std::vector<std::uint32_t> strings_;
  std::size_t staging_size_ = 0;
  bool is_direct_ = false;

  std::atomic<bool> stopped_{false};
  // Made beforehand: when memory is short, there is none for words.
  const Status cancelled_ = CancelledError("the restore was cancelled");
  const Status callback_failed_{StatusCode::kAborted, "the progress callback threw an exception"};
  const Status broken_ = ResourceExhaustedError("the restore ran out of memory");
};

class GraphExecutorImpl final : public Executor {
 public:
  Settlement Run(const Plan& plan, const CheckpointReader& reader,
                 std::span<const Request> requests, const ExecutorOptions& options) const override {
    return Settle(plan, requests, GraphRun(plan, reader, requests, options).Run(), options.poison);
  }
};

}  // namespace

const Executor& GraphExecutor() {
  static const GraphExecutorImpl executor;
  return executor;
}

}  // namespace thaw
