#include "engine/exec/chunk_fetcher.h"

#include <algorithm>
#include <new>

#include "io/storage/storage.h"

namespace thaw {
namespace {

// One request to the queue. The device cuts it further; several at once only matter for chunks that
// are larger.
constexpr std::uint64_t kMaxReadBytes = std::uint64_t{4} << 20;

// A hole is read through if it is at most this part of the bytes before it.
constexpr std::uint64_t kHolePart = 20;

constexpr std::uint64_t kHugePage = std::uint64_t{2} << 20;

FetchedChunk Left(std::uint32_t chunk) {
  FetchedChunk left;
  left.chunk = chunk;
  return left;
}

std::uint64_t RoundDown(std::uint64_t n) { return n / kStagingAlignment * kStagingAlignment; }
std::uint64_t RoundUp(std::uint64_t n) { return RoundDown(n + kStagingAlignment - 1); }

}  // namespace

std::vector<BlockRange> BlocksOf(const Plan& plan, const Chunk& chunk) {
  std::vector<BlockRange> ranges;
  const std::span<const Piece> pieces(plan.pieces.data() + chunk.first_piece, chunk.num_pieces);
  for (const Piece& piece : pieces) {
    if (piece.length == 0) continue;
    const BlockRange own = {RoundDown(piece.offset), RoundUp(piece.end()), piece.end()};
    if (!ranges.empty()) {
      BlockRange& last = ranges.back();
      const std::uint64_t hole = own.offset > last.end ? own.offset - last.end : 0;
      if (hole <= (last.end - last.offset) / kHolePart) {
        last.end = std::max(last.end, own.end);
        last.used_end = std::max(last.used_end, own.used_end);
        continue;
      }
    }
    ranges.push_back(own);
  }
  return ranges;
}

ChunkFetcher::ChunkFetcher(const Plan& plan, std::span<const std::uint32_t> chunks,
                           std::span<const ReadSource> sources, std::uint64_t buffer_bytes,
                           std::size_t least_buffer, ReadQueue* queue)
    : plan_(plan),
      chunks_(chunks),
      sources_(sources),
      queue_(*queue),
      slot_size_(SizeOfSlot(least_buffer)) {
  const auto num_wanted = std::min<std::uint64_t>(buffer_bytes / slot_size_, chunks.size());
  num_slots_ = std::max<std::size_t>(num_wanted, 1);
  std::uint64_t memory = num_slots_ * slot_size_;
  if (memory > kHugePage) memory = (memory + kHugePage - 1) / kHugePage * kHugePage;
  memory_.emplace(memory);
  if (!memory_->ok()) throw std::bad_alloc();
  slots_.resize(num_slots_);
  under_way_.resize(queue_.depth());
  for (std::uint32_t s = 0; s < num_slots_; ++s) free_slots_.push_back(s);
  for (std::uint32_t t = 0; t < queue_.depth(); ++t) tags_.push_back(t);
  complete_.reserve(num_slots_);
}

std::size_t ChunkFetcher::SizeOfSlot(std::size_t least_buffer) const {
  std::uint64_t size = std::max<std::uint64_t>(least_buffer, kStagingAlignment);
  for (const std::uint32_t c : chunks_) {
    const Chunk& chunk = plan_.chunks[c];
    size = std::max(size, RoundUp(chunk.end) - RoundDown(chunk.offset));
  }
  return RoundUp(size);
}

MutableByteView ChunkFetcher::BufferOf(std::uint32_t slot) const {
  return memory_->view().subspan(slot * slot_size_, slot_size_);
}

void ChunkFetcher::Run(const std::function<bool()>& is_stopped, const Receiver& receive) {
  try {
    Loop(is_stopped, receive);
  } catch (...) {
    for (; num_under_way_ > 0; --num_under_way_) queue_.Wait();
    throw;
  }
}

void ChunkFetcher::Loop(const std::function<bool()>& is_stopped, const Receiver& receive) {
  std::size_t next = 0;
  while (next < chunks_.size() || num_in_slots_ > 0) {
    if (is_stopped()) {
      DropReads();
      for (; next < chunks_.size(); ++next) receive(Left(chunks_[next]));
    }
    while (next < chunks_.size()) {
      const std::optional<std::uint32_t> slot = TakeSlot(/*may_wait=*/num_in_slots_ == 0);
      if (!slot) break;
      Begin(chunks_[next++], *slot);
    }
    PushReads();
    if (num_under_way_ > 0) Finish(queue_.Wait());
    HandOutComplete(receive);
  }
}

std::optional<std::uint32_t> ChunkFetcher::TakeSlot(bool may_wait) {
  std::unique_lock lock(mutex_);
  if (may_wait) released_.wait(lock, [this] { return !free_slots_.empty(); });
  if (free_slots_.empty()) return std::nullopt;
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  return slot;
}

void ChunkFetcher::Release(const FetchedChunk& fetched) {
  if (fetched.state == FetchedChunk::State::kLeft) return;
  const std::lock_guard lock(mutex_);
  free_slots_.push_back(fetched.slot);
  released_.notify_one();
}

void ChunkFetcher::Begin(std::uint32_t chunk, std::uint32_t slot) {
  slots_[slot] = {.chunk = chunk, .offset = RoundDown(plan_.chunks[chunk].offset)};
  ++num_in_slots_;
  for (BlockRange range : BlocksOf(plan_, plan_.chunks[chunk])) {
    const std::uint64_t end = range.end;
    while (range.offset < end) {
      range.end = std::min(range.offset + kMaxReadBytes, end);
      const std::uint64_t used_end = std::min(range.used_end, range.end);
      waiting_.push_back({{range.offset, range.end, used_end}, slot});
      ++slots_[slot].num_open;
      range.offset = range.end;
    }
  }
  if (slots_[slot].num_open == 0) complete_.push_back(slot);
}

void ChunkFetcher::PushReads() {
  while (!waiting_.empty() && !tags_.empty()) {
    const Range range = waiting_.front();
    waiting_.pop_front();
    const std::uint32_t tag = tags_.back();
    tags_.pop_back();
    under_way_[tag] = range;
    const Slot& slot = slots_[range.slot];
    queue_.Push({.descriptor = sources_[plan_.chunks[slot.chunk].shard].descriptor,
                 .offset = range.blocks.offset,
                 .length = static_cast<std::uint32_t>(range.blocks.end - range.blocks.offset),
                 .into = BufferOf(range.slot).data() + (range.blocks.offset - slot.offset),
                 .tag = tag});
    ++num_under_way_;
  }
}

void ChunkFetcher::DropReads() {
  while (!waiting_.empty()) {
    Close(waiting_.front(), /*has_failed=*/true);
    waiting_.pop_front();
  }
}

// A read that ends inside a block has met the end of the file; one that ends before is continued.
void ChunkFetcher::Finish(const FinishedRead& finished) {
  const auto tag = static_cast<std::uint32_t>(finished.tag);
  Range range = under_way_[tag];
  tags_.push_back(tag);
  --num_under_way_;
  range.blocks.offset += finished.length;
  if (range.blocks.offset >= range.blocks.used_end) return Close(range, /*has_failed=*/false);
  const bool can_go_on =
      finished.error == 0 && finished.length > 0 && finished.length % kStagingAlignment == 0;
  if (!can_go_on) return Close(range, /*has_failed=*/true);
  waiting_.push_front(range);
}

void ChunkFetcher::Close(const Range& range, bool has_failed) {
  Slot& slot = slots_[range.slot];
  slot.has_failed |= has_failed;
  if (--slot.num_open == 0) complete_.push_back(range.slot);
}

void ChunkFetcher::HandOutComplete(const Receiver& receive) {
  while (!complete_.empty()) {
    const std::uint32_t index = complete_.back();
    complete_.pop_back();
    --num_in_slots_;
    const Slot slot = slots_[index];
    const MutableByteView buffer = BufferOf(index);
    receive({.chunk = slot.chunk,
             .state = slot.has_failed ? FetchedChunk::State::kFailed : FetchedChunk::State::kRead,
             .slot = index,
             .buffer = buffer,
             .bytes = buffer,
             .offset = slot.offset});
  }
}

}  // namespace thaw
