// Mapping: a file's bytes in the address space, read-only, placed where large pages fit.
//
// Role in the flow: held by MappedFile. It must not know what happens when a page cannot be read.

#ifndef THAW_IO_STORAGE_MAPPING_H_
#define THAW_IO_STORAGE_MAPPING_H_

#include <cstdint>
#include <utility>

#include "io/base/bytes.h"
#include "io/base/result.h"
#include "io/storage/descriptor.h"

namespace thaw {

// Owns its range of addresses. Thread-compatible.
class Mapping {
 public:
  // A file's start and an address of this alignment let the kernel map a large folio of the page
  // cache by one entry: the copy out of it then misses the TLB 512 times less often
  // (bench/restore_bench shows it as the difference to `--io pread`).
  static constexpr std::size_t kAlignment = std::size_t{2} << 20;

  // Maps the first `size` bytes of the file.
  // Errors: ResourceExhausted  no room in the address space.
  //         Unavailable        the file system does not map.
  static Result<Mapping> Map(const Descriptor& file, std::uint64_t size);

  Mapping() = default;
  Mapping(Mapping&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  Mapping& operator=(Mapping&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~Mapping();

  ByteView bytes() const { return bytes_; }

 private:
  explicit Mapping(ByteView bytes) : bytes_(bytes) {}

  ByteView bytes_;
};

}  // namespace thaw

#endif  // THAW_IO_STORAGE_MAPPING_H_
