#include "engine/checkpoint.h"

#include <new>
#include <utility>

#include "io/base/nearest_names.h"
#include "io/checkpoint_formats.h"
#include "io/storage_backends.h"

namespace thaw {
namespace {

struct OpenedCheckpoint {
  std::shared_ptr<const CheckpointReader> reader;
  std::string taken_for;
};

// The first fault that makes a tensor unreadable as a whole. A missing slice does not: the other
// slices can be restored, and who asks for that one is told then.
Status FirstFatalError(const CheckpointReader& reader) {
  for (const EntryError& error : reader.entry_errors()) {
    if (error.problem != EntryProblem::kMissingSlice) return error.status;
  }
  return Status();
}

Result<OpenedCheckpoint> OpenPath(const std::string& path, const OpenOptions& options) {
  THAW_ASSIGN_OR_RETURN(const StoragePath place, FindStorage(path, options.guard_faults));
  THAW_ASSIGN_OR_RETURN(CheckpointPath found, ResolveCheckpointPath(*place.storage, place.path));
  THAW_ASSIGN_OR_RETURN(std::shared_ptr<const CheckpointReader> reader,
                        OpenCheckpointReader(*place.storage, found, options.io));
  if (!options.tolerate_entry_errors) THAW_RETURN_IF_ERROR(FirstFatalError(*reader));
  return OpenedCheckpoint{std::move(reader), std::move(found.taken_for)};
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

Result<TensorInfo> Checkpoint::Find(std::string_view name) const {
  if (const std::optional<std::size_t> index = reader_->Find(name)) return reader_->tensor(*index);
  const std::vector<std::string> near =
      NearestNames(name, num_tensors(), [this](std::size_t i) { return reader_->tensor(i).name; });
  return NotFoundError("no tensor of that name")
      .WithFile(prefix())
      .WithTensor(name)
      .WithHint(DidYouMean(near));
}

}  // namespace thaw
