// LocalStorage: the files of this machine.
//
// Role in the flow: the backend of paths without a URL scheme. It chooses the kind of File for a
// mode; each kind knows one way to fetch.

#ifndef THAW_IO_STORAGE_LOCAL_STORAGE_H_
#define THAW_IO_STORAGE_LOCAL_STORAGE_H_

#include "io/storage/storage.h"

namespace thaw {

// Thread-safe. Only regular files are opened; looking at anything else never blocks.
class LocalStorage final : public Storage {
 public:
  // guard_faults: install a SIGBUS handler with the first map, so that a mapped file that fails is
  // a Status (fault_guard.h). Without it kAuto uses positional reads, and kMmap leaves the signal
  // to the process.
  explicit LocalStorage(bool guard_faults = true) : guard_faults_(guard_faults) {}

  // kAuto maps, offers direct reads beside the map, and falls back to positional reads where the
  // file system does not map. kDirect falls back where it does not read past the page cache.
  // File::mode tells what came of it.
  Result<std::unique_ptr<File>> Open(const std::string& path, IoMode mode) const override;
  Result<PathKind> Kind(const std::string& path) const override;
  Result<FileIdentity> Identify(const std::string& path) const override;
  Result<std::vector<std::string>> List(const std::string& directory) const override;

 private:
  Result<std::unique_ptr<File>> OpenMapped(const std::string& path, IoMode mode) const;

  bool guard_faults_;
};

}  // namespace thaw

#endif  // THAW_IO_STORAGE_LOCAL_STORAGE_H_
