#include "engine/plan/chunking.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>

namespace thaw {
namespace {

constexpr std::uint64_t kMinChunkBytes = std::uint64_t{256} << 10;
constexpr std::uint64_t kMaxChunkBytes = std::uint64_t{8} << 20;

// What the handling of one piece costs beside its bytes, in bytes that could be copied meanwhile:
// some 50 ns at 10 GB/s.
constexpr std::uint64_t kPieceOverheadBytes = 512;

// A larger hole between two units is not read through.
constexpr std::uint64_t kMaxHoleBytes = std::uint64_t{64} << 10;

// Cuts inside a unit are at multiples of this from its start: a whole number of elements of every
// dtype.
constexpr std::uint64_t kCutGrain = 16;

class Cutter {
 public:
  Cutter(std::uint64_t chunk_bytes, Plan* plan) : chunk_bytes_(chunk_bytes), plan_(*plan) {}

  void Run() {
    plan_.pieces.reserve(plan_.units.size());
    for (std::uint32_t u = 0; u < plan_.units.size(); ++u) AddUnit(u);
    Close();
  }

 private:
  void AddUnit(std::uint32_t u) {
    Unit& unit = plan_.units[u];
    const bool is_large = unit.length > chunk_bytes_;
    if (unit.is_string || is_large || !CanJoin(unit)) Close();
    unit.first_chunk = static_cast<std::uint32_t>(plan_.chunks.size());
    unit.last_chunk = unit.first_chunk;
    if (unit.is_string) {
      AddPiece(u, 0, unit.length, unit.first_target);
      Close();
      plan_.chunks.back().is_string = true;
      return;
    }
    // The spans of the targets in their order, and what lies between them if the checksum needs it.
    const bool is_read_whole = unit.is_checked || unit.is_read_whole;
    std::uint64_t done = 0;
    for (std::uint32_t t = 0; t < unit.num_targets; ++t) {
      const Target& target = plan_.targets[unit.first_target + t];
      if (is_read_whole) AddRange(u, done, target.begin, Piece::kNoTarget);
      AddRange(u, target.begin, target.end, unit.first_target + t);
      done = target.end;
    }
    if (is_read_whole) AddRange(u, done, unit.length, Piece::kNoTarget);
    if (unit.length == 0) AddPiece(u, 0, 0, unit.first_target);
    // A large unit's rest may stay open for its successors: its last chunk is the open one.
    unit.last_chunk = OpenChunk();
  }

  // Adds bytes [begin, end) of a unit, cut where the file has a multiple of the chunk size.
  void AddRange(std::uint32_t u, std::uint64_t begin, std::uint64_t end, std::uint32_t target) {
    const std::uint64_t base = plan_.units[u].offset;
    while (begin < end) {
      if (HasOpen() && (open_cost_ >= chunk_bytes_ || !IsNear(base + begin))) Close();
      const std::uint64_t cut = NextCut(base, begin, end);
      AddPiece(u, begin, cut, target);
      begin = cut;
      if (begin < end) Close();
    }
  }

  // Where the piece that begins at byte `begin` of a unit at `base` ends: half a chunk to two away,
  // or at `end`.
  std::uint64_t NextCut(std::uint64_t base, std::uint64_t begin, std::uint64_t end) const {
    const std::uint64_t least = base + begin + chunk_bytes_ / 2;
    const std::uint64_t boundary = (least / chunk_bytes_ + 1) * chunk_bytes_;
    const std::uint64_t cut = (boundary - base) / kCutGrain * kCutGrain;
    // A short rest is not worth a task.
    return cut + chunk_bytes_ / 4 < end ? cut : end;
  }

  void AddPiece(std::uint32_t u, std::uint64_t begin, std::uint64_t end, std::uint32_t target) {
    const Unit& unit = plan_.units[u];
    if (!HasOpen()) {
      open_first_ = static_cast<std::uint32_t>(plan_.pieces.size());
      open_cost_ = 0;
    }
    plan_.pieces.push_back({unit.offset + begin, end - begin, u, target});
    open_cost_ += end - begin + kPieceOverheadBytes;
    plan_.num_bytes += end - begin;
  }

  bool CanJoin(const Unit& unit) const {
    if (!HasOpen()) return true;
    const Unit& last = plan_.units[plan_.pieces.back().unit];
    return last.shard == unit.shard && IsNear(unit.offset) &&
           open_cost_ + unit.length + kPieceOverheadBytes <= chunk_bytes_;
  }

  // A read that goes on at `offset` of the same file passes over little.
  bool IsNear(std::uint64_t offset) const {
    const std::uint64_t end = plan_.pieces.back().end();
    return offset >= end && offset - end <= kMaxHoleBytes;
  }

  bool HasOpen() const { return open_first_ != kNone; }
  std::uint32_t OpenChunk() const { return static_cast<std::uint32_t>(plan_.chunks.size()); }

  void Close() {
    if (!HasOpen()) return;
    const auto end = static_cast<std::uint32_t>(plan_.pieces.size());
    const Piece& first = plan_.pieces[open_first_];
    plan_.chunks.push_back({.offset = first.offset,
                            .end = plan_.pieces.back().end(),
                            .shard = plan_.units[first.unit].shard,
                            .first_piece = open_first_,
                            .num_pieces = end - open_first_});
    open_first_ = kNone;
  }

  static constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

  const std::uint64_t chunk_bytes_;
  Plan& plan_;
  std::uint32_t open_first_ = kNone;  // first piece of the chunk that is being gathered
  std::uint64_t open_cost_ = 0;       // its bytes and the overhead of its pieces
};

}  // namespace

std::uint64_t ChooseChunkBytes(std::uint64_t num_bytes, int threads) {
  const std::uint64_t share = num_bytes / 50 / static_cast<std::uint64_t>(std::max(threads, 1));
  return std::bit_floor(std::clamp(share, kMinChunkBytes, kMaxChunkBytes));
}

void CutIntoChunks(std::uint64_t chunk_bytes, Plan* plan) {
  assert(chunk_bytes > 0 && chunk_bytes % 4096 == 0);
  Cutter(chunk_bytes, plan).Run();
}

void RecutIntoChunks(std::uint64_t chunk_bytes, Plan* plan) {
  plan->pieces.clear();
  plan->chunks.clear();
  plan->num_bytes = 0;
  CutIntoChunks(chunk_bytes, plan);
}

}  // namespace thaw
