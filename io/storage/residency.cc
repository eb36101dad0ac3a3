#include "io/storage/residency.h"

#include <linux/magic.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace thaw {
namespace {

// What statfs calls the file systems that linux/magic.h leaves out.
constexpr std::uint32_t kLustreMagic = 0x0bd00bd0;
constexpr std::uint32_t kGpfsMagic = 0x47504653;

// linux/mman.h: struct cachestat_range, struct cachestat; since 6.5, the same number everywhere.
constexpr long kCachestatNumber = 451;
struct CachestatRange {
  std::uint64_t offset;
  std::uint64_t length;
};
struct CachestatAnswer {
  std::uint64_t cached;
  std::uint64_t dirty;
  std::uint64_t in_writeback;
  std::uint64_t evicted;
  std::uint64_t recently_evicted;
};

std::uint64_t PageSize() {
  static const auto size = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

}  // namespace

FileSystemKind FileSystemOf(const Descriptor& file) {
  struct statfs info {};
  if (::fstatfs(file.get(), &info) != 0) return FileSystemKind::kDisk;
  switch (static_cast<std::uint32_t>(info.f_type)) {
    case TMPFS_MAGIC:
    case RAMFS_MAGIC:
    case HUGETLBFS_MAGIC:
      return FileSystemKind::kMemory;
    case OVERLAYFS_SUPER_MAGIC:
      return FileSystemKind::kOverlay;
    case FUSE_SUPER_MAGIC:
      return FileSystemKind::kUser;
    case NFS_SUPER_MAGIC:
    case SMB_SUPER_MAGIC:
    case SMB2_SUPER_MAGIC:
    case CIFS_SUPER_MAGIC:
    case AFS_SUPER_MAGIC:
    case AFS_FS_MAGIC:
    case CEPH_SUPER_MAGIC:
    case V9FS_MAGIC:
    case kLustreMagic:
    case kGpfsMagic:
      return FileSystemKind::kNetwork;
    default:
      return FileSystemKind::kDisk;
  }
}

std::optional<std::uint64_t> CachedBytesByCachestat(const Descriptor& file, std::uint64_t offset,
                                                    std::uint64_t length) {
  CachestatRange range = {offset, length};
  CachestatAnswer answer = {};
  if (::syscall(kCachestatNumber, file.get(), &range, &answer, 0) != 0) return std::nullopt;
  return std::min(answer.cached * PageSize(), length);
}

std::optional<std::uint64_t> CachedBytesByMincore(ByteView mapping, std::uint64_t offset,
                                                  std::uint64_t length) {
  std::array<unsigned char, 1024> pages;
  const std::uint64_t step = pages.size() * PageSize();
  const std::uint64_t begin = offset / PageSize() * PageSize();
  const std::uint64_t end = offset + length;
  std::uint64_t num_cached = 0;
  for (std::uint64_t at = begin; at < end; at += step) {
    const std::uint64_t part = std::min(step, end - at);
    if (::mincore(const_cast<std::byte*>(mapping.data()) + at, part, pages.data()) != 0) {
      return std::nullopt;
    }
    const std::uint64_t num_pages = (part + PageSize() - 1) / PageSize();
    for (std::uint64_t i = 0; i < num_pages; ++i) num_cached += pages[i] & 1u;
  }
  return std::min(num_cached * PageSize(), length);
}

}  // namespace thaw
