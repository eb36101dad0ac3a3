#include "engine/shared_checkpoint.h"

#include <new>
#include <optional>

#include "engine/shared/publication_lock.h"
#include "engine/shared/segment_format.h"
#include "engine/shared/segment_origin.h"
#include "engine/shared/shared_memory.h"
#include "engine/shared_restore.h"
#include "io/checkpoint_formats.h"
#include "io/storage_backends.h"

namespace thaw {

struct SharedCheckpoint::Mapped {
  SharedMapping mapping;
  SegmentView view;
  bool was_restored = false;
};

namespace {

// What must be in the shared memory for a caller to use it.
struct Wanted {
  std::string prefix;
  std::string recipe;
  bool is_verified = true;
};

Result<Wanted> WantedOf(const std::string& path, const ShareOptions& options) {
  THAW_ASSIGN_OR_RETURN(const StoragePath place, FindStorage(path, options.open.guard_faults));
  THAW_ASSIGN_OR_RETURN(const CheckpointPath found,
                        ResolveCheckpointPath(*place.storage, place.path));
  return Wanted{AbsolutePrefix(found.prefix), RecipeOf(options), options.restore.verify};
}

// True when the segment can be used, false when it is stale.
// Errors: FailedPrecondition  it is of other tensors.
Result<bool> IsUsable(const SegmentView& segment, const Wanted& wanted) {
  THAW_ASSIGN_OR_RETURN(const SegmentOrigin origin, segment.origin());
  if (origin.prefix != wanted.prefix || !CheckUnchanged(origin).ok()) return false;
  if (wanted.is_verified && !segment.is_verified()) return false;
  if (origin.recipe == wanted.recipe) return true;
  return FailedPreconditionError(
             "the shared memory holds another choice of this checkpoint's tensors or dtypes")
      .WithHint("take another name, or remove it first")
      .WithTfClass(Status::kNoTfClass);
}

template <typename Make>
auto WithoutThrow(Make make) -> decltype(make()) {
  try {
    return make();
  } catch (const std::bad_alloc&) {
    return ResourceExhaustedError("not enough memory to share a checkpoint");
  }
}

}  // namespace

Result<SharedCheckpoint> SharedCheckpoint::OfMapping(SharedMapping mapping, bool was_restored) {
  THAW_ASSIGN_OR_RETURN(SegmentView view, SegmentView::Decode(mapping.bytes()));
  return SharedCheckpoint(
      std::make_shared<const Mapped>(Mapped{std::move(mapping), view, was_restored}));
}

Result<SharedCheckpoint> SharedCheckpoint::OpenPath(const std::string& path, bool was_restored) {
  THAW_ASSIGN_OR_RETURN(SharedMapping mapping, SharedMapping::Open(path));
  Result<SharedCheckpoint> opened = OfMapping(std::move(mapping), was_restored);
  if (!opened.ok()) return opened.status().WithFile(path);
  return opened;
}

Result<SharedCheckpoint> SharedCheckpoint::Load(const std::string& path, const std::string& name,
                                                const ShareOptions& options) {
  return WithoutThrow([&]() -> Result<SharedCheckpoint> {
    THAW_ASSIGN_OR_RETURN(const std::string place, SharedMemoryPath(name));
    THAW_ASSIGN_OR_RETURN(const Wanted wanted, WantedOf(path, options));
    std::optional<PublicationLock> lock;
    for (;;) {
      Result<SharedCheckpoint> there = OpenPath(place, false);
      if (there.ok()) {
        const Result<bool> usable = IsUsable(there->mapped_->view, wanted);
        if (!usable.ok()) return usable.status().WithFile(place);
        if (*usable) return there;
      } else if (there.status().code() != StatusCode::kNotFound) {
        return there;
      }
      if (lock) break;
      THAW_ASSIGN_OR_RETURN(PublicationLock taken,
                            PublicationLock::Take(place, options.restore.cancel));
      lock.emplace(std::move(taken));  // while it was waited for, another process may have finished
    }
    THAW_ASSIGN_OR_RETURN(const Checkpoint checkpoint, Checkpoint::Open(path, options.open));
    THAW_ASSIGN_OR_RETURN(NewSharedMemory memory,
                          RestoreIntoSegment(checkpoint, options, [&](std::uint64_t size) {
                            return NewSharedMemory::Create(place, size);
                          }));
    THAW_RETURN_IF_ERROR(memory.Publish(place));
    return OpenPath(place, true);
  });
}

Result<SharedCheckpoint> SharedCheckpoint::LoadUnnamed(const std::string& path,
                                                       const ShareOptions& options) {
  return WithoutThrow([&]() -> Result<SharedCheckpoint> {
    THAW_ASSIGN_OR_RETURN(const Checkpoint checkpoint, Checkpoint::Open(path, options.open));
    THAW_ASSIGN_OR_RETURN(
        NewSharedMemory memory,
        RestoreIntoSegment(checkpoint, options, &NewSharedMemory::CreateAnonymous));
    THAW_ASSIGN_OR_RETURN(const Descriptor sealed, std::move(memory).Seal());
    THAW_ASSIGN_OR_RETURN(SharedMapping mapping, SharedMapping::OfDescriptor(sealed.get()));
    return OfMapping(std::move(mapping), true);
  });
}

Result<SharedCheckpoint> SharedCheckpoint::Open(const std::string& name) {
  return WithoutThrow([&]() -> Result<SharedCheckpoint> {
    THAW_ASSIGN_OR_RETURN(const std::string place, SharedMemoryPath(name));
    return OpenPath(place, false);
  });
}

Result<SharedCheckpoint> SharedCheckpoint::OpenDescriptor(int descriptor) {
  return WithoutThrow([&]() -> Result<SharedCheckpoint> {
    THAW_ASSIGN_OR_RETURN(SharedMapping mapping, SharedMapping::OfDescriptor(descriptor));
    return OfMapping(std::move(mapping), false);
  });
}

Status SharedCheckpoint::Remove(const std::string& name) {
  return WithoutThrow([&]() -> Status {
    THAW_ASSIGN_OR_RETURN(const std::string place, SharedMemoryPath(name));
    return RemoveSharedMemory(place);
  });
}

std::string SharedCheckpoint::prefix() const {
  const Result<SegmentOrigin> origin = mapped_->view.origin();
  return origin.ok() ? origin->prefix : "";
}

bool SharedCheckpoint::was_restored() const { return mapped_->was_restored; }

int SharedCheckpoint::descriptor() const { return mapped_->mapping.descriptor(); }

std::size_t SharedCheckpoint::size_bytes() const { return mapped_->mapping.bytes().size(); }

std::size_t SharedCheckpoint::num_tensors() const { return mapped_->view.num_tensors(); }

Result<SharedTensor> SharedCheckpoint::ToTensor(SegmentTensor stored) const {
  SharedTensor tensor;
  tensor.name = stored.name;
  tensor.dtype = stored.dtype;
  tensor.bytes = mapped_->view.bytes(stored);
  tensor.shape = std::move(stored.shape);
  if (tensor.dtype != DType::kString) return tensor;
  const auto count = static_cast<std::uint64_t>(NumElements(tensor.shape).value_or(0));
  Result<std::vector<std::string_view>> strings = DecodeStrings(tensor.bytes, count);
  if (!strings.ok()) return strings.status().WithTensor(tensor.name);
  tensor.strings = *std::move(strings);
  tensor.bytes = {};
  return tensor;
}

Result<SharedTensor> SharedCheckpoint::tensor(std::size_t index) const {
  return WithoutThrow([&]() -> Result<SharedTensor> {
    THAW_ASSIGN_OR_RETURN(SegmentTensor stored, mapped_->view.tensor(index));
    return ToTensor(std::move(stored));
  });
}

Result<SharedTensor> SharedCheckpoint::Find(std::string_view name) const {
  return WithoutThrow([&]() -> Result<SharedTensor> {
    THAW_ASSIGN_OR_RETURN(std::optional<SegmentTensor> stored, mapped_->view.Find(name));
    if (stored) return ToTensor(*std::move(stored));
    return NotFoundError("no tensor of that name in the shared memory").WithTensor(name);
  });
}

Status SharedCheckpoint::CheckFresh() const {
  return WithoutThrow([&]() -> Status {
    THAW_ASSIGN_OR_RETURN(const SegmentOrigin origin, mapped_->view.origin());
    return CheckUnchanged(origin);
  });
}

}  // namespace thaw
