#include "engine/shared/shared_memory.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <limits>
#include <optional>

#include "io/base/file_path.h"

namespace thaw {
namespace {

// What shm_open gives its objects: glibc and musl keep them there.
constexpr char kShmFolder[] = "/dev/shm/";

constexpr mode_t kWritable = 0600;
constexpr mode_t kReadOnly = 0400;

std::string FolderOf(const std::string& path) {
  const std::string folder = DirectoryOf(path);
  return folder.empty() ? "." : folder;
}

Status NoRoom(int error, const Descriptor& file, std::uint64_t size) {
  std::string what = "no room for " + std::to_string(size) + " bytes of shared memory";
  if (error != ENOSPC) return ErrnoError(error, what);
  struct statvfs info {};
  if (::fstatvfs(file.get(), &info) == 0 && info.f_blocks > 0) {
    what += ": the file system has " + std::to_string(info.f_blocks * info.f_frsize) +
            ", of which " + std::to_string(info.f_bavail * info.f_frsize) + " are free";
  }
  return ResourceExhaustedError(std::move(what))
      .WithHint(
          "enlarge it (`mount -o remount,size=…`, `--shm-size` of a container), or give a path on "
          "another tmpfs");
}

// Bytes that the machine could still give; nullopt where it does not say. proc(5): meminfo.
std::optional<std::uint64_t> AvailableMemory() {
  std::ifstream info("/proc/meminfo");
  std::string word;
  std::uint64_t available = 0;
  bool is_known = false;
  while (info >> word) {
    std::uint64_t kilobytes = 0;
    if ((word != "MemAvailable:" && word != "SwapFree:") || !(info >> kilobytes)) continue;
    is_known |= word == "MemAvailable:";
    available += kilobytes * 1024;
  }
  return is_known ? std::optional(available) : std::nullopt;
}

// A tmpfs may be larger than memory is: who asks it for too much is not refused, but brings the
// kernel to end processes. Files on disks have no such limit.
Status CheckFitsMemory(const Descriptor& file, std::uint64_t size) {
  struct statfs info {};
  if (::fstatfs(file.get(), &info) != 0 || info.f_type != TMPFS_MAGIC) return Status();
  const std::optional<std::uint64_t> available = AvailableMemory();
  if (!available || size <= *available) return Status();
  return ResourceExhaustedError("no room for " + std::to_string(size) +
                                " bytes of shared memory: the machine has " +
                                std::to_string(*available) + " available");
}

// Errors: as open's; Unimplemented.
Result<Descriptor> MakeUnnamed(const std::string& folder) {
  Descriptor file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, kWritable));
  if (file.is_open()) return file;
  if (errno == EOPNOTSUPP || errno == EISDIR) {
    return UnimplementedError("the file system has no unnamed files (O_TMPFILE)").WithFile(folder);
  }
  return ErrnoError(errno, "cannot make shared memory there").WithFile(folder);
}

}  // namespace

Result<std::string> SharedMemoryPath(const std::string& name) {
  const std::string base = BaseNameOf(name);
  if (base.empty() || base == "." || base == ".." || name.find('\0') != std::string::npos) {
    return InvalidArgumentError("'" + name + "' is no name for shared memory")
        .WithTfClass("ValueError");
  }
  return name.rfind('/') == 0 || name == base ? kShmFolder + base : name;
}

Result<NewSharedMemory> NewSharedMemory::Create(const std::string& path, std::uint64_t size) {
  THAW_ASSIGN_OR_RETURN(Descriptor file, MakeUnnamed(FolderOf(path)));
  Result<NewSharedMemory> memory = Reserve(std::move(file), size);
  if (!memory.ok()) return memory.status().WithFile(path);
  return memory;
}

Result<NewSharedMemory> NewSharedMemory::CreateAnonymous(std::uint64_t size) {
  Descriptor file(::memfd_create("tensorthaw", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file.is_open()) return ErrnoError(errno, "cannot make anonymous shared memory");
  return Reserve(std::move(file), size);
}

// Without the reservation a page that finds no room is a SIGBUS in the middle of a restore.
Result<NewSharedMemory> NewSharedMemory::Reserve(Descriptor file, std::uint64_t size) {
  if (size > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max())) {
    return ResourceExhaustedError("no memory has " + std::to_string(size) + " bytes");
  }
  THAW_RETURN_IF_ERROR(CheckFitsMemory(file, size));
  int error = 0;
  do {
    error = ::fallocate(file.get(), 0, 0, static_cast<off_t>(size)) == 0 ? 0 : errno;
  } while (error == EINTR);
  if (error != 0) return NoRoom(error, file, size);
  void* const mapped = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (mapped == MAP_FAILED) {
    return ErrnoError(errno, "cannot map " + std::to_string(size) + " bytes of shared memory");
  }
  ::madvise(mapped, size, MADV_HUGEPAGE);  // of use where shmem_enabled says `advise`
  return NewSharedMemory(std::move(file), {static_cast<std::byte*>(mapped), size});
}

NewSharedMemory::~NewSharedMemory() {
  if (!bytes_.empty()) ::munmap(bytes_.data(), bytes_.size());
}

Status NewSharedMemory::Publish(const std::string& path) {
  if (::fchmod(file_.get(), kReadOnly) != 0) {
    return ErrnoError(errno, "cannot protect the shared memory").WithFile(path);
  }
  // linkat makes no name that is there already, so what is replaced is replaced by rename.
  const std::string unnamed = "/proc/self/fd/" + std::to_string(file_.get());
  if (::linkat(AT_FDCWD, unnamed.c_str(), AT_FDCWD, path.c_str(), AT_SYMLINK_FOLLOW) == 0) {
    return Status();
  }
  if (errno != EEXIST) return ErrnoError(errno, "cannot name the shared memory").WithFile(path);
  const std::string beside = path + ".new";
  ::unlink(beside.c_str());  // of a process that ended between the two steps
  if (::linkat(AT_FDCWD, unnamed.c_str(), AT_FDCWD, beside.c_str(), AT_SYMLINK_FOLLOW) != 0 ||
      ::rename(beside.c_str(), path.c_str()) != 0) {
    const int error = errno;
    ::unlink(beside.c_str());
    return ErrnoError(error, "cannot name the shared memory").WithFile(path);
  }
  return Status();
}

Result<Descriptor> NewSharedMemory::Seal() && {
  ::munmap(bytes_.data(), bytes_.size());
  bytes_ = {};
  constexpr int kSeals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  if (::fcntl(file_.get(), F_ADD_SEALS, kSeals) != 0) {
    return ErrnoError(errno, "cannot seal the shared memory");
  }
  return std::move(file_);
}

Result<SharedMapping> SharedMapping::Open(const std::string& path) {
  Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file.is_open()) {
    return ErrnoError(errno, "cannot open the shared memory").WithFile(path);
  }
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return ErrnoError(errno, "fstat failed").WithFile(path);
  if (!S_ISREG(info.st_mode)) return InvalidArgumentError("no file").WithFile(path);
  const bool is_ours = info.st_uid == ::geteuid() || info.st_uid == 0;
  if (!is_ours || (info.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    return PermissionDeniedError("another user could have written it").WithFile(path);
  }
  Result<SharedMapping> mapping = Map(std::move(file), static_cast<std::uint64_t>(info.st_size));
  if (!mapping.ok()) return mapping.status().WithFile(path);
  return mapping;
}

Result<SharedMapping> SharedMapping::OfDescriptor(int descriptor) {
  Descriptor file(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
  struct stat info {};
  if (!file.is_open() || ::fstat(file.get(), &info) != 0) {
    return InvalidArgumentError(std::to_string(descriptor) + " is no open descriptor");
  }
  return Map(std::move(file), static_cast<std::uint64_t>(info.st_size));
}

Result<SharedMapping> SharedMapping::Map(Descriptor file, std::uint64_t size) {
  if (size == 0) return DataLossError("shared segment: it is empty");
  void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.get(), 0);
  if (mapped == MAP_FAILED) return ErrnoError(errno, "cannot map the shared memory");
  return SharedMapping(std::move(file), {static_cast<const std::byte*>(mapped), size});
}

SharedMapping::~SharedMapping() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

Status RemoveSharedMemory(const std::string& path) {
  if (::unlink(path.c_str()) == 0) return Status();
  return ErrnoError(errno, "cannot remove the shared memory").WithFile(path);
}

}  // namespace thaw
