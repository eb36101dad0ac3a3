// THE list of checkpoint formats: how each is recognised and opened.
//
// Role in the flow: between a path and an open reader. To add a format: a folder
// io/checkpoint/<name>/ with its reader, a row in checkpoint_formats.cc, a line in the reader
// suite.

#ifndef THAW_IO_CHECKPOINT_FORMATS_H_
#define THAW_IO_CHECKPOINT_FORMATS_H_

#include <memory>
#include <span>
#include <string>

#include "io/base/result.h"
#include "io/checkpoint/checkpoint_path.h"
#include "io/checkpoint/checkpoint_reader.h"
#include "io/storage/storage.h"

namespace thaw {

using OpenReaderFn = Result<std::shared_ptr<const CheckpointReader>> (*)(const Storage& storage,
                                                                         const std::string& prefix,
                                                                         IoMode mode);

struct CheckpointFormatEntry {
  PathForm form;
  OpenReaderFn open;
};

// In the order in which a path is tried.
std::span<const CheckpointFormatEntry> CheckpointFormats();

// ResolveCheckpointPath with all formats.
Result<CheckpointPath> ResolveCheckpointPath(const Storage& storage, const std::string& typed);

// Opens what ResolveCheckpointPath found.
//   storage: outlives the reader.
// Errors: Unimplemented  a format that is recognised and not read; else those of its reader.
Result<std::shared_ptr<const CheckpointReader>> OpenCheckpointReader(const Storage& storage,
                                                                     const CheckpointPath& path,
                                                                     IoMode mode);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_FORMATS_H_
