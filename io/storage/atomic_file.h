// AtomicFile: an output file that appears under its name complete and on disk, or not at all.
//
// Role in the flow: every file this project writes goes through it. It must not know what it
// writes. The bytes go into a temporary file beside the final one; Seal puts them on disk, Publish
// gives them their name. An output of several files seals all of them first and publishes the one
// that makes the others reachable last.

#ifndef THAW_IO_STORAGE_ATOMIC_FILE_H_
#define THAW_IO_STORAGE_ATOMIC_FILE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "io/base/bytes.h"
#include "io/base/result.h"
#include "io/storage/descriptor.h"

namespace thaw {

// What to do when the final name is taken.
enum class IfExists {
  kKeep,     // AlreadyExists; the file that is there stays as it is
  kReplace,  // the new file takes its place in one step
};

// One thread. After a failed call every later one returns the same error: what reached the disk is
// unknown then, and only a new file can tell.
class AtomicFile {
 public:
  // Starts the file that will be `path`. The temporary file is named `.NAME.<pid>.<random>.tmp`.
  // Errors: AlreadyExists (kKeep), NotFound (no such folder), PermissionDenied, InvalidArgument
  //         (`path` is a folder), Unavailable.
  static Result<std::unique_ptr<AtomicFile>> Create(const std::string& path, IfExists if_exists);

  // Removes the temporary file unless it was published.
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  const std::string& path() const { return path_; }
  // Bytes from the start to the end of what was written so far.
  std::uint64_t size() const { return size_; }

  // Claims disk space for a file of `size` bytes, so that a full disk shows before the work. Bytes
  // that are never written afterwards are zeros; size() grows to `size`, and WriteAt may fill the
  // range in any order.
  Status Reserve(std::uint64_t size);

  // Writes at the end, at size().
  Status Append(ByteView bytes) { return WriteAt(size_, bytes); }
  // Writes bytes [offset, offset + bytes.size()); a gap before them reads as zeros.
  Status WriteAt(std::uint64_t offset, ByteView bytes);

  // Puts the bytes on disk. Nothing can be written afterwards.
  Status Seal();
  // Gives the file its name and puts the name on disk; seals first if that was not done.
  // Errors: AlreadyExists  the name was taken meanwhile (kKeep).
  Status Publish();

 private:
  enum class State { kOpen, kSealed, kPublished };

  AtomicFile(std::string path, IfExists if_exists);
  Status OpenTemporary();
  Status Rename();
  Status Fail(const Status& status);

  const std::string path_;
  const IfExists if_exists_;
  std::string base_name_;  // the last component of path_
  std::string temporary_;  // likewise of the temporary file; empty when there is none
  Descriptor folder_;
  Descriptor file_;
  std::uint64_t size_ = 0;
  State state_ = State::kOpen;
  Status failure_;
};

}  // namespace thaw

#endif  // THAW_IO_STORAGE_ATOMIC_FILE_H_
