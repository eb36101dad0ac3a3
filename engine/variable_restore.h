// RestoreVariables: from assignments to values in variables.
//
// Role in the flow: what Initialize and the savers have in common: each assignment becomes a
// request, its variable gets memory, one plan is run for all. How variables came by their
// assignments is not known here.

#ifndef THAW_ENGINE_VARIABLE_RESTORE_H_
#define THAW_ENGINE_VARIABLE_RESTORE_H_

#include <cstdint>
#include <span>
#include <vector>

#include "engine/restore.h"
#include "engine/variables/variable_store.h"

namespace thaw {

// How requests are checked against the checkpoint.
enum class Grouping {
  kTogether,  // one RestoreV2 for all: the first failure changes no variable
  kEachAlone  // one RestoreV2 for each: a failure is its own
};

// Checks, plans and runs `requests`: Restore without the handle.
RestoreOutcome RunRequests(const CheckpointReader& reader, std::span<const Request> requests,
                           Grouping grouping, const RestoreOptions& options);

struct VariableAssignment {
  Variable* variable = nullptr;
  const CheckpointSource* source = nullptr;
  bool reshape = false;  // a value of another shape with as many elements fits
};

struct VariablesOutcome {
  Status status;                 // as RestoreOutcome
  std::vector<Status> statuses;  // one per assignment
  std::uint64_t restored_bytes = 0;
  IoSummary io;
};

// Restores variables of `store` from sources that all name `reader`'s checkpoint. A variable whose
// status is OK is initialised; one of partly unknown shape has then the shape of its value.
VariablesOutcome RestoreVariables(const CheckpointReader& reader,
                                  std::span<const VariableAssignment> assignments,
                                  Grouping grouping, const RestoreOptions& options,
                                  VariableStore& store);

}  // namespace thaw

#endif  // THAW_ENGINE_VARIABLE_RESTORE_H_
