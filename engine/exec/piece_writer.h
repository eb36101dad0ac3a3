// PieceWriter: the sink that takes the bytes of a file range apart into pieces and hands each to
// its kernel.
//
// Role in the flow: the innermost loop above the kernels. It is called back by File::Visit with
// spans that end anywhere, and must not allocate, lock or throw there (PieceSink).

#ifndef THAW_ENGINE_EXEC_PIECE_WRITER_H_
#define THAW_ENGINE_EXEC_PIECE_WRITER_H_

#include <array>
#include <cstdint>
#include <span>

#include "engine/plan/plan.h"
#include "io/base/bytes.h"

namespace thaw {

// One thread.
class PieceWriter {
 public:
  // pieces: neighbours in the plan.
  // crcs: one per piece; receives the CRC of its unit's bytes from the unit's first piece in
  // `pieces`
  //   to the end of this one, where the unit is checked.
  PieceWriter(const Plan& plan, std::span<const Piece> pieces, std::uint32_t* crcs);

  // Takes the next bytes of the file; the first begin where the first piece does.
  void Consume(ByteView bytes) noexcept;

  // Pieces that are complete.
  std::size_t num_done() const { return current_; }

 private:
  void BeginPiece() noexcept;
  void FinishPiece() noexcept;
  void SkipEmptyPieces() noexcept;
  void Move(ByteView bytes) noexcept;
  void MoveElements(ByteView bytes) noexcept;
  void MoveRuns(ByteView bytes) noexcept;
  void MoveWithinRun(ByteView bytes) noexcept;
  bool HasShortRuns() const noexcept;
  void MoveBlock(ByteView bytes) noexcept;
  void PlaceRows(std::uint64_t end) noexcept;
  void BeginRun() noexcept;

  // Of a block that a core's own cache keeps beside the source that it came from.
  static constexpr std::size_t kBlock = 8192;

  // The widest element of any dtype.
  static constexpr std::size_t kMaxElement = 16;

  const Plan& plan_;
  const std::span<const Piece> pieces_;
  std::uint32_t* const crcs_;
  std::uint64_t position_ = 0;  // in the file
  std::size_t current_ = 0;     // the piece that is open
  std::uint32_t crc_ = 0;       // of its unit so far

  // Of the open piece.
  const Target* target_ = nullptr;  // nullptr: only its checksum is wanted
  bool is_checked_ = false;
  TransferFn transfer_ = nullptr;
  std::byte* destination_ = nullptr;  // of the next element
  // Of its slice copy, if it has one; positions count from the start of the unit.
  const SliceCopy* copy_ = nullptr;
  std::uint64_t unit_position_ = 0;
  std::uint64_t num_runs_ = 0;
  std::uint64_t run_ = 0;
  std::uint64_t run_begin_ = 0;
  std::uint64_t run_end_ = 0;

  // Elements of short runs, and of what lies between them, on their way to their places.
  alignas(64) std::array<std::byte, kBlock> block_;

  // An element whose bytes came in two spans.
  std::array<std::byte, kMaxElement> split_{};
  std::size_t split_size_ = 0;
};

}  // namespace thaw

#endif  // THAW_ENGINE_EXEC_PIECE_WRITER_H_
