// LocalFile: what the three kinds of local files share: an open descriptor and the identity that
// the file had when it was opened.
//
// Role in the flow: between LocalStorage, which opens, and MappedFile, PreadFile and DirectFile,
// which fetch. It must not know how bytes are fetched.

#ifndef THAW_IO_STORAGE_LOCAL_FILE_H_
#define THAW_IO_STORAGE_LOCAL_FILE_H_

#include <sys/stat.h>

#include <string>

#include "io/storage/descriptor.h"
#include "io/storage/storage.h"

namespace thaw {

// A descriptor with its path, and what fstat and statfs said when it was opened.
struct OpenedFile {
  std::string path;
  Descriptor descriptor;
  struct stat identity {};
  FileSystemKind file_system = FileSystemKind::kDisk;
};

FileIdentity IdentityOf(const struct stat& info);

// Thread-safe.
class LocalFile : public File {
 public:
  const std::string& path() const final { return opened_.path; }
  std::uint64_t size() const final { return static_cast<std::uint64_t>(opened_.identity.st_size); }
  FileIdentity identity() const final { return IdentityOf(opened_.identity); }
  FileSystemKind file_system() const final { return opened_.file_system; }
  Status CheckUnchanged() const final;

 protected:
  explicit LocalFile(OpenedFile opened) : opened_(std::move(opened)) {}

  const Descriptor& descriptor() const { return opened_.descriptor; }
  const OpenedFile& opened() const { return opened_; }

  // Errors: OutOfRange  [offset, offset + length) leaves the file as it was when it was opened.
  Status CheckRange(std::uint64_t offset, std::uint64_t length) const;

  // Errors: OutOfRange  the file no longer reaches `end`.
  Status CheckStillReaches(std::uint64_t end) const;

  // The OutOfRange error of a file that ends at `size_now` by now.
  Status ShrunkTo(std::uint64_t size_now) const;

 private:
  OpenedFile opened_;
};

}  // namespace thaw

#endif  // THAW_IO_STORAGE_LOCAL_FILE_H_
