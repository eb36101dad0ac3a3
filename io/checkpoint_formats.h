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

// Opens a reader that need not list other tensors than these, when the format can be read so.
using OpenReaderForFn = Result<std::shared_ptr<const CheckpointReader>> (*)(
    const Storage& storage, const std::string& prefix, IoMode mode,
    std::span<const std::string> tensors);

struct CheckpointFormatEntry {
  PathForm form;
  OpenReaderFn open;
  OpenReaderForFn open_for = nullptr;  // nullptr: the index is always read whole
};

// In the order in which a path is tried.
std::span<const CheckpointFormatEntry> CheckpointFormats();

// ResolveCheckpointPath with all formats.
Result<CheckpointPath> ResolveCheckpointPath(const Storage& storage, const std::string& typed);

// Opens a checkpoint of that format.
//   storage: outlives the reader.
//   tensors: those that are wanted, by name; a few of them spare the reading of the whole index,
//   and the reader may then list no others. Empty: all.
// Errors: those of the format's reader.
Result<std::shared_ptr<const CheckpointReader>> OpenCheckpointReader(
    const CheckpointFormatEntry& format, const Storage& storage, const std::string& prefix,
    IoMode mode, std::span<const std::string> tensors);

// The same for what ResolveCheckpointPath found.
// Errors: Unimplemented  a format that is recognised and not read; else those of its reader.
Result<std::shared_ptr<const CheckpointReader>> OpenCheckpointReader(
    const Storage& storage, const CheckpointPath& path, IoMode mode,
    std::span<const std::string> tensors);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_FORMATS_H_
