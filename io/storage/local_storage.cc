#include "io/storage/local_storage.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "io/storage/direct_file.h"
#include "io/storage/mapped_file.h"
#include "io/storage/mapping.h"
#include "io/storage/pread_file.h"
#include "io/storage/residency.h"

namespace thaw {
namespace {

Status CheckName(const std::string& path) {
  if (path.find('\0') == std::string::npos) return Status();
  return InvalidArgumentError("a path cannot hold a zero byte").WithFile(path);
}

Status CheckRegular(const struct stat& info) {
  if (S_ISREG(info.st_mode)) return Status();
  if (S_ISDIR(info.st_mode)) return InvalidArgumentError("is a directory, not a file");
  return InvalidArgumentError("is a pipe, socket or device, not a file");
}

// What `open_flags` adds to reading: 0 or O_DIRECT.
Result<OpenedFile> OpenRegular(const std::string& path, int open_flags) {
  THAW_RETURN_IF_ERROR(CheckName(path));
  OpenedFile opened;
  // Opening a device can have effects and opening a pipe can block, so the kind is asked first;
  // the second look, through the descriptor, is the one that counts.
  if (::stat(path.c_str(), &opened.identity) != 0) {
    return ErrnoError(errno, "cannot open").WithFile(path);
  }
  if (Status status = CheckRegular(opened.identity); !status.ok()) return status.WithFile(path);
  const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | open_flags;
  opened.descriptor = Descriptor(::open(path.c_str(), flags));
  if (!opened.descriptor.is_open() || ::fstat(opened.descriptor.get(), &opened.identity) != 0) {
    // EINVAL: the file system has no direct I/O.
    return ErrnoError(errno, "cannot open").WithFile(path);
  }
  if (Status status = CheckRegular(opened.identity); !status.ok()) return status.WithFile(path);
  opened.path = path;
  opened.file_system = FileSystemOf(opened.descriptor);
  return opened;
}

Result<std::unique_ptr<File>> OpenPread(const std::string& path) {
  THAW_ASSIGN_OR_RETURN(OpenedFile opened, OpenRegular(path, 0));
  return std::unique_ptr<File>(new PreadFile(std::move(opened)));
}

Result<std::unique_ptr<File>> OpenDirect(const std::string& path) {
  Result<OpenedFile> opened = OpenRegular(path, O_DIRECT);
  if (opened.ok() && DirectFile::IsSupported(opened->descriptor)) {
    return std::unique_ptr<File>(new DirectFile(std::move(*opened)));
  }
  // Whatever else was wrong shows again here.
  return OpenPread(path);
}

}  // namespace

Result<std::unique_ptr<File>> LocalStorage::OpenMapped(const std::string& path, IoMode mode) const {
  THAW_ASSIGN_OR_RETURN(OpenedFile opened, OpenRegular(path, 0));
  Result<Mapping> mapping =
      Mapping::Map(opened.descriptor, static_cast<std::uint64_t>(opened.identity.st_size));
  if (mapping.ok()) {
    const MappedFile::Options options = {.is_guarded = guard_faults_,
                                         .is_automatic = mode == IoMode::kAuto};
    return std::unique_ptr<File>(new MappedFile(std::move(opened), std::move(*mapping), options));
  }
  if (mode == IoMode::kAuto) return std::unique_ptr<File>(new PreadFile(std::move(opened)));
  return mapping.status().WithFile(path).WithHint("use --io pread");
}

Result<std::unique_ptr<File>> LocalStorage::Open(const std::string& path, IoMode mode) const {
  switch (mode) {
    case IoMode::kAuto:
      return guard_faults_ ? OpenMapped(path, mode) : OpenPread(path);
    case IoMode::kMmap:
      return OpenMapped(path, mode);
    case IoMode::kPread:
      return OpenPread(path);
    case IoMode::kDirect:
      return OpenDirect(path);
  }
  return InternalError("no such IoMode");
}

Result<PathKind> LocalStorage::Kind(const std::string& path) const {
  THAW_RETURN_IF_ERROR(CheckName(path));
  struct stat info;
  if (::stat(path.c_str(), &info) == 0) {
    return S_ISDIR(info.st_mode) ? PathKind::kDirectory : PathKind::kFile;
  }
  // A name too long for the file system names nothing.
  if (errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG) return PathKind::kMissing;
  return ErrnoError(errno, "cannot look at").WithFile(path);
}

Result<FileIdentity> LocalStorage::Identify(const std::string& path) const {
  THAW_RETURN_IF_ERROR(CheckName(path));
  struct stat info;
  if (::stat(path.c_str(), &info) == 0) return IdentityOf(info);
  return ErrnoError(errno, "cannot look at").WithFile(path);
}

Result<std::vector<std::string>> LocalStorage::List(const std::string& directory) const {
  THAW_RETURN_IF_ERROR(CheckName(directory));
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(::opendir(directory.c_str()), ::closedir);
  if (stream == nullptr) return ErrnoError(errno, "cannot list").WithFile(directory);
  std::vector<std::string> names;
  while (true) {
    errno = 0;
    const dirent* entry = ::readdir(stream.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) return ErrnoError(errno, "cannot list").WithFile(directory);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace thaw
