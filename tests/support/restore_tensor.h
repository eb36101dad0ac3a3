// Restores one tensor the way a user does, into memory that a test can judge afterwards.
//
// Role in the flow: test support above the engine; golden and malformed checkpoints go through it.

#ifndef THAW_TESTS_SUPPORT_RESTORE_TENSOR_H_
#define THAW_TESTS_SUPPORT_RESTORE_TENSOR_H_

#include <string>
#include <vector>

#include "engine/checkpoint.h"
#include "engine/restore.h"

namespace thaw {

struct RestoredTensor {
  Status status;
  BufferState state = BufferState::kUntouched;
  std::string bytes;                 // the buffer afterwards; empty for strings and huge tensors
  std::vector<std::string> strings;  // of a string tensor
};

// What fills a buffer before it is restored into.
inline constexpr char kCanary = '\x5a';
// What options.poison is set to.
inline constexpr char kPoison = '\x33';

// Restores a whole tensor in its own dtype. A tensor of more than 1 GiB gets memory that ends the
// process when anybody touches it.
RestoredTensor RestoreTensor(const Checkpoint& checkpoint, const TensorInfo& tensor,
                             RestoreOptions options = {});

}  // namespace thaw

#endif  // THAW_TESTS_SUPPORT_RESTORE_TENSOR_H_
