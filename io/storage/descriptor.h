// Descriptor: an open file descriptor, and the few system calls on it that need a loop.
//
// Role in the flow: what local files and outputs hold. It must not know paths; callers add them to
// the errors.

#ifndef THAW_IO_STORAGE_DESCRIPTOR_H_
#define THAW_IO_STORAGE_DESCRIPTOR_H_

#include <cstdint>
#include <utility>

#include "io/base/bytes.h"
#include "io/base/result.h"

namespace thaw {

// Owns the descriptor. Thread-compatible.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      Close();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~Descriptor() { Close(); }

  int get() const { return fd_; }
  bool is_open() const { return fd_ >= 0; }

  // Returns 0 or the error number; an error of close can be that of an earlier write.
  int Close();

 private:
  int fd_ = -1;
};

// Fills `out` from `offset` on; stops early only at the end of the file. Returns the bytes read.
// Interrupted and short reads are continued.
// Errors: Unavailable  the device failed.
Result<std::size_t> ReadFully(const Descriptor& file, std::uint64_t offset, MutableByteView out);

// Writes all of `bytes` at `offset`. Interrupted and short writes are continued.
// Errors: Unavailable  the device failed, or there is no space left.
Status WriteFully(const Descriptor& file, std::uint64_t offset, ByteView bytes);

}  // namespace thaw

#endif  // THAW_IO_STORAGE_DESCRIPTOR_H_
