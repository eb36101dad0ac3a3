// The reader of safetensors: one file, or a model in several with an index.
//
// Role in the flow: from the headers of the files to a CheckpointReader. All headers are read and
// checked when it is opened. The format keeps no checksums. Format: docs/format/safetensors.md.

#ifndef THAW_IO_CHECKPOINT_SAFETENSORS_SAFETENSORS_READER_H_
#define THAW_IO_CHECKPOINT_SAFETENSORS_SAFETENSORS_READER_H_

#include <memory>
#include <string>

#include "io/base/result.h"
#include "io/checkpoint/checkpoint_reader.h"
#include "io/storage/storage.h"

namespace thaw {

// Opens "x.safetensors", or "x.safetensors.index.json" and the files it names beside it.
//   storage: outlives the reader.
//   mode: how the files are read; headers are never read with direct I/O.
// A tensor of a dtype that is not read (safetensors_dtypes) does not fail the call; it is listed,
// and in entry_errors().
// Errors: NotFound       the file, or one that the index names, is not there.
//         DataLoss       a header or the index contradicts itself, or they contradict each other.
//         Unimplemented  more files than kMaxSafetensorsFiles.
//         else as Storage::Open and File::Read.
// Untrusted input: yes.
Result<std::shared_ptr<const CheckpointReader>> OpenSafetensors(const Storage& storage,
                                                                const std::string& path,
                                                                IoMode mode);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_SAFETENSORS_SAFETENSORS_READER_H_
