#include "io/storage/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "io/storage/direct_file.h"
#include "io/storage/fault_guard.h"
#include "io/storage/residency.h"

namespace thaw {

// The pages are left to ordinary faults. Populating each chunk first (MADV_POPULATE_READ) was
// measured on Linux 6.18, 4 MiB chunks, one thread: 6 % slower where the page cache holds large
// folios, which one fault maps whole; 6 % faster where it holds 4 KiB pages. MADV_HUGEPAGE makes
// readahead bring in large folios when the file is not in the page cache yet (2.3 against
// 2.0 GB/s), and changes nothing when it is.
MappedFile::MappedFile(OpenedFile opened, Mapping mapping, Options options)
    : LocalFile(std::move(opened)), mapping_(std::move(mapping)), options_(options) {
  if (options_.is_guarded) InstallFaultGuard();
  if (size() >= Mapping::kAlignment) {
    ::madvise(const_cast<std::byte*>(mapping_.bytes().data()), mapping_.bytes().size(),
              MADV_HUGEPAGE);
  }
}

bool MappedFile::VisitPiece(PieceSink sink, ByteView piece) const {
  if (options_.is_guarded) return VisitGuarded(sink, piece);
  sink(piece);
  return true;
}

Status MappedFile::Visit(std::uint64_t offset, std::uint64_t length, MutableByteView /*staging*/,
                         PieceSink sink) const {
  THAW_RETURN_IF_ERROR(CheckRange(offset, length));
  if (length == 0) return Status();
  const bool visited = VisitPiece(sink, mapping_.bytes().subspan(offset, length));
  // Behind the end of a file that became shorter, the rest of its last page reads as zeros without
  // a fault, so the size is asked for after every visit.
  THAW_RETURN_IF_ERROR(CheckStillReaches(offset + length));
  if (visited) return Status();
  return UnavailableError("a page of the file could not be read")
      .WithFile(path())
      .WithOffset(offset)
      .WithHint("the device or file system reported an error; see the kernel's log");
}

void MappedFile::WillNeed(std::uint64_t offset, std::uint64_t length) const {
  if (length == 0 || !CheckRange(offset, length).ok()) return;
  const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  const std::uint64_t begin = offset / page * page;
  ::madvise(const_cast<std::byte*>(mapping_.bytes().data()) + begin, offset + length - begin,
            MADV_WILLNEED);
}

std::optional<std::uint64_t> MappedFile::CachedBytes(std::uint64_t offset,
                                                     std::uint64_t length) const {
  if (!CheckRange(offset, length).ok()) return std::nullopt;
  if (length == 0) return 0;
  switch (file_system()) {
    case FileSystemKind::kMemory:
      return length;
    case FileSystemKind::kOverlay:
      // The pages belong to the file below: cachestat looks past them, the mapping does not.
      break;
    case FileSystemKind::kUser:
    case FileSystemKind::kNetwork:
      return CachedBytesByCachestat(descriptor(), offset, length);
    case FileSystemKind::kDisk:
      const auto cached = CachedBytesByCachestat(descriptor(), offset, length);
      if (cached) return cached;
  }
  if (!IsMincoreTruthful()) return std::nullopt;
  return CachedBytesByMincore(mapping_.bytes(), offset, length);
}

// mm/mincore.c: to all others than who owns or may write the file, every page is reported cached.
bool MappedFile::IsMincoreTruthful() const {
  return opened().identity.st_uid == ::geteuid() ||
         ::faccessat(AT_FDCWD, path().c_str(), W_OK, AT_EACCESS) == 0;
}

int MappedFile::direct_descriptor() const {
  if (!options_.is_automatic || file_system() == FileSystemKind::kMemory) return -1;
  std::call_once(direct_once_, [this] { direct_ = OpenDirectly(); });
  return direct_.get();
}

// Not open: the file system has no direct reads, or another file has the name by now.
Descriptor MappedFile::OpenDirectly() const {
  Descriptor direct(
      ::open(path().c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_DIRECT));
  struct stat info {};
  const bool is_usable = direct.is_open() && ::fstat(direct.get(), &info) == 0 &&
                         IdentityOf(info) == identity() && DirectFile::IsSupported(direct);
  return is_usable ? std::move(direct) : Descriptor();
}

}  // namespace thaw
