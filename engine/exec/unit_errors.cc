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
  const Status status =
      DataLossError("Checksum does not match: stored " + std::to_string(unit.crc32c) +
                    " vs. calculated on the restored bytes " + std::to_string(calculated) + " (" +
                    std::to_string(unit.length) + " bytes)");
  // In a V1 file the checksum is that of a block, and TensorFlow only says that copying failed.
  const bool is_v1 = reader.format() == CheckpointFormat::kTfV1;
  return AtUnit(is_v1 ? status.WithTfClass("InvalidArgumentError") : status, unit, reader);
}

}  // namespace thaw
