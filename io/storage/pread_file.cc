#include "io/storage/pread_file.h"

#include <fcntl.h>

#include <algorithm>
#include <cassert>

namespace thaw {
Status PreadFile::Visit(std::uint64_t offset, std::uint64_t length, MutableByteView staging,
                        PieceSink sink) const {
  assert(length == 0 || staging.size() >= kBlockSize);
  THAW_RETURN_IF_ERROR(CheckRange(offset, length));
  const std::uint64_t end = offset + length;
  while (offset < end) {
    const std::size_t wanted = std::min<std::uint64_t>(end - offset, kBlockSize);
    Result<std::size_t> read = ReadFully(descriptor(), offset, staging.first(wanted));
    if (!read.ok()) return read.status().WithFile(path());
    if (*read < wanted) return ShrunkTo(offset + *read);
    sink(staging.first(wanted));
    offset += wanted;
  }
  return Status();
}

void PreadFile::WillNeed(std::uint64_t offset, std::uint64_t length) const {
  if (length == 0 || !CheckRange(offset, length).ok()) return;
  ::posix_fadvise(descriptor().get(), static_cast<off_t>(offset), static_cast<off_t>(length),
                  POSIX_FADV_WILLNEED);
}

}  // namespace thaw
