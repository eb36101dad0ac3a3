// UnitJoiner: joins the shares of units that several chunks hold, and keeps the log of a run.
//
// Role in the flow: the last step of every chunk. Sums of shares are combined by arithmetic, so no
// byte is read twice; shares may come in any order.

#ifndef THAW_ENGINE_EXEC_UNIT_JOINER_H_
#define THAW_ENGINE_EXEC_UNIT_JOINER_H_

#include <cstdint>
#include <vector>

#include "engine/exec/chunk_transfer.h"
#include "engine/exec/settlement.h"
#include "engine/plan/plan.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

// One thread at a time.
class UnitJoiner {
 public:
  UnitJoiner(const Plan& plan, const CheckpointReader& reader, UnitLog* log);

  // Notes what became of a chunk. When the last share of a unit arrives, its sum is compared.
  void Add(const ChunkResult& result);

 private:
  void AddShare(std::uint32_t chunk, const UnitShare& share, std::vector<UnitShare>* shares);
  void Conclude(std::uint32_t unit);
  void SpoilChunk(std::uint32_t chunk);

  const Plan& plan_;
  const CheckpointReader& reader_;
  UnitLog& log_;
  // By chunk. A chunk holds at most one share of either kind.
  std::vector<UnitShare> heads_;
  std::vector<UnitShare> tails_;
  std::vector<std::uint32_t> num_arrived_;  // shares of the unit that begins in this chunk's tail
};

}  // namespace thaw

#endif  // THAW_ENGINE_EXEC_UNIT_JOINER_H_
