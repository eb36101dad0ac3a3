#include "engine/exec/unit_joiner.h"

#include "engine/exec/unit_errors.h"
#include "io/base/crc32c.h"

namespace thaw {

UnitJoiner::UnitJoiner(const Plan& plan, const CheckpointReader& reader, UnitLog* log)
    : plan_(plan),
      reader_(reader),
      log_(*log),
      heads_(plan.chunks.size()),
      tails_(plan.chunks.size()),
      num_arrived_(plan.chunks.size()) {}

void UnitJoiner::Add(const ChunkResult& result) {
  if (result.kind != ChunkResult::Kind::kWorked) {
    if (log_.interruption.ok()) log_.interruption = result.reason;
    if (result.kind == ChunkResult::Kind::kBroken) SpoilChunk(result.chunk);
    return;
  }
  log_.failures.insert(log_.failures.end(), result.failures.begin(), result.failures.end());
  AddShare(result.chunk, result.head, &heads_);
  AddShare(result.chunk, result.tail, &tails_);
}

void UnitJoiner::AddShare(std::uint32_t chunk, const UnitShare& share,
                          std::vector<UnitShare>* shares) {
  if (share.unit == UnitShare::kNone) return;
  (*shares)[chunk] = share;
  // Until all of it has arrived and agrees, what has landed may not be used.
  if (share.is_touched) log_.states[share.unit] = UnitState::kSpoiled;
  const Unit& unit = plan_.units[share.unit];
  if (++num_arrived_[unit.first_chunk] == unit.last_chunk - unit.first_chunk + 1) {
    Conclude(share.unit);
  }
}

void UnitJoiner::Conclude(std::uint32_t index) {
  const Unit& unit = plan_.units[index];
  std::uint32_t crc = 0;
  bool failed = false;
  for (std::uint32_t c = unit.first_chunk; c <= unit.last_chunk; ++c) {
    const UnitShare& share = c == unit.first_chunk ? tails_[c] : heads_[c];
    crc = Crc32cConcat(crc, share.crc32c, share.length);
    failed |= share.failed;
  }
  if (failed) return;
  if (!unit.is_checked || crc == unit.crc32c) {
    log_.states[index] = UnitState::kDone;
  } else {
    log_.failures.push_back({index, unit.offset, ChecksumError(unit, crc, reader_)});
  }
}

void UnitJoiner::SpoilChunk(std::uint32_t index) {
  const Chunk& chunk = plan_.chunks[index];
  for (std::uint32_t p = 0; p < chunk.num_pieces; ++p) {
    log_.states[plan_.pieces[chunk.first_piece + p].unit] = UnitState::kSpoiled;
  }
}

}  // namespace thaw
