#include "io/storage/mapping.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <limits>

namespace thaw {
namespace {

// Gives back what lies between the reservation's ends and the mapped pages.
void Unreserve(std::uintptr_t begin, std::uintptr_t end) {
  if (begin < end) ::munmap(reinterpret_cast<void*>(begin), end - begin);
}

std::size_t RoundUp(std::size_t n, std::size_t unit) { return (n + unit - 1) / unit * unit; }

}  // namespace

Result<Mapping> Mapping::Map(const Descriptor& file, std::uint64_t size) {
  if (size == 0) return Mapping();
  if (size > std::numeric_limits<std::ptrdiff_t>::max() - 2 * kAlignment) {
    return ResourceExhaustedError("the file is too large to map");
  }
  // The kernel chooses the place of a mapping by page, not by large page: reserve one more of
  // those, then put the file at the boundary inside.
  const std::size_t reserved = size + kAlignment;
  void* reservation =
      ::mmap(nullptr, reserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reservation == MAP_FAILED) {
    return ErrnoError(errno, "no room to map " + std::to_string(size) + " bytes");
  }
  const auto begin = reinterpret_cast<std::uintptr_t>(reservation);
  const std::uintptr_t place = RoundUp(begin, kAlignment);
  void* mapped = ::mmap(reinterpret_cast<void*>(place), size, PROT_READ, MAP_SHARED | MAP_FIXED,
                        file.get(), 0);
  if (mapped == MAP_FAILED) {
    const int error = errno;
    ::munmap(reservation, reserved);
    return ErrnoError(error, "cannot map the file");
  }
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  Unreserve(begin, place);
  Unreserve(place + RoundUp(size, page), RoundUp(begin + reserved, page));
  return Mapping({static_cast<const std::byte*>(mapped), size});
}

Mapping::~Mapping() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace thaw
