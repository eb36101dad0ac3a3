#include "io/storage/staging.h"

#include <sys/mman.h>

namespace thaw {
namespace {

// The size of a huge page on x86-64 and most others.
constexpr std::size_t kHugePage = std::size_t{2} << 20;

// A device reads into a buffer page by page, and takes only so many pages in one request. In a huge
// page a buffer is one piece (direct reads of 2 MiB by 16 threads: 2.4 against 0.9 GB/s).
std::byte* Allocate(std::size_t size) {
  const bool fits_huge_pages = size % kHugePage == 0;
  void* const memory = std::aligned_alloc(fits_huge_pages ? kHugePage : kStagingAlignment, size);
  if (memory != nullptr && fits_huge_pages) ::madvise(memory, size, MADV_HUGEPAGE);
  return static_cast<std::byte*>(memory);
}

}  // namespace

Staging::Staging(std::size_t size) : memory_(size == 0 ? nullptr : Allocate(size)), size_(size) {}

}  // namespace thaw
