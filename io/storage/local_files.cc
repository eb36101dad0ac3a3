#include "io/storage/local_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "io/base/file_path.h"
#include "io/storage/descriptor.h"

namespace thaw {
namespace {

Status SyncFolder(const std::string& folder) {
  const std::string& path = folder.empty() ? "." : folder;
  const Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.is_open() || ::fsync(descriptor.get()) != 0) {
    return ErrnoError(errno, "cannot put a new folder on disk").WithFile(path);
  }
  return Status();
}

std::string WithoutSlashAtEnd(const std::string& path) {
  return path.substr(0, path.find_last_not_of('/') + 1);
}

}  // namespace

Status RemoveFile(const std::string& path) {
  if (::unlink(path.c_str()) == 0 || errno == ENOENT) return Status();
  return ErrnoError(errno, "cannot remove the file").WithFile(path);
}

Result<std::int64_t> ModificationTime(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    return ErrnoError(errno, "cannot look at the file").WithFile(path);
  }
  return std::int64_t{info.st_mtime};
}

Status MakeFolders(const std::string& folder) {
  const std::string path = WithoutSlashAtEnd(folder);
  if (path.empty()) return Status();
  if (::mkdir(path.c_str(), 0777) == 0) return SyncFolder(DirectoryOf(path));
  const int error = errno;
  struct stat info {};
  if (error == EEXIST && ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) {
    return Status();
  }
  const std::string parent = DirectoryOf(path);
  if (error != ENOENT || parent.empty()) {
    return ErrnoError(error, "cannot make the folder").WithFile(path);
  }
  THAW_RETURN_IF_ERROR(MakeFolders(parent));
  if (::mkdir(path.c_str(), 0777) != 0 && errno != EEXIST) {
    return ErrnoError(errno, "cannot make the folder").WithFile(path);
  }
  return SyncFolder(parent);
}

Status MakeLastFolder(const std::string& folder) {
  const std::string path = WithoutSlashAtEnd(folder);
  if (path.empty() || ::mkdir(path.c_str(), 0777) != 0) return Status();
  return SyncFolder(DirectoryOf(path));
}

Result<std::string> WorkingDirectory() {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::current_path(error);
  if (error) return ErrnoError(error.value(), "cannot find the working directory");
  return path.string();
}

}  // namespace thaw
