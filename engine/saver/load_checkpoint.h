// LoadCheckpoint: tf.train.load_checkpoint and the reader that it gives.
//
// Role in the flow: for Python's load_checkpoint, load_variable and list_variables: which path is
// which checkpoint, and which tensors TensorFlow's reader refuses. Reading is Restore's job.

#ifndef THAW_ENGINE_SAVER_LOAD_CHECKPOINT_H_
#define THAW_ENGINE_SAVER_LOAD_CHECKPOINT_H_

#include <string>
#include <string_view>

#include "engine/checkpoint.h"
#include "io/base/result.h"

namespace thaw {

// A prefix, or a directory with a state file.
// Errors: NotFound (ValueError)  a directory without a latest checkpoint.
//         else                   as Checkpoint::OpenPrefix.
Result<Checkpoint> LoadCheckpoint(const std::string& path_or_directory,
                                  const OpenOptions& options = {});

// The tensor that CheckpointReader.get_tensor gives. Object-based checkpoints know full names and
// object paths, too.
// Errors: NotFound                      no tensor of that name.
//         InvalidArgument (ValueError)  slices of the tensor are missing.
//         Unimplemented                 V1: a tensor in slices, or a dtype that its reader lacks.
//         Internal                      a variant or resource, which no array holds.
Result<TensorInfo> FindReadableTensor(const Checkpoint& checkpoint, std::string_view name);

// load_variable's name of a tensor: without the ":0" of an output.
std::string_view WithoutOutputNumber(std::string_view name);

}  // namespace thaw

#endif  // THAW_ENGINE_SAVER_LOAD_CHECKPOINT_H_
