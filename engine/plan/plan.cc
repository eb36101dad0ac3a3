#include "engine/plan/plan.h"

#include <algorithm>

namespace thaw {
namespace {

std::string Range(std::uint64_t begin, std::uint64_t end) {
  return "[" + std::to_string(begin) + "," + std::to_string(end) + ")";
}

void AppendSliceCopy(const SliceCopy& copy, std::string* text) {
  *text += " in";
  for (const SliceCopy::Loop& loop : copy.loops) {
    *text += " " + std::to_string(loop.count) + "×(+" + std::to_string(loop.source_stride) + "→+" +
             std::to_string(loop.destination_stride) + ")";
  }
  *text += " runs of " + std::to_string(copy.source_length) + " from " +
           std::to_string(copy.first.source) + " to " + std::to_string(copy.first.destination);
}

void AppendPiece(const Plan& plan, const Piece& piece, const CheckpointReader& reader,
                 std::string* text) {
  const Unit& unit = plan.units[piece.unit];
  const std::uint64_t begin = piece.offset - unit.offset;
  *text += "  '" + std::string(reader.tensor(unit.tensor).name) + "' " +
           Range(begin, begin + piece.length) + " of " + std::to_string(unit.length);
  if (!unit.is_checked) *text += ", unchecked";
  if (piece.target == Piece::kNoTarget) {
    *text += ": checksum only\n";
    return;
  }
  // A string unit is decoded as a whole, for all of its targets.
  const std::uint32_t last =
      unit.is_string ? unit.first_target + unit.num_targets - 1 : piece.target;
  for (std::uint32_t t = piece.target; t <= last; ++t) {
    const Target& target = plan.targets[t];
    *text += " -> request " + std::to_string(target.request);
    if (target.slice_copy != Target::kPlain) {
      AppendSliceCopy(plan.slice_copies[target.slice_copy], text);
    } else if (unit.is_string) {
      *text += ", elements " + Range(target.begin, target.end) + " from " +
               std::to_string(target.destination);
    } else {
      const std::uint64_t elements = (begin - target.begin) / target.kernel->source_element;
      *text += " at " +
               std::to_string(target.destination + elements * target.kernel->destination_element);
    }
  }
  *text += "\n";
}

}  // namespace

bool Plan::operator==(const Plan& other) const {
  return buffers.size() == other.buffers.size() && units == other.units &&
         targets == other.targets && slice_copies == other.slice_copies && pieces == other.pieces &&
         chunks == other.chunks &&
         std::equal(refusals.begin(), refusals.end(), other.refusals.begin(), other.refusals.end(),
                    [](const Refusal& a, const Refusal& b) {
                      return a.request == b.request && a.status.code() == b.status.code();
                    });
}

std::string Describe(const Plan& plan, const CheckpointReader& reader) {
  std::string text = std::to_string(plan.buffers.size()) + " requests, " +
                     std::to_string(plan.units.size()) + " units, " +
                     std::to_string(plan.chunks.size()) + " chunks, " +
                     std::to_string(plan.num_bytes) + " bytes\n";
  for (const Refusal& refusal : plan.refusals) {
    text += "refused: request " + std::to_string(refusal.request) + ": " +
            refusal.status.ToString() + "\n";
  }
  for (std::size_t c = 0; c < plan.chunks.size(); ++c) {
    const Chunk& chunk = plan.chunks[c];
    text += "chunk " + std::to_string(c) + ": shard " + std::to_string(chunk.shard) + " " +
            Range(chunk.offset, chunk.end) + (chunk.is_string ? ", strings" : "") + "\n";
    for (std::uint32_t p = 0; p < chunk.num_pieces; ++p) {
      AppendPiece(plan, plan.pieces[chunk.first_piece + p], reader, &text);
    }
  }
  return text;
}

}  // namespace thaw
