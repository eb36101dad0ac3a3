#include "engine/exec/chunk_transfer.h"

#include <span>
#include <utility>

#include "engine/exec/piece_writer.h"
#include "engine/exec/unit_errors.h"

namespace thaw {
namespace {

// Transfers one chunk. A fragment is what the chunk holds of one unit: consecutive pieces, whose
// last CRC is that of the fragment.
class Transfer {
 public:
  Transfer(const Plan& plan, std::uint32_t chunk, const DataFiles& files,
           const CheckpointReader& reader, const ChunkSource& source, UnitLog* log)
      : plan_(plan),
        chunk_(plan.chunks[chunk]),
        pieces_(plan.pieces.data() + chunk_.first_piece, chunk_.num_pieces),
        files_(files),
        reader_(reader),
        source_(source),
        log_(*log),
        crcs_(chunk_.num_pieces),
        result_(chunk) {}

  ChunkResult Run() && {
    std::size_t num_begun = 0;
    if (files_.is_usable(chunk_)) {
      std::size_t num_done = 0;
      const Status status = Read(0, pieces_.size(), &num_done);
      if (status.ok()) {
        ForEachFragment([this](std::size_t begin, std::size_t end) { Conclude(begin, end); });
        return std::move(result_);
      }
      num_begun = num_done + 1;
      if (pieces_.front().unit == pieces_.back().unit) {
        Fail(0, pieces_.size(), status, true);
        return std::move(result_);
      }
    }
    ForEachFragment(
        [&](std::size_t begin, std::size_t end) { Retry(begin, end, begin < num_begun); });
    return std::move(result_);
  }

 private:
  template <typename Function>
  void ForEachFragment(Function function) {
    for (std::size_t begin = 0; begin < pieces_.size();) {
      std::size_t end = begin + 1;
      while (end < pieces_.size() && pieces_[end].unit == pieces_[begin].unit) ++end;
      function(begin, end);
      begin = end;
    }
  }

  Status Read(std::size_t begin, std::size_t end, std::size_t* num_done) {
    PieceWriter writer(plan_, pieces_.subspan(begin, end - begin), crcs_.data() + begin);
    const std::uint64_t offset = pieces_[begin].offset;
    const std::uint64_t length = pieces_[end - 1].end() - offset;
    Status status;
    if (source_.read.empty()) {
      status = files_.file(chunk_.shard)
                   .Visit(offset, length, source_.staging,
                          [&writer](ByteView bytes) noexcept { writer.Consume(bytes); });
    } else {
      writer.Consume(source_.read.subspan(offset - source_.offset, length));
    }
    *num_done = writer.num_done();
    return status;
  }

  void Retry(std::size_t begin, std::size_t end, bool was_begun) {
    if (!files_.is_usable(plan_.units[pieces_[begin].unit])) {
      Note(begin, end, {.failed = true});  // its failure is in the log since its file was opened
      return;
    }
    std::size_t num_done = 0;
    const Status status = Read(begin, end, &num_done);
    if (status.ok()) {
      Conclude(begin, end);
    } else {
      Fail(begin, end, status, was_begun || num_done > 0);
    }
  }

  void Fail(std::size_t begin, std::size_t end, const Status& status, bool is_touched) {
    const Piece& first = pieces_[begin];
    result_.failures.push_back(
        {first.unit, first.offset, AtUnit(status, plan_.units[first.unit], reader_)});
    Note(begin, end, {.failed = true, .is_touched = is_touched});
  }

  // A fragment whose bytes have all landed.
  void Conclude(std::size_t begin, std::size_t end) {
    const Piece& first = pieces_[begin];
    const Unit& unit = plan_.units[first.unit];
    const std::uint32_t crc = crcs_[end - 1];
    if (unit.first_chunk != unit.last_chunk) {
      Note(begin, end, {.crc32c = crc, .is_touched = true});
    } else if (!unit.is_checked || crc == unit.crc32c) {
      log_.states[first.unit] = UnitState::kDone;
    } else {
      log_.states[first.unit] = UnitState::kSpoiled;
      result_.failures.push_back({first.unit, unit.offset, ChecksumError(unit, crc, reader_)});
    }
  }

  // Writes the state of a whole unit, or leaves the share of a shared one in the result.
  void Note(std::size_t begin, std::size_t end, UnitShare share) {
    share.unit = pieces_[begin].unit;
    for (std::size_t p = begin; p < end; ++p) share.length += pieces_[p].length;
    const Unit& unit = plan_.units[share.unit];
    if (unit.first_chunk == unit.last_chunk) {
      log_.states[share.unit] = share.is_touched ? UnitState::kSpoiled : UnitState::kUntouched;
    } else if (unit.first_chunk < result_.chunk) {
      result_.head = share;
    } else {
      result_.tail = share;
    }
  }

  const Plan& plan_;
  const Chunk& chunk_;
  const std::span<const Piece> pieces_;
  const DataFiles& files_;
  const CheckpointReader& reader_;
  const ChunkSource source_;
  UnitLog& log_;
  std::vector<std::uint32_t> crcs_;
  ChunkResult result_;
};

}  // namespace

ChunkResult TransferChunk(const Plan& plan, std::uint32_t chunk, const DataFiles& files,
                          const CheckpointReader& reader, const ChunkSource& source, UnitLog* log) {
  return Transfer(plan, chunk, files, reader, source, log).Run();
}

}  // namespace thaw
