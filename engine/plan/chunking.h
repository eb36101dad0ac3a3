// Chunking: cuts the units of a plan into pieces and gathers the pieces into chunks.
//
// Role in the flow: the planner's last step, pure arithmetic on file ranges. Small units are
// gathered until a task is worth its overhead; large ones are cut where the file has a multiple of
// the chunk size, so that reads stay aligned.

#ifndef THAW_ENGINE_PLAN_CHUNKING_H_
#define THAW_ENGINE_PLAN_CHUNKING_H_

#include <cstdint>

#include "engine/plan/plan.h"

namespace thaw {

// Bytes of a chunk when `num_bytes` are shared by `threads`: at most a fiftieth of each thread's
// share, so that waiting for the last chunk costs at most 2 %, and a power of two in
// [256 KiB, 8 MiB].
std::uint64_t ChooseChunkBytes(std::uint64_t num_bytes, int threads);

// Fills pieces, chunks and num_bytes of a plan whose units and targets are there, and the range of
// chunks in each unit.
//   chunk_bytes: a multiple of 4096.
void CutIntoChunks(std::uint64_t chunk_bytes, Plan* plan);

// The same for a plan that was cut before.
void RecutIntoChunks(std::uint64_t chunk_bytes, Plan* plan);

}  // namespace thaw

#endif  // THAW_ENGINE_PLAN_CHUNKING_H_
