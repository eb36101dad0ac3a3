// The reader of TensorFlow's V2 checkpoints: `P.index` and its data files.
//
// Role in the flow: from the sorted table of the index to a CheckpointReader. The index is read
// and checked when it is opened; data files are opened when they are first asked for.
// Format: docs/format/tensor_bundle_v2.md.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V2_BUNDLE_READER_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V2_BUNDLE_READER_H_

#include <memory>
#include <span>
#include <string>

#include "io/base/result.h"
#include "io/checkpoint/checkpoint_reader.h"
#include "io/storage/storage.h"

namespace thaw {

// Opens the checkpoint of that prefix ("dir/model-0", without ".index").
//   storage: outlives the reader.
//   mode: how the data files are read.
// Faults that concern one tensor alone do not fail the call; they are in entry_errors().
// Errors: NotFound         there is no `P.index`.
//         DataLoss         the table or the header contradicts itself or names an impossible
//                          number of data files.
//         InvalidArgument  a version that this reader does not accept.
//         Unimplemented    the index exceeds the limits of TableLimits.
//         else as Storage::Open and File::Visit.
// Untrusted input: yes.
Result<std::shared_ptr<const CheckpointReader>> OpenBundleV2(const Storage& storage,
                                                             const std::string& prefix,
                                                             IoMode mode);

// The same for a few tensors: of the index only the blocks are read, and checked, in which their
// entries and those of their slices lie. The reader lists just these tensors and the object graph.
// What is wrong with other tensors, or with their places in the data files, is not seen. When a
// tensor is not there under that name, the whole index is read, which may know it under another or
// knows what to suggest.
//   tensors: names, in any order.
// Errors: as OpenBundleV2.
Result<std::shared_ptr<const CheckpointReader>> OpenBundleV2For(
    const Storage& storage, const std::string& prefix, IoMode mode,
    std::span<const std::string> tensors);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V2_BUNDLE_READER_H_
