#include "engine/exec/destination_pages.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>

namespace thaw {
namespace {

// From linux/mman.h, Linux 5.14; the C library's header is older.
constexpr int kPopulateWrite = 23;

// A shorter run of pages is as well left to faults: the calls here cost as much.
constexpr std::size_t kLeastBytes = std::size_t{64} << 10;

// Places that are looked at to learn what kind of buffers these are; each costs a microsecond.
constexpr std::size_t kSamples = 8;

// Documentation/admin-guide/mm/pagemap.rst: one 64-bit word a page; swapped, and present.
constexpr std::uint64_t kInUse = (std::uint64_t{1} << 62) | (std::uint64_t{1} << 63);

std::uintptr_t PageSize() {
  static const auto size = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  return size;
}

std::uintptr_t PageOf(const std::byte* byte) {
  return reinterpret_cast<std::uintptr_t>(byte) / PageSize() * PageSize();
}

// Where a piece's elements go; empty when that is no single run, or nowhere.
MutableByteView DestinationOf(const Plan& plan, const Piece& piece) {
  if (piece.target == Piece::kNoTarget) return {};
  const Target& target = plan.targets[piece.target];
  std::byte* const buffer = plan.buffers[target.request];
  if (target.kernel == nullptr || buffer == nullptr || target.slice_copy != Target::kPlain) {
    return {};
  }
  const Kernel& kernel = *target.kernel;
  const std::uint64_t skipped = piece.offset - plan.units[piece.unit].offset - target.begin;
  return {
      buffer + target.destination + skipped / kernel.source_element * kernel.destination_element,
      piece.length / kernel.source_element * kernel.destination_element};
}

}  // namespace

DestinationPages::DestinationPages(const Plan& plan) noexcept : plan_(plan) {
  if (plan.num_bytes < kLeastBytes) return;
  pagemap_ = Descriptor(::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC));
  const std::size_t step = std::max<std::size_t>(plan.pieces.size() / kSamples, 1);
  for (std::size_t p = 0; p < plan.pieces.size(); p += step) {
    const MutableByteView bytes = DestinationOf(plan, plan.pieces[p]);
    if (bytes.size() >= kLeastBytes && !IsPresent(bytes)) return;
  }
  pagemap_.Close();
}

void DestinationPages::Prepare(const Chunk& chunk) const noexcept {
  if (!pagemap_.is_open()) return;
  MutableByteView run;  // of neighbouring destinations
  for (std::uint32_t p = 0; p < chunk.num_pieces; ++p) {
    const MutableByteView next = DestinationOf(plan_, plan_.pieces[chunk.first_piece + p]);
    if (next.empty()) continue;
    // Buffers that are packed together leave less than a page between them.
    const std::byte* const end = run.data() + run.size();
    if (!run.empty() && next.data() >= end && next.data() < end + PageSize()) {
      run = {run.data(), next.data() + next.size()};
      continue;
    }
    Populate(run);
    run = next;
  }
  Populate(run);
}

void DestinationPages::Populate(MutableByteView bytes) const noexcept {
  if (bytes.size() < kLeastBytes || IsPresent(bytes)) return;
  const std::uintptr_t begin = PageOf(bytes.data());
  const std::uintptr_t end = PageOf(bytes.data() + bytes.size() - 1) + PageSize();
  ::madvise(reinterpret_cast<void*>(begin), end - begin, kPopulateWrite);
}

// By a page in the middle and the last one: the first may hold what lies before the buffer, such as
// an allocator's notes.
bool DestinationPages::IsPresent(MutableByteView bytes) const noexcept {
  return IsPresent(PageOf(bytes.data() + bytes.size() / 2)) &&
         IsPresent(PageOf(bytes.data() + bytes.size() - 1));
}

bool DestinationPages::IsPresent(std::uintptr_t address) const noexcept {
  std::uint64_t word = 0;
  const std::uint64_t place = address / PageSize() * sizeof(word);
  const ssize_t n = ::pread(pagemap_.get(), &word, sizeof(word), static_cast<off_t>(place));
  return n != sizeof(word) || (word & kInUse) != 0;
}

}  // namespace thaw
