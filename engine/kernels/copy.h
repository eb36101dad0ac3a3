// THE list of plain copies: every way to move bytes from here to there without a checksum.
//
// Role in the flow: what the benchmarks measure as a machine's limit; a restore is compared with
// the best of them. Restores themselves use the kernels of dtype_conversions.

#ifndef THAW_ENGINE_KERNELS_COPY_H_
#define THAW_ENGINE_KERNELS_COPY_H_

#include <cstddef>
#include <span>
#include <string_view>

namespace thaw {

struct CopyForm {
  // "memcpy", "memcpy_chunked", "temporal", "nt1", "nt4".
  std::string_view name;
  // Copies src[0, n) to dst[0, n); the ranges must not overlap.
  void (*copy)(std::byte* dst, const std::byte* src, std::size_t n) noexcept;
};

// The forms that this machine can run. "memcpy" is always the first.
std::span<const CopyForm> CopyForms();

}  // namespace thaw

#endif  // THAW_ENGINE_KERNELS_COPY_H_
