#include "io/storage/storage.h"

#include <cstring>

#include "io/storage/staging.h"

namespace thaw {

Status File::Read(std::uint64_t offset, MutableByteView out) const {
  const Staging staging(staging_size());
  if (!staging.ok()) {
    return ResourceExhaustedError("no memory for a read buffer").WithFile(path());
  }
  std::byte* next = out.data();
  return Visit(offset, out.size(), staging.view(), [&next](ByteView piece) {
    std::memcpy(next, piece.data(), piece.size());
    next += piece.size();
  });
}

}  // namespace thaw
