#include "bench/support/page_cache.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "io/storage/descriptor.h"
#include "io/storage/mapping.h"

namespace thaw {
namespace {

struct OpenFile {
  Descriptor descriptor;
  std::uint64_t size = 0;
};

Result<OpenFile> Open(const std::string& path) {
  Descriptor descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (!descriptor.is_open() || ::fstat(descriptor.get(), &info) != 0) {
    return ErrnoError(errno, "cannot open the file").WithFile(path);
  }
  return OpenFile{std::move(descriptor), static_cast<std::uint64_t>(info.st_size)};
}

}  // namespace

Result<std::uint64_t> CachedBytes(const std::string& path) {
  THAW_ASSIGN_OR_RETURN(const OpenFile file, Open(path));
  THAW_ASSIGN_OR_RETURN(const Mapping mapping, Mapping::Map(file.descriptor, file.size));
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::vector<unsigned char> is_resident((file.size + page - 1) / page);
  if (is_resident.empty()) return std::uint64_t{0};
  if (::mincore(const_cast<std::byte*>(mapping.bytes().data()), file.size, is_resident.data()) !=
      0) {
    return ErrnoError(errno, "cannot ask for the cached pages").WithFile(path);
  }
  const auto pages = std::count_if(is_resident.begin(), is_resident.end(),
                                   [](unsigned char bits) { return (bits & 1) != 0; });
  return std::min(static_cast<std::uint64_t>(pages) * page, file.size);
}

Status ReadIntoPageCache(const std::string& path) {
  THAW_ASSIGN_OR_RETURN(const OpenFile file, Open(path));
  std::vector<std::byte> buffer(std::size_t{1} << 20);
  for (std::uint64_t offset = 0; offset < file.size; offset += buffer.size()) {
    THAW_RETURN_IF_ERROR(ReadFully(file.descriptor, offset, buffer).status());
  }
  return Status();
}

Status DropFromPageCache(const std::string& path) {
  THAW_ASSIGN_OR_RETURN(const OpenFile file, Open(path));
  if (::fdatasync(file.descriptor.get()) != 0) {
    return ErrnoError(errno, "cannot write the file to disk").WithFile(path);
  }
  const int error = ::posix_fadvise(file.descriptor.get(), 0, 0, POSIX_FADV_DONTNEED);
  if (error != 0) return ErrnoError(error, "cannot drop the file").WithFile(path);
  THAW_ASSIGN_OR_RETURN(const std::uint64_t left, CachedBytes(path));
  if (left == 0) return Status();
  return FailedPreconditionError(std::to_string(left) + " bytes stayed in the page cache")
      .WithFile(path)
      .WithHint("cold figures need a file on a disk that no other process has mapped");
}

bool LivesInMemory(const std::string& path) {
  struct statfs info {};
  if (::statfs(path.c_str(), &info) != 0) return false;
  return info.f_type == TMPFS_MAGIC || info.f_type == RAMFS_MAGIC;
}

}  // namespace thaw
