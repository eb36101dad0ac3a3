// CheckpointPath: from what people type to the checkpoint they mean.
//
// Role in the flow: the first step of every command. It looks at names, at the `checkpoint` state
// file and at a few bytes; it must not know how any format is read. The formats and their order are
// the caller's (io/checkpoint_formats).
//
// What a path means, first match wins:
//   1. a prefix or file that a format recognises (format_recognition.h). So a prefix that is itself
//      named `checkpoint` is taken before a state file of that name, as TensorFlow does;
//   2. a directory: the latest checkpoint that its state file names; a SavedModel's variables; a
//      prefix without a base name (`dir/.index`); a prefix of the directory's own name beside it; a
//      safetensors model;
//   3. a state file, recognised by its content.

#ifndef THAW_IO_CHECKPOINT_CHECKPOINT_PATH_H_
#define THAW_IO_CHECKPOINT_CHECKPOINT_PATH_H_

#include <span>
#include <string>

#include "io/base/result.h"
#include "io/checkpoint/checkpoint_reader.h"
#include "io/checkpoint/format_recognition.h"
#include "io/storage/storage.h"

namespace thaw {

struct PathForm {
  CheckpointFormat format;
  RecogniseFn recognise;
};

struct CheckpointPath {
  CheckpointFormat format = CheckpointFormat::kTfV2;
  std::string prefix;
  std::string taken_for;  // one sentence when `prefix` is not what was typed; else empty
};

// Errors: NotFound         nothing there, or no checkpoint; with what is there as a hint.
//         InvalidArgument  an empty path, or one that no file can have.
//         else             as Storage::Kind and Storage::Open.
Result<CheckpointPath> ResolveCheckpointPath(const Storage& storage, const std::string& typed,
                                             std::span<const PathForm> forms);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_CHECKPOINT_PATH_H_
