// SharedMemory: memory that several processes map, with a name or without.
//
// Role in the flow: one process makes it, fills it, and gives it a name when it is complete; others
// map it read-only. It must not know what is in it.

#ifndef THAW_ENGINE_SHARED_SHARED_MEMORY_H_
#define THAW_ENGINE_SHARED_SHARED_MEMORY_H_

#include <cstdint>
#include <string>
#include <utility>

#include "io/base/bytes.h"
#include "io/base/result.h"
#include "io/storage/descriptor.h"

namespace thaw {

// The file behind a name: one without a slash, or with one in front only, is a POSIX shared memory
// object (shm_open); any other is a path.
// Errors: InvalidArgument  no name for a file.
Result<std::string> SharedMemoryPath(const std::string& name);

// Memory that is being filled. Nobody else sees it, and it is gone with this process, however that
// ends, until Publish. Movable. One thread, but for the bytes.
class NewSharedMemory {
 public:
  // All of its pages are reserved, so that writing to them cannot fail later.
  //   path: where it is to be published.
  // Errors: ResourceExhausted  the file system has no room (says how much there is, and what to
  // do),
  //                            or no memory.
  //         Unimplemented      the file system has no unnamed files.
  //         NotFound, PermissionDenied  the folder.
  static Result<NewSharedMemory> Create(const std::string& path, std::uint64_t size);
  // The same without a file system: for Seal.
  static Result<NewSharedMemory> CreateAnonymous(std::uint64_t size);

  NewSharedMemory(NewSharedMemory&& other) noexcept
      : file_(std::move(other.file_)), bytes_(std::exchange(other.bytes_, {})) {}
  NewSharedMemory& operator=(NewSharedMemory&&) = delete;
  ~NewSharedMemory();

  MutableByteView bytes() const { return bytes_; }

  // Gives the memory its name, in one step, in the place of what has it; who has that mapped keeps
  // it. From then on nobody can open it for writing.
  // Errors: as the system's.
  Status Publish(const std::string& path);

  // Ends the writing for good, in every process, and hands the descriptor over. Of anonymous
  // memory.
  Result<Descriptor> Seal() &&;

 private:
  NewSharedMemory(Descriptor file, MutableByteView bytes) : file_(std::move(file)), bytes_(bytes) {}
  static Result<NewSharedMemory> Reserve(Descriptor file, std::uint64_t size);

  Descriptor file_;
  MutableByteView bytes_;
};

// Memory that some process published, mapped read-only. Movable. Thread-safe.
class SharedMapping {
 public:
  // Errors: NotFound          nothing has that name.
  //         PermissionDenied  another user could have written it.
  //         InvalidArgument   no file.
  static Result<SharedMapping> Open(const std::string& path);
  // Of what a descriptor stands for, which stays the caller's.
  static Result<SharedMapping> OfDescriptor(int descriptor);

  SharedMapping(SharedMapping&& other) noexcept
      : file_(std::move(other.file_)), bytes_(std::exchange(other.bytes_, {})) {}
  SharedMapping& operator=(SharedMapping&&) = delete;
  ~SharedMapping();

  ByteView bytes() const { return bytes_; }
  int descriptor() const { return file_.get(); }

 private:
  SharedMapping(Descriptor file, ByteView bytes) : file_(std::move(file)), bytes_(bytes) {}
  static Result<SharedMapping> Map(Descriptor file, std::uint64_t size);

  Descriptor file_;
  ByteView bytes_;
};

// Takes the name away; who has the memory mapped keeps it. Errors: NotFound, PermissionDenied.
Status RemoveSharedMemory(const std::string& path);

}  // namespace thaw

#endif  // THAW_ENGINE_SHARED_SHARED_MEMORY_H_
