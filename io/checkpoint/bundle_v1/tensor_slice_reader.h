// The reader of TensorFlow's V1 checkpoints: one tensor-slice file, or a numbered set of them.
//
// Role in the flow: from the sorted tables to a CheckpointReader. When it is opened, the lists of
// tensors are read and checked, and of large tensors of floats where they lie; all other records
// are read when their tensors are. Format: docs/format/tensor_slices_v1.md.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V1_TENSOR_SLICE_READER_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V1_TENSOR_SLICE_READER_H_

#include <memory>
#include <string>

#include "io/base/result.h"
#include "io/checkpoint/checkpoint_reader.h"
#include "io/storage/storage.h"

namespace thaw {

// Opens the file of that path; where there is none, all files that match it, when it is a pattern
// like "dir/model-0-?????" "-of-00002".
//   storage: outlives the reader.
//   mode: how the files are read.
// Faults that concern one tensor alone do not fail the call; they are in entry_errors().
// Errors: NotFound         there is no such file.
//         DataLoss         a table contradicts itself, or does not begin with a list of tensors.
//         InvalidArgument  a version that this reader does not accept.
//         Unimplemented    a file exceeds the limits of TensorSliceTableLimits.
//         else as Storage::Open and File::Visit.
// Untrusted input: yes.
Result<std::shared_ptr<const CheckpointReader>> OpenTensorSlices(const Storage& storage,
                                                                 const std::string& path,
                                                                 IoMode mode);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V1_TENSOR_SLICE_READER_H_
