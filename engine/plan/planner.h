// Planner: from requests and a checkpoint's index to a Plan, or to the error TensorFlow would give.
//
// Role in the flow: between the facade and the executors. It makes the checks of RestoreV2 in their
// order (docs/tensorflow_rules.md), then sorts, coalesces and cuts. It opens no data file and
// starts no thread.

#ifndef THAW_ENGINE_PLAN_PLANNER_H_
#define THAW_ENGINE_PLAN_PLANNER_H_

#include <cstdint>
#include <span>

#include "engine/plan/plan.h"
#include "engine/plan/request.h"
#include "io/base/result.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

struct PlanOptions {
  int threads = 1;  // that will share the work; decides the size of a chunk
  // Compare checksums. Without, only the bytes that are wanted are read.
  bool verify = true;
  // A request that fails is left out and recorded in Plan::refusals, as if each were a RestoreV2 of
  // its own (init_from_checkpoint). Otherwise the first failure fails all (Saver.restore).
  bool isolate_requests = false;
  // Bytes of a chunk; 0: chosen from the work and the threads.
  std::uint64_t chunk_bytes = 0;
};

// The requests' buffers and receivers outlive the plan; their names and specs do not matter later.
// Errors, in this order:
//   NotFound         a name is not in the checkpoint: the first in the order of the requests.
//   InvalidArgument  dtypes differ: all of them, one a line, in the order of the file.
//   InvalidArgument, Internal, DataLoss, Unimplemented  slices, shapes and buffers of one tensor:
//                    the first in the order of the file.
//   InvalidArgument  two requests write to the same memory.
// A tensor whose entries are damaged gives the reader's own error in the place of the first.
Result<Plan> BuildPlan(const CheckpointReader& reader, std::span<const Request> requests,
                       const PlanOptions& options = {});

}  // namespace thaw

#endif  // THAW_ENGINE_PLAN_PLANNER_H_
