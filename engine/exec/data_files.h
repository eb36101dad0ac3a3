// DataFiles: the data files of a plan, opened before the first byte is read.
//
// Role in the flow: the executors' first and last step. All files are opened up front, so that
// index and data are of one generation even if the checkpoint is replaced meanwhile; at the end
// each must be as it was.

#ifndef THAW_ENGINE_EXEC_DATA_FILES_H_
#define THAW_ENGINE_EXEC_DATA_FILES_H_

#include <cstdint>
#include <vector>

#include "engine/exec/settlement.h"
#include "engine/plan/plan.h"
#include "io/checkpoint/checkpoint_reader.h"
#include "io/storage/storage.h"

namespace thaw {

// Thread-safe once opened.
class DataFiles {
 public:
  // Opens every shard that a unit lies in. Units whose file cannot be opened, or ends before them,
  // fail here and are marked unusable. Nothing is allocated by what the index claims.
  DataFiles(const Plan& plan, const CheckpointReader& reader, UnitLog* log);

  std::size_t num_shards() const { return files_.size(); }
  // The file of a usable unit's shard.
  const File& file(std::uint32_t shard) const { return *files_[shard]; }
  // nullptr: it could not be opened.
  const File* file_or_null(std::uint32_t shard) const { return files_[shard]; }

  // Every piece of the chunk lies in a file that is open and long enough.
  bool is_usable(const Chunk& chunk) const {
    return files_[chunk.shard] != nullptr && chunk.end <= files_[chunk.shard]->size();
  }
  bool is_usable(const Unit& unit) const {
    return files_[unit.shard] != nullptr && unit.end() <= files_[unit.shard]->size();
  }

  // Notes the files that are not what they were.
  void CheckUnchanged(UnitLog* log) const;

 private:
  std::vector<const File*> files_;  // by shard; nullptr: not opened
};

}  // namespace thaw

#endif  // THAW_ENGINE_EXEC_DATA_FILES_H_
