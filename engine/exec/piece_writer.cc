#include "engine/exec/piece_writer.h"

#include <algorithm>
#include <cstring>

#include "engine/kernels/row_copy.h"
#include "io/base/crc32c.h"

namespace thaw {

PieceWriter::PieceWriter(const Plan& plan, std::span<const Piece> pieces, std::uint32_t* crcs)
    : plan_(plan),
      pieces_(pieces),
      crcs_(crcs),
      position_(pieces.empty() ? 0 : pieces.front().offset) {
  if (pieces_.empty()) return;
  BeginPiece();
  SkipEmptyPieces();
}

void PieceWriter::Consume(ByteView bytes) noexcept {
  while (!bytes.empty() && current_ < pieces_.size()) {
    const Piece& piece = pieces_[current_];
    std::uint64_t taken = 0;
    if (position_ < piece.offset) {  // a hole before the piece
      taken = std::min<std::uint64_t>(piece.offset - position_, bytes.size());
    } else {
      taken = std::min<std::uint64_t>(piece.end() - position_, bytes.size());
      Move(bytes.first(taken));
    }
    position_ += taken;
    bytes = bytes.subspan(taken);
    if (position_ == piece.end()) {
      FinishPiece();
      SkipEmptyPieces();
    }
  }
}

void PieceWriter::BeginPiece() noexcept {
  const Piece& piece = pieces_[current_];
  const Unit& unit = plan_.units[piece.unit];
  is_checked_ = unit.is_checked;
  copy_ = nullptr;
  target_ = nullptr;
  if (piece.target == Piece::kNoTarget) return;

  target_ = &plan_.targets[piece.target];
  const Kernel& kernel = *target_->kernel;
  transfer_ = is_checked_ ? kernel.transfer : kernel.transfer_unchecked;
  destination_ = plan_.buffers[target_->request] + target_->destination;
  unit_position_ = piece.offset - unit.offset;
  if (target_->slice_copy != Target::kPlain) {
    copy_ = &plan_.slice_copies[target_->slice_copy];
    num_runs_ = copy_->num_runs();
    run_ = copy_->FirstRunBehind(unit_position_);
    BeginRun();
  } else if (unit_position_ != target_->begin) {
    destination_ +=
        (unit_position_ - target_->begin) / kernel.source_element * kernel.destination_element;
  }
}

void PieceWriter::FinishPiece() noexcept {
  crcs_[current_] = crc_;
  const std::uint32_t unit = pieces_[current_].unit;
  ++current_;
  if (current_ == pieces_.size()) return;
  if (pieces_[current_].unit != unit) crc_ = 0;
  BeginPiece();
}

void PieceWriter::SkipEmptyPieces() noexcept {
  while (current_ < pieces_.size() && pieces_[current_].length == 0) FinishPiece();
}

void PieceWriter::Move(ByteView bytes) noexcept {
  if (target_ == nullptr) {
    crc_ = Crc32cExtend(crc_, bytes);
  } else if (copy_ == nullptr) {
    MoveElements(bytes);
  } else {
    MoveRuns(bytes);
  }
}

void PieceWriter::MoveElements(ByteView bytes) noexcept {
  const Kernel& kernel = *target_->kernel;
  const std::size_t element = kernel.source_element;
  if (split_size_ > 0) {
    const std::size_t missing = std::min(element - split_size_, bytes.size());
    std::memcpy(split_.data() + split_size_, bytes.data(), missing);
    split_size_ += missing;
    bytes = bytes.subspan(missing);
    if (split_size_ < element) return;
    crc_ = transfer_(destination_, split_.data(), element, crc_);
    destination_ += kernel.destination_element;
    split_size_ = 0;
  }
  const std::size_t num_elements = bytes.size() / element;
  const std::size_t whole = num_elements * element;
  crc_ = transfer_(destination_, bytes.data(), whole, crc_);
  destination_ += num_elements * kernel.destination_element;
  if (whole < bytes.size()) {
    split_size_ = bytes.size() - whole;
    std::memcpy(split_.data(), bytes.data() + whole, split_size_);
  }
}

void PieceWriter::MoveRuns(ByteView bytes) noexcept {
  const Kernel& kernel = *target_->kernel;
  const std::size_t element = kernel.source_element;
  // Elements that come in two spans, and what is too far apart, are moved run by run.
  const bool has_short_runs = HasShortRuns();
  const std::size_t grain = std::max(element, kernel.destination_element);
  const std::size_t block = kBlock / grain * element;
  while (!bytes.empty()) {
    const std::size_t whole = bytes.size() / element * element;
    const bool is_whole = split_size_ == 0 && unit_position_ % element == 0 && whole > 0;
    std::uint64_t taken = 0;
    if (has_short_runs && is_whole) {
      taken = std::min(whole, block);
      MoveBlock(bytes.first(taken));
    } else {
      const bool is_between = unit_position_ < run_begin_;
      taken = std::min<std::uint64_t>((is_between ? run_begin_ : run_end_) - unit_position_,
                                      bytes.size());
      MoveWithinRun(bytes.first(taken));
    }
    bytes = bytes.subspan(taken);
  }
  if (has_short_runs) FinishRows();
}

// Bytes of one run, or between two.
void PieceWriter::MoveWithinRun(ByteView bytes) noexcept {
  if (unit_position_ >= run_begin_) {
    MoveElements(bytes);
  } else if (is_checked_) {
    crc_ = Crc32cExtend(crc_, bytes);
  }
  unit_position_ += bytes.size();
  if (unit_position_ == run_end_) {
    ++run_;
    BeginRun();
  }
}

// Runs that are too short for a kernel to take them one by one, with little between them.
bool PieceWriter::HasShortRuns() const noexcept {
  constexpr std::uint64_t kLongRun = 16 << 10, kWideGap = 2 << 10;
  return copy_->source_length < kLongRun &&
         copy_->loops.back().source_stride - copy_->source_length < kWideGap;
}

// Sums and converts whole elements into the block, those between the runs, too, and places what
// belongs to runs.
void PieceWriter::MoveBlock(ByteView bytes) noexcept {
  crc_ = transfer_(block_.data(), bytes.data(), bytes.size(), crc_);
  PlaceRows(unit_position_ + bytes.size());
}

// Places the elements of the block, which are those of [unit_position_, end) in the unit.
void PieceWriter::PlaceRows(std::uint64_t end) noexcept {
  const Kernel& kernel = *target_->kernel;
  const auto converted = [&kernel](std::uint64_t source_bytes) {
    return source_bytes / kernel.source_element * kernel.destination_element;
  };
  const SliceCopy::Loop& inner = copy_->loops.back();
  const std::uint64_t begin = unit_position_;
  while (run_ < num_runs_ && run_begin_ < end) {
    unit_position_ = std::max(unit_position_, run_begin_);
    const std::byte* const source = block_.data() + converted(unit_position_ - begin);
    RowShape rows = {.row_bytes = converted(std::min(run_end_, end) - unit_position_),
                     .num_rows = 1,
                     .source_stride = converted(inner.source_stride),
                     .destination_stride = inner.destination_stride};
    // As many whole runs as the block and the innermost loop have left go together.
    if (unit_position_ == run_begin_ && run_end_ <= end) {
      const std::uint64_t in_block = (end - run_end_) / inner.source_stride + 1;
      rows.num_rows = std::min(in_block, inner.count - run_ % inner.count);
    }
    CopyRows(destination_, source, rows);
    destination_ += rows.row_bytes;
    if (end < run_end_) break;
    run_ += rows.num_rows;
    unit_position_ = run_end_ + (rows.num_rows - 1) * inner.source_stride;
    BeginRun();
  }
  unit_position_ = end;
}

// A piece may begin inside a run. It ends with its target's last run at the latest, so there is
// always one ahead while bytes come in.
void PieceWriter::BeginRun() noexcept {
  if (run_ == num_runs_) return;
  const SliceRun run = copy_->Run(run_);
  run_begin_ = run.source;
  run_end_ = run.source + copy_->source_length;
  const std::uint64_t done = unit_position_ > run_begin_ ? unit_position_ - run_begin_ : 0;
  const Kernel& kernel = *target_->kernel;
  destination_ = plan_.buffers[target_->request] + run.destination +
                 done / kernel.source_element * kernel.destination_element;
}

}  // namespace thaw
