#include "engine/exec/unit_errors.h"

#include <string>

namespace thaw {

Status AtUnit(const Status& status, const Unit& unit, const CheckpointReader& reader) {
  return status.WithFile(reader.shard_path(unit.shard))
      .WithTensor(reader.tensor(unit.tensor).name)
      .WithShard(unit.shard)
      .WithOffset(unit.offset);
}

Status ChecksumError(const Unit& unit, std::uint32_t calculated, const CheckpointReader& reader) {
  return AtUnit(
      DataLossError("Checksum does not match: stored " + std::to_string(unit.crc32c) +
                    " vs. calculated on the restored bytes " + std::to_string(calculated) + " (" +
                    std::to_string(unit.length) + " bytes)"),
      unit, reader);
}

}  // namespace thaw
