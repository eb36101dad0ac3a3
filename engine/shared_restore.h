// RestoreIntoSegment: a checkpoint's tensors into a shared segment that is complete afterwards.
//
// Role in the flow: between SharedCheckpoint, which decides that a segment is to be made, and
// Restore. It must not know names or who else wants the segment.

#ifndef THAW_ENGINE_SHARED_RESTORE_H_
#define THAW_ENGINE_SHARED_RESTORE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "engine/checkpoint.h"
#include "engine/shared/shared_memory.h"
#include "engine/shared_checkpoint.h"
#include "io/base/result.h"

namespace thaw {

// Text that is equal for options that choose the same tensors in the same dtypes by the same words.
std::string RecipeOf(const ShareOptions& options);

using MakeSharedMemory = std::function<Result<NewSharedMemory>(std::uint64_t size)>;

// Errors: as SharedCheckpoint::Load without those of names.
Result<NewSharedMemory> RestoreIntoSegment(const Checkpoint& checkpoint,
                                           const ShareOptions& options,
                                           const MakeSharedMemory& make);

}  // namespace thaw

#endif  // THAW_ENGINE_SHARED_RESTORE_H_
