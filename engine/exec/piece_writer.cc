#include "engine/exec/piece_writer.h"

#include <algorithm>
#include <cstring>

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
  while (!bytes.empty()) {
    const bool is_between = unit_position_ < run_begin_;
    const std::uint64_t taken = std::min<std::uint64_t>(
        (is_between ? run_begin_ : run_end_) - unit_position_, bytes.size());
    if (!is_between) {
      MoveElements(bytes.first(taken));
    } else if (is_checked_) {
      crc_ = Crc32cExtend(crc_, bytes.first(taken));
    }
    unit_position_ += taken;
    bytes = bytes.subspan(taken);
    if (unit_position_ == run_end_) {
      ++run_;
      BeginRun();
    }
  }
}

// A piece may begin inside a run. It ends with its target's last run at the latest, so there is
// always one ahead while bytes come in.
void PieceWriter::BeginRun() noexcept {
  if (run_ == copy_->num_runs()) return;
  const SliceRun run = copy_->Run(run_);
  run_begin_ = run.source;
  run_end_ = run.source + copy_->source_length;
  const std::uint64_t done = unit_position_ > run_begin_ ? unit_position_ - run_begin_ : 0;
  const Kernel& kernel = *target_->kernel;
  destination_ = plan_.buffers[target_->request] + run.destination +
                 done / kernel.source_element * kernel.destination_element;
}

}  // namespace thaw
