// The words and the place of a unit's failure.
//
// Role in the flow: every step of an executor that can fail names file, shard, offset and tensor in
// the same way.

#ifndef THAW_ENGINE_EXEC_UNIT_ERRORS_H_
#define THAW_ENGINE_EXEC_UNIT_ERRORS_H_

#include <cstdint>

#include "engine/plan/plan.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

// `status` with the place of `unit`, where it names none of its own.
Status AtUnit(const Status& status, const Unit& unit, const CheckpointReader& reader);

// DataLoss with TensorFlow's facts: both sums unmasked, in decimal.
Status ChecksumError(const Unit& unit, std::uint32_t calculated, const CheckpointReader& reader);

}  // namespace thaw

#endif  // THAW_ENGINE_EXEC_UNIT_ERRORS_H_
