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

// Which pages of a file are in the page cache.
struct Pages {
  std::uint64_t file_size = 0;
  std::uint64_t page_size = 0;
  std::vector<unsigned char> is_resident;  // in the lowest bit, as mincore has it

  // Of [begin, end); `begin` is a page's start.
  std::uint64_t CachedBytes(std::uint64_t begin, std::uint64_t end) const {
    std::uint64_t bytes = 0;
    for (std::uint64_t page = begin; page < end; page += page_size) {
      if ((is_resident[page / page_size] & 1) != 0) bytes += std::min(page_size, end - page);
    }
    return bytes;
  }
};

Result<Pages> LookAtPages(const std::string& path) {
  THAW_ASSIGN_OR_RETURN(const OpenFile file, Open(path));
  THAW_ASSIGN_OR_RETURN(const Mapping mapping, Mapping::Map(file.descriptor, file.size));
  Pages pages;
  pages.file_size = file.size;
  pages.page_size = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  pages.is_resident.resize((file.size + pages.page_size - 1) / pages.page_size);
  if (pages.is_resident.empty()) return pages;
  if (::mincore(const_cast<std::byte*>(mapping.bytes().data()), file.size,
                pages.is_resident.data()) != 0) {
    return ErrnoError(errno, "cannot ask for the cached pages").WithFile(path);
  }
  return pages;
}

// Drops what is clean of [offset, offset + length); length 0: to the end.
Status DropRange(const OpenFile& file, std::uint64_t offset, std::uint64_t length) {
  const int error = ::posix_fadvise(file.descriptor.get(), static_cast<off_t>(offset),
                                    static_cast<off_t>(length), POSIX_FADV_DONTNEED);
  return error == 0 ? Status() : ErrnoError(error, "cannot drop it from the page cache");
}

// One file's part of KeepEverySecondBlock. *keeps_next: whether its first block stays; then whether
// the next file's does.
Result<std::uint64_t> KeepSomeBlocks(const std::string& path, std::uint64_t block_bytes,
                                     bool* keeps_next) {
  THAW_RETURN_IF_ERROR(DropFromPageCache(path));
  THAW_RETURN_IF_ERROR(ReadIntoPageCache(path));
  THAW_ASSIGN_OR_RETURN(const OpenFile file, Open(path));
  const bool keeps_first = *keeps_next;
  const auto for_each_block = [&](auto function) {
    bool keeps = keeps_first;
    for (std::uint64_t begin = 0; begin < file.size; begin += block_bytes, keeps = !keeps) {
      THAW_RETURN_IF_ERROR(function(begin, std::min(block_bytes, file.size - begin), keeps));
    }
    *keeps_next = keeps;
    return Status();
  };
  THAW_RETURN_IF_ERROR(
      for_each_block([&](std::uint64_t begin, std::uint64_t length, bool keeps) -> Status {
        return keeps ? Status() : DropRange(file, begin, length);
      }));
  THAW_ASSIGN_OR_RETURN(const Pages pages, LookAtPages(path));
  std::uint64_t kept = 0;
  THAW_RETURN_IF_ERROR(
      for_each_block([&](std::uint64_t begin, std::uint64_t length, bool keeps) -> Status {
        const std::uint64_t cached = pages.CachedBytes(begin, begin + length);
        kept += cached;
        if (cached == (keeps ? length : 0)) return Status();
        return FailedPreconditionError(std::to_string(cached) + " of the " +
                                       std::to_string(length) + " bytes at " +
                                       std::to_string(begin) + " were in the page cache, where " +
                                       (keeps ? "all" : "none") + " should have been");
      }));
  return kept;
}

}  // namespace

Result<std::uint64_t> CachedBytes(const std::string& path) {
  THAW_ASSIGN_OR_RETURN(const Pages pages, LookAtPages(path));
  return pages.CachedBytes(0, pages.file_size);
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
  if (const Status dropped = DropRange(file, 0, 0); !dropped.ok()) return dropped.WithFile(path);
  THAW_ASSIGN_OR_RETURN(const std::uint64_t left, CachedBytes(path));
  if (left == 0) return Status();
  return FailedPreconditionError(std::to_string(left) + " bytes stayed in the page cache")
      .WithFile(path)
      .WithHint("cold figures need a file on a disk that no other process has mapped");
}

Result<std::uint64_t> KeepEverySecondBlock(std::span<const std::string> paths,
                                           std::uint64_t block_bytes) {
  std::uint64_t kept = 0;
  std::uint64_t total = 0;
  bool keeps_next = true;
  for (const std::string& path : paths) {
    Result<std::uint64_t> kept_here = KeepSomeBlocks(path, block_bytes, &keeps_next);
    if (!kept_here.ok()) return kept_here.status().WithFile(path);
    kept += *kept_here;
    THAW_ASSIGN_OR_RETURN(const OpenFile file, Open(path));
    total += file.size;
  }
  if (kept < total) return kept;
  return FailedPreconditionError("the data files have only one block of " +
                                 std::to_string(block_bytes) + " bytes, so none can be left out")
      .WithHint("take a larger checkpoint");
}

bool LivesInMemory(const std::string& path) {
  struct statfs info {};
  if (::statfs(path.c_str(), &info) != 0) return false;
  return info.f_type == TMPFS_MAGIC || info.f_type == RAMFS_MAGIC;
}

}  // namespace thaw
