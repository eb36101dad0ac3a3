// ChunkTransfer: moves the pieces of one chunk to their destinations, as the bytes come in.
//
// Role in the flow: the step between File::Visit and the kernels. It works on one chunk with one
// thread and knows nothing of other chunks; what it cannot decide alone, the sum of a unit that
// goes on in another chunk, it hands on in its result.

#ifndef THAW_ENGINE_EXEC_CHUNK_TRANSFER_H_
#define THAW_ENGINE_EXEC_CHUNK_TRANSFER_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/exec/data_files.h"
#include "engine/exec/settlement.h"
#include "engine/plan/plan.h"
#include "io/base/bytes.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

// The bytes that a chunk holds of a unit which other chunks hold parts of, too.
struct UnitShare {
  static constexpr std::uint32_t kNone = UINT32_MAX;

  std::uint32_t unit = kNone;
  std::uint32_t crc32c = 0;  // of the share, begun at 0
  std::uint64_t length = 0;
  bool failed = false;
  bool is_touched = false;  // some of it may have reached a destination
};

struct ChunkResult {
  enum class Kind : std::uint8_t {
    kWorked,   // the units that lie in it whole have their states
    kSkipped,  // nothing of it was begun
    kBroken,   // left in the middle; nothing it held may be used
  };

  explicit ChunkResult(std::uint32_t c = 0, Kind k = Kind::kWorked, Status why = Status())
      : chunk(c), kind(k), reason(std::move(why)) {}

  std::uint32_t chunk;
  Kind kind;
  Status reason;   // why it was not worked to its end
  UnitShare head;  // of a unit that began in an earlier chunk (and may go on in a later one)
  UnitShare tail;  // of a unit that begins here and goes on
  std::vector<UnitFailure> failures;
};

// Where the bytes of a chunk are.
struct ChunkSource {
  // In the file still: `staging` is as File::Visit wants it.
  explicit ChunkSource(MutableByteView staging_bytes) : staging(staging_bytes) {}
  // In memory: `bytes` begin at `first_offset` of the file and hold all pieces.
  ChunkSource(ByteView bytes, std::uint64_t first_offset) : read(bytes), offset(first_offset) {}

  MutableByteView staging;
  ByteView read;  // empty: in the file still
  std::uint64_t offset = 0;
};

// Reads and moves a chunk of fixed-size elements, and concludes the units that lie in it whole:
// their states in `log` are written, of no other unit. When the read fails, its units are read one
// by one, so that only those fail that lie in the damage.
// May throw std::bad_alloc.
ChunkResult TransferChunk(const Plan& plan, std::uint32_t chunk, const DataFiles& files,
                          const CheckpointReader& reader, const ChunkSource& source, UnitLog* log);

}  // namespace thaw

#endif  // THAW_ENGINE_EXEC_CHUNK_TRANSFER_H_
