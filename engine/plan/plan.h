// Plan: which bytes are read, in which runs, and where each goes. Pure data.
//
// Role in the flow: the planner makes it from requests and an index, an executor carries it out. It
// can be printed and compared; it holds no file, no thread and no outcome.
//
//   request ─┬─► target ─► unit      a unit is a stored part: what one checksum covers
//            └─► target ─► unit ─┬─► piece ─┐
//                                └─► piece ─┴─► chunk     a chunk is one task and one read
//
// Units are in the order of the files (shard, then offset), their pieces and the chunks likewise:
// each level is a flat vector that refers to its neighbours by index, so 100,000 tensors take no
// allocation of their own.

#ifndef THAW_ENGINE_PLAN_PLAN_H_
#define THAW_ENGINE_PLAN_PLAN_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "engine/kernels/kernel.h"
#include "engine/plan/slice_copy.h"
#include "io/base/status.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

// What one request takes from one unit.
struct Target {
  // `slice_copy` of a target whose elements lie together on both sides.
  static constexpr std::uint32_t kPlain = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t request = 0;
  std::uint32_t slice_copy = kPlain;  // index into Plan::slice_copies
  // Moves the elements; nullptr for strings.
  const Kernel* kernel = nullptr;
  // Where the elements go, from the start of the request's buffer in bytes: the run that begins at
  // `begin` (plain), or the whole wanted slice (0). Strings count elements instead.
  std::uint64_t destination = 0;
  // The span of the unit's bytes that holds the elements: [begin, end). Strings count elements.
  std::uint64_t begin = 0;
  std::uint64_t end = 0;

  friend bool operator==(const Target&, const Target&) = default;
};

// A stored part. When `is_checked`, all of its bytes are read and must agree with the checksum
// before any of them counts as restored.
struct Unit {
  std::uint64_t offset = 0;  // in the data file
  std::uint64_t length = 0;
  std::uint64_t num_elements = 0;
  std::uint32_t shard = 0;
  std::uint32_t tensor = 0;  // index in the reader
  std::uint32_t crc32c = 0;  // unmasked; of no meaning unless is_checked
  std::uint32_t first_target = 0;
  std::uint32_t num_targets = 0;
  std::uint32_t first_chunk = 0;
  std::uint32_t last_chunk = 0;  // inclusive
  bool is_checked = false;
  bool is_string = false;
  bool is_read_whole = false;  // all bytes are read, as for the checksum, though there is none

  std::uint64_t end() const { return offset + length; }
  friend bool operator==(const Unit&, const Unit&) = default;
};

// A contiguous range of one unit that has one use.
struct Piece {
  // `target` of bytes that nobody wants but the checksum.
  static constexpr std::uint32_t kNoTarget = std::numeric_limits<std::uint32_t>::max();

  std::uint64_t offset = 0;  // in the data file
  std::uint64_t length = 0;
  std::uint32_t unit = 0;
  std::uint32_t target = kNoTarget;

  std::uint64_t end() const { return offset + length; }
  friend bool operator==(const Piece&, const Piece&) = default;
};

// Pieces that are read together: bytes [offset, end) of a data file, holes between pieces included.
// A string unit has a chunk to itself.
struct Chunk {
  std::uint64_t offset = 0;
  std::uint64_t end = 0;
  std::uint32_t shard = 0;
  std::uint32_t first_piece = 0;
  std::uint32_t num_pieces = 0;
  bool is_string = false;

  friend bool operator==(const Chunk&, const Chunk&) = default;
};

// A request that the plan leaves out (PlanOptions::isolate_requests).
struct Refusal {
  std::uint32_t request = 0;
  Status status;
};

struct Plan {
  // One per request: its buffer, which outlives the plan; nullptr for strings.
  std::vector<std::byte*> buffers;
  std::vector<Unit> units;
  std::vector<Target> targets;  // of unit 0, of unit 1, …
  std::vector<SliceCopy> slice_copies;
  std::vector<Piece> pieces;  // of chunk 0, of chunk 1, …
  std::vector<Chunk> chunks;
  std::vector<Refusal> refusals;  // by request
  std::uint64_t num_bytes = 0;    // that the pieces hold

  // Same reads into the same places, whatever the addresses of the buffers; refusals are compared
  // by request and code.
  bool operator==(const Plan& other) const;
};

// The plan as text, one line a chunk and one a piece. Addresses are left out, so equal plans for
// different buffers print alike.
std::string Describe(const Plan& plan, const CheckpointReader& reader);

}  // namespace thaw

#endif  // THAW_ENGINE_PLAN_PLAN_H_
