#include "engine/exec/data_files.h"

#include <optional>
#include <string>

#include "engine/exec/unit_errors.h"

namespace thaw {

DataFiles::DataFiles(const Plan& plan, const CheckpointReader& reader, UnitLog* log)
    : files_(reader.num_shards()) {
  // Units are sorted by shard: each file is opened once, by its first unit.
  std::optional<std::uint32_t> opened;
  Status open_status;
  for (std::uint32_t u = 0; u < plan.units.size(); ++u) {
    const Unit& unit = plan.units[u];
    if (opened != unit.shard) {
      opened = unit.shard;
      Result<const File*> file = reader.OpenShard(unit.shard);
      open_status = file.status();
      files_[unit.shard] = file.ok() ? *file : nullptr;
    }
    if (is_usable(unit)) continue;
    Status status = open_status;
    if (status.ok()) {
      const std::uint64_t size = files_[unit.shard]->size();
      status = OutOfRangeError("Read less bytes than requested: the tensor's data ends at byte " +
                               std::to_string(unit.end()) + ", the file at " + std::to_string(size))
                   .WithHint("the file is cut off; fetch it again");
    }
    log->failures.push_back({u, unit.offset, AtUnit(status, unit, reader)});
  }
}

void DataFiles::CheckUnchanged(UnitLog* log) const {
  for (std::uint32_t shard = 0; shard < files_.size(); ++shard) {
    if (files_[shard] == nullptr) continue;
    const Status status = files_[shard]->CheckUnchanged();
    if (status.ok()) continue;
    log->changed_shards.emplace_back(shard,
                                     status.WithFile(files_[shard]->path()).WithShard(shard));
  }
}

}  // namespace thaw
