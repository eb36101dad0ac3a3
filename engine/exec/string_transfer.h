// String transfer: one stored part of a string tensor, from its bytes to the elements of requests.
//
// Role in the flow: the strings' counterpart of ChunkTransfer. The part is copied to the heap once,
// so that the bytes that are summed are the bytes that are decoded; receivers are not touched
// before the run ends.

#ifndef THAW_ENGINE_EXEC_STRING_TRANSFER_H_
#define THAW_ENGINE_EXEC_STRING_TRANSFER_H_

#include <cstdint>
#include <span>

#include "engine/exec/data_files.h"
#include "engine/exec/settlement.h"
#include "engine/plan/plan.h"
#include "engine/plan/request.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

// Decodes string unit `unit` into log->strings and writes its state; a failure is appended to
// `failures`. One thread at a time for all string units of a run: its extra memory is one part.
void TransferStrings(const Plan& plan, std::uint32_t unit, const DataFiles& files,
                     const CheckpointReader& reader, std::span<const Request> requests,
                     UnitLog* log, std::vector<UnitFailure>* failures);

}  // namespace thaw

#endif  // THAW_ENGINE_EXEC_STRING_TRANSFER_H_
