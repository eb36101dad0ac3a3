#include "io/storage/descriptor.h"

#include <unistd.h>

#include <cerrno>

namespace thaw {

int Descriptor::Close() {
  if (fd_ < 0) return 0;
  // Linux frees the descriptor even when close() is interrupted, so it is never repeated.
  const int result = ::close(std::exchange(fd_, -1));
  return result == 0 || errno == EINTR ? 0 : errno;
}

Result<std::size_t> ReadFully(const Descriptor& file, std::uint64_t offset, MutableByteView out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t n = ::pread(file.get(), out.data() + done, out.size() - done,
                              static_cast<off_t>(offset + done));
    if (n == 0) break;
    if (n > 0) {
      done += static_cast<std::size_t>(n);
    } else if (errno != EINTR) {
      return ErrnoError(errno, "cannot read").WithOffset(offset + done);
    }
  }
  return done;
}

Status WriteFully(const Descriptor& file, std::uint64_t offset, ByteView bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::pwrite(file.get(), bytes.data() + done, bytes.size() - done,
                               static_cast<off_t>(offset + done));
    if (n >= 0) {
      done += static_cast<std::size_t>(n);
    } else if (errno != EINTR) {
      return ErrnoError(errno, "cannot write");
    }
  }
  return Status();
}

}  // namespace thaw
