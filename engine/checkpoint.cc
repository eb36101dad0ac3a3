#include "engine/checkpoint.h"

#include <new>
#include <utility>

#include "io/checkpoint/object_graph/tensor_lookup.h"
#include "io/checkpoint_formats.h"
#include "io/storage_backends.h"

namespace thaw {
namespace {

struct OpenedCheckpoint {
  std::shared_ptr<const CheckpointReader> reader;
  std::string taken_for;
};

// The first fault that puts more than its tensor in doubt. Of the others who asks for that tensor
// is told, and where a slice is missing, who asks for that slice.
Status FirstFatalError(const CheckpointReader& reader) {
  for (const EntryError& error : reader.entry_errors()) {
    if (!ConcernsOneTensor(error.problem)) return error.status;
  }
  return Status();
}

Result<OpenedCheckpoint> OpenPath(const std::string& path, const OpenOptions& options) {
  THAW_ASSIGN_OR_RETURN(const StoragePath place, FindStorage(path, options.guard_faults));
  THAW_ASSIGN_OR_RETURN(CheckpointPath found, ResolveCheckpointPath(*place.storage, place.path));
  THAW_ASSIGN_OR_RETURN(std::shared_ptr<const CheckpointReader> reader,
                        OpenCheckpointReader(*place.storage, found, options.io, options.tensors));
  if (!options.tolerate_entry_errors) THAW_RETURN_IF_ERROR(FirstFatalError(*reader));
  return OpenedCheckpoint{std::move(reader), std::move(found.taken_for)};
}

Status RefusePath(const std::string& path, PathKind kind, const std::string& taken_for) {
  const Status status =
      kind == PathKind::kMissing ? NotFoundError("Failed to find any matching files for " + path)
      : taken_for.empty() || !path.ends_with(".index")
          ? DataLossError(kind == PathKind::kDirectory ? "a directory, not a checkpoint"
                                                       : "no file of a checkpoint opens by itself")
          : NotFoundError(
                "an index file, which TensorFlow takes for a checkpoint without tensors: "
                "nothing is found in checkpoint files " +
                path);
  return taken_for.empty() ? status.WithFile(path)
                           : status.WithFile(path).WithHint("give the prefix: " + taken_for);
}

Result<OpenedCheckpoint> OpenPrefixOnly(const std::string& prefix, const OpenOptions& options) {
  THAW_ASSIGN_OR_RETURN(const StoragePath place, FindStorage(prefix, options.guard_faults));
  std::string taken_for;
  for (const CheckpointFormatEntry& entry : CheckpointFormats()) {
    THAW_ASSIGN_OR_RETURN(std::optional<RecognisedPath> found,
                          entry.form.recognise(*place.storage, place.path));
    if (!found) continue;
    if (found->taken_for.empty()) {
      THAW_ASSIGN_OR_RETURN(
          std::shared_ptr<const CheckpointReader> reader,
          OpenCheckpointReader(entry, *place.storage, found->prefix, options.io, options.tensors));
      if (!options.tolerate_entry_errors) THAW_RETURN_IF_ERROR(FirstFatalError(*reader));
      return OpenedCheckpoint{std::move(reader), ""};
    }
    taken_for = found->taken_for;  // a file of another prefix
    break;
  }
  THAW_ASSIGN_OR_RETURN(const PathKind kind, place.storage->Kind(place.path));
  return RefusePath(prefix, kind, taken_for);
}

}  // namespace

Result<Checkpoint> Checkpoint::Open(const std::string& path, const OpenOptions& options) {
  try {
    THAW_ASSIGN_OR_RETURN(OpenedCheckpoint opened, OpenPath(path, options));
    return Checkpoint(std::move(opened.reader), std::move(opened.taken_for));
  } catch (const std::bad_alloc&) {
    return ResourceExhaustedError("not enough memory to open the checkpoint").WithFile(path);
  }
}

Result<Checkpoint> Checkpoint::OpenPrefix(const std::string& prefix, const OpenOptions& options) {
  try {
    THAW_ASSIGN_OR_RETURN(OpenedCheckpoint opened, OpenPrefixOnly(prefix, options));
    return Checkpoint(std::move(opened.reader), std::move(opened.taken_for));
  } catch (const std::bad_alloc&) {
    return ResourceExhaustedError("not enough memory to open the checkpoint").WithFile(prefix);
  }
}

Result<TensorInfo> Checkpoint::Find(std::string_view name) const {
  const TensorLookup lookup = FindTensor(*reader_, name);
  if (lookup.index) return reader_->tensor(*lookup.index);
  // The name may be one that the graph knows.
  if (!lookup.graph_status.ok()) return lookup.graph_status;
  return NotFoundError("no tensor of that name")
      .WithFile(prefix())
      .WithTensor(name)
      .WithHint(MissingTensorHint(*reader_, name));
}

}  // namespace thaw
