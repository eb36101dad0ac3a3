// Checkpoint: an open checkpoint, found by whatever a person types.
//
// Role in the flow: the front door of the library. Everything below it is reached through the
// CheckpointReader it holds.

#ifndef THAW_ENGINE_CHECKPOINT_H_
#define THAW_ENGINE_CHECKPOINT_H_

#include <memory>
#include <string>
#include <vector>

#include "io/base/result.h"
#include "io/checkpoint/checkpoint_reader.h"
#include "io/storage/storage.h"

namespace thaw {

struct OpenOptions {
  IoMode io = IoMode::kAuto;
  // Open even when entries of single tensors are wrong (for `thaw verify`).
  bool tolerate_entry_errors = false;
  // Catch SIGBUS while mapped data files are read, so that a file that shrinks or fails meanwhile
  // is an error, not the end of the process. Without it kAuto reads instead of mapping.
  bool guard_faults = true;
  // The tensors that are wanted, when they are known and few: of a V2 checkpoint's index only what
  // is needed for them is read then, and the checkpoint may list no others. Faults elsewhere in the
  // index are not seen, as TensorFlow does not see them. Empty: all tensors.
  std::vector<std::string> tensors = {};
};

// A cheap handle on an immutable reader; copies share it. Thread-safe.
class Checkpoint {
 public:
  // `path`: a prefix, `.index`, `.data-…`, `.meta`, a directory with a `checkpoint` file, that
  // file, a SavedModel directory, a V1 or `.safetensors` file.
  // Errors: NotFound       nothing there, no state file, a Git LFS pointer (with a hint).
  //         DataLoss       the index contradicts itself.
  //         Unimplemented  a format that is recognised but not read.
  //         and those of Storage::Open.
  static Result<Checkpoint> Open(const std::string& path, const OpenOptions& options = {});

  // Opens what TensorFlow would read under `prefix`, and nothing else: the index and data files of
  // that prefix, a V1 file, or a pattern of V1 files. A file of any other format counts, too.
  // Errors: NotFound  nothing there; an index file, which TensorFlow opens as one without tensors.
  //         DataLoss  a directory, another file of a checkpoint, no checkpoint.
  //         else      as Open.
  static Result<Checkpoint> OpenPrefix(const std::string& prefix, const OpenOptions& options = {});

  const std::string& prefix() const { return reader_->prefix(); }
  // What `path` was taken for, when that differs from a prefix: one sentence; else empty.
  const std::string& taken_for() const { return taken_for_; }
  CheckpointFormat format() const { return reader_->format(); }

  std::size_t num_tensors() const { return reader_->num_tensors(); }
  TensorInfo tensor(std::size_t index) const { return reader_->tensor(index); }
  // By key; in an object-based checkpoint also by full name or object path (tensor_lookup.h). The
  // name in the result is the key.
  // Errors: NotFound, with the nearest names as a hint; as CheckpointReader::object_graph.
  Result<TensorInfo> Find(std::string_view name) const;

  const std::shared_ptr<const CheckpointReader>& reader() const { return reader_; }

 private:
  Checkpoint(std::shared_ptr<const CheckpointReader> reader, std::string taken_for)
      : reader_(std::move(reader)), taken_for_(std::move(taken_for)) {}

  std::shared_ptr<const CheckpointReader> reader_;
  std::string taken_for_;
};

}  // namespace thaw

#endif  // THAW_ENGINE_CHECKPOINT_H_
