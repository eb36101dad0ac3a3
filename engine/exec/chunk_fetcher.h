// ChunkFetcher: brings chunks into memory by a ReadQueue, with as many reads under way as its
// buffers hold.
//
// Role in the flow: between the files that are not in the page cache and the transfer of chunks.
// One thread runs it and sleeps in it; whoever is done with a chunk's bytes gives their buffer
// back. The buffers are few and used again and again, so they stay in the processor's cache, and a
// device's block is never larger in memory than in the file. It must not know what the bytes are
// for.

#ifndef THAW_ENGINE_EXEC_CHUNK_FETCHER_H_
#define THAW_ENGINE_EXEC_CHUNK_FETCHER_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "engine/exec/chunk_routes.h"
#include "engine/plan/plan.h"
#include "io/base/bytes.h"
#include "io/storage/read_queue.h"
#include "io/storage/staging.h"

namespace thaw {

// A chunk on its way out of the fetcher.
struct FetchedChunk {
  enum class State : std::uint8_t {
    kRead,    // `bytes` hold all pieces
    kFailed,  // a read failed or ended early; `buffer` is there to try again in
    kLeft,    // the run was stopped; there is no buffer
  };

  std::uint32_t chunk = 0;
  State state = State::kLeft;
  std::uint32_t slot = 0;  // of the fetcher
  MutableByteView buffer;
  ByteView bytes;            // the first is that of `offset` in the file
  std::uint64_t offset = 0;  // a multiple of kStagingAlignment
};

// A range of a file that is read for a chunk: whole blocks.
struct BlockRange {
  std::uint64_t offset = 0;
  std::uint64_t end = 0;       // a multiple of kStagingAlignment, may lie behind the file's end
  std::uint64_t used_end = 0;  // behind the last byte that is wanted

  friend bool operator==(const BlockRange&, const BlockRange&) = default;
};

// The blocks that hold the pieces of a chunk. A hole between pieces is read through only where it
// is small against what came before it, so that at most a twentieth is read in vain.
std::vector<BlockRange> BlocksOf(const Plan& plan, const Chunk& chunk);

class ChunkFetcher {
 public:
  using Receiver = std::function<void(const FetchedChunk&)>;

  // chunks: indices in `plan`; plan, chunks, sources and queue outlive this.
  // Memory is taken by the constructor: as many buffers as `buffer_bytes` are enough for, at least
  // one and at most one a chunk. Each holds any of the chunks, and `least_buffer` bytes.
  // Throws std::bad_alloc.
  ChunkFetcher(const Plan& plan, std::span<const std::uint32_t> chunks,
               std::span<const ReadSource> sources, std::uint64_t buffer_bytes,
               std::size_t least_buffer, ReadQueue* queue);

  // Hands every chunk to `receive`, in the order in which they come in. Returns when all have been
  // handed out and no read is under way. After `is_stopped` said so no read is begun.
  // May throw std::bad_alloc, with no read under way.
  void Run(const std::function<bool()>& is_stopped, const Receiver& receive);

  // Gives a chunk's buffer back. Any thread, also from inside `receive`.
  void Release(const FetchedChunk& fetched);

 private:
  // A chunk that some reads are open for.
  struct Slot {
    std::uint32_t chunk = 0;
    std::uint32_t num_open = 0;  // ranges that were not read to their ends
    std::uint64_t offset = 0;
    bool has_failed = false;
  };
  struct Range {
    BlockRange blocks;
    std::uint32_t slot = 0;
  };

  void Loop(const std::function<bool()>& is_stopped, const Receiver& receive);
  std::size_t SizeOfSlot(std::size_t least_buffer) const;
  std::optional<std::uint32_t> TakeSlot(bool may_wait);
  void Begin(std::uint32_t chunk, std::uint32_t slot);
  void PushReads();
  void DropReads();
  void Finish(const FinishedRead& finished);
  void Close(const Range& range, bool has_failed);
  void HandOutComplete(const Receiver& receive);
  MutableByteView BufferOf(std::uint32_t slot) const;

  const Plan& plan_;
  const std::span<const std::uint32_t> chunks_;
  const std::span<const ReadSource> sources_;
  ReadQueue& queue_;
  const std::size_t slot_size_;
  std::size_t num_slots_ = 0;
  std::optional<Staging> memory_;

  std::vector<Slot> slots_;
  std::deque<Range> waiting_;            // to be pushed
  std::vector<Range> under_way_;         // by tag
  std::vector<std::uint32_t> tags_;      // that are free
  std::vector<std::uint32_t> complete_;  // slots to be handed out
  std::size_t num_under_way_ = 0;
  std::size_t num_in_slots_ = 0;  // chunks that were begun and not handed out

  std::mutex mutex_;
  std::condition_variable released_;
  std::vector<std::uint32_t> free_slots_;  // guarded by mutex_
};

}  // namespace thaw

#endif  // THAW_ENGINE_EXEC_CHUNK_FETCHER_H_
