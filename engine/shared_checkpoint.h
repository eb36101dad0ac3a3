// SharedCheckpoint: a checkpoint that one process restored into shared memory and any number map.
//
// Role in the flow: beside Restore, for several processes on one machine: the first restores, into
// memory without a name that gets its name when all of it is verified and in place; the others map
// that, read-only, and use the elements where they are. docs/destinations.md has the whole story,
// docs/format/shared_segment.md the bytes.

#ifndef THAW_ENGINE_SHARED_CHECKPOINT_H_
#define THAW_ENGINE_SHARED_CHECKPOINT_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/checkpoint.h"
#include "engine/restore.h"
#include "io/base/bytes.h"
#include "io/base/dtype.h"
#include "io/base/result.h"
#include "io/base/shape.h"

namespace thaw {

class SharedMapping;   // engine/shared
struct SegmentTensor;  // engine/shared

struct ShareOptions {
  // Names and globs, as for ChooseTensors; empty: all.
  std::vector<std::string> tensors;
  // Stored dtypes to those that are wanted; others stay as they are.
  std::vector<std::pair<DType, DType>> conversions;
  OpenOptions open;
  RestoreOptions restore;  // cancel also ends the wait for another process
};

// A tensor in shared memory.
struct SharedTensor {
  std::string_view name;
  DType dtype = DType::kInvalid;
  Shape shape;
  ByteView bytes;                         // elements × width, at a multiple of 64
  std::vector<std::string_view> strings;  // of a string tensor, whose `bytes` are empty
};

// A cheap handle; copies share the map, and views into it live as long as one of them. Thread-safe.
class SharedCheckpoint {
 public:
  // Maps what is there under `name` if it was restored from the checkpoint at `path` as it is now,
  // with the same choice of tensors; else restores it there, in the place of what is stale. One
  // process restores, others that call this meanwhile wait for it.
  //   name: without a slash a POSIX shared memory object's, else a file's path (on a tmpfs).
  // Errors: FailedPrecondition  what is there has another choice of tensors or dtypes; the
  // checkpoint
  //                             changed meanwhile.
  //         ResourceExhausted   no room in the file system, or no memory.
  //         PermissionDenied    another user could have written what is there.
  //         Cancelled           by the token.
  //         else as Checkpoint::Open, ChooseTensors and Restore, of the first tensor that failed.
  //         Nothing is published then.
  static Result<SharedCheckpoint> Load(const std::string& path, const std::string& name,
                                       const ShareOptions& options = {});

  // Restores into memory without a name, sealed against writing: whoever gets its descriptor() can
  // map it. Errors: as Load.
  static Result<SharedCheckpoint> LoadUnnamed(const std::string& path,
                                              const ShareOptions& options = {});

  // Maps what is there, from whatever checkpoint. Takes the same time whatever the size.
  // Errors: NotFound  nothing has that name.
  //         DataLoss  it is no shared checkpoint, or damaged.
  //         else as Load.
  static Result<SharedCheckpoint> Open(const std::string& name);
  static Result<SharedCheckpoint> OpenDescriptor(int descriptor);

  // Takes the name away. Who has it mapped keeps it. Errors: NotFound, PermissionDenied.
  static Status Remove(const std::string& name);

  // What it was restored from, absolute; empty where that is damaged.
  std::string prefix() const;
  // Whether the call that made this handle restored it; else it was there already.
  bool was_restored() const;
  // Of a map by descriptor or name: stays this object's.
  int descriptor() const;
  std::size_t size_bytes() const;

  // Tensors in byte order of their names.
  std::size_t num_tensors() const;
  // Errors: DataLoss.
  Result<SharedTensor> tensor(std::size_t index) const;
  // Errors: NotFound, DataLoss.
  Result<SharedTensor> Find(std::string_view name) const;

  // OK while the files that it was restored from are as they were.
  // Errors: FailedPrecondition  one was changed or removed.
  Status CheckFresh() const;

 private:
  struct Mapped;
  explicit SharedCheckpoint(std::shared_ptr<const Mapped> mapped) : mapped_(std::move(mapped)) {}
  static Result<SharedCheckpoint> OfMapping(SharedMapping mapping, bool was_restored);
  static Result<SharedCheckpoint> OpenPath(const std::string& path, bool was_restored);
  Result<SharedTensor> ToTensor(SegmentTensor stored) const;

  std::shared_ptr<const Mapped> mapped_;
};

}  // namespace thaw

#endif  // THAW_ENGINE_SHARED_CHECKPOINT_H_
