#include "engine/exec/chunk_worker.h"

#include <exception>
#include <new>

#include "engine/exec/string_transfer.h"

namespace thaw {

ChunkWorker::ChunkWorker(const Plan& plan, const DataFiles& files, const CheckpointReader& reader,
                         std::span<const Request> requests, const ExecutorOptions& options,
                         UnitLog* log)
    : plan_(plan),
      files_(files),
      reader_(reader),
      requests_(requests),
      options_(options),
      log_(*log),
      pages_(plan),
      joiner_(plan, reader, log) {
  progress_.bytes_total = plan.num_bytes;
}

bool ChunkWorker::IsStopped() const {
  return is_stopped_.load(std::memory_order_relaxed) ||
         (options_.cancel != nullptr && options_.cancel->is_cancelled());
}

ChunkResult ChunkWorker::Transfer(std::uint32_t chunk, const ChunkSource& source) noexcept {
  if (IsStopped()) return ChunkResult(chunk, ChunkResult::Kind::kSkipped, cancelled_);
  try {
    if (!plan_.chunks[chunk].is_string) {
      pages_.Prepare(plan_.chunks[chunk]);
      return TransferChunk(plan_, chunk, files_, reader_, source, &log_);
    }
    ChunkResult result(chunk);
    TransferStrings(plan_, plan_.pieces[plan_.chunks[chunk].first_piece].unit, files_, reader_,
                    requests_, &log_, &result.failures);
    return result;
  } catch (const std::exception&) {
    is_stopped_.store(true, std::memory_order_relaxed);
    return ChunkResult(chunk, ChunkResult::Kind::kBroken, broken_);
  }
}

ChunkResult ChunkWorker::Transfer(const FetchedChunk& fetched) noexcept {
  switch (fetched.state) {
    case FetchedChunk::State::kRead:
      return Transfer(fetched.chunk, ChunkSource(fetched.bytes, fetched.offset));
    case FetchedChunk::State::kFailed:
      return Transfer(fetched.chunk, ChunkSource(fetched.buffer));
    case FetchedChunk::State::kLeft:
      break;
  }
  return ChunkResult(fetched.chunk, ChunkResult::Kind::kSkipped, cancelled_);
}

void ChunkWorker::Complete(const ChunkResult& result) noexcept {
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

ChunkResult ChunkWorker::Skipped(std::uint32_t chunk) const {
  return ChunkResult(chunk, ChunkResult::Kind::kSkipped, broken_);
}

void ChunkWorker::Abandon() {
  log_.interruption = broken_;
  for (UnitState& state : log_.states) {
    if (state != UnitState::kDone) state = UnitState::kSpoiled;
  }
}

void ChunkWorker::Stop(const Status& reason) {
  is_stopped_.store(true, std::memory_order_relaxed);
  log_.interruption = reason;
}

}  // namespace thaw
