#include "engine/kernels/row_copy.h"

#include <cstdint>
#include <cstring>

#include "io/base/isa_targets.h"

namespace thaw {
namespace {

#if THAW_HAS_X86

constexpr std::size_t kLine = 64;

// Whole lines past the caches: a stored row that is not read again should not cost the load of its
// lines. SSE2 is in every x86-64.
void StoreLines(std::byte* dst, const std::byte* src, std::size_t num_lines) {
  auto* to = reinterpret_cast<__m128i*>(dst);
  const auto* from = reinterpret_cast<const __m128i*>(src);
  for (; num_lines > 0; --num_lines, to += 4, from += 4) {
    const __m128i a = _mm_loadu_si128(from), b = _mm_loadu_si128(from + 1);
    const __m128i c = _mm_loadu_si128(from + 2), d = _mm_loadu_si128(from + 3);
    _mm_stream_si128(to, a);
    _mm_stream_si128(to + 1, b);
    _mm_stream_si128(to + 2, c);
    _mm_stream_si128(to + 3, d);
  }
}

void CopyRow(std::byte* dst, const std::byte* src, std::size_t n) {
  const std::size_t head = (kLine - reinterpret_cast<std::uintptr_t>(dst) % kLine) % kLine;
  if (n < head + kLine) {
    std::memcpy(dst, src, n);
    return;
  }
  if (head != 0) std::memcpy(dst, src, head);
  const std::size_t num_lines = (n - head) / kLine;
  StoreLines(dst + head, src + head, num_lines);
  const std::size_t done = head + num_lines * kLine;
  if (done < n) std::memcpy(dst + done, src + done, n - done);
}

#else

void CopyRow(std::byte* dst, const std::byte* src, std::size_t n) { std::memcpy(dst, src, n); }

#endif

// Rows of one element or two: a fixed size spares the call.
template <std::size_t kBytes>
void CopyFixedRows(std::byte* dst, const std::byte* src, const RowShape& rows) {
  for (std::size_t i = 0; i < rows.num_rows; ++i) {
    std::memcpy(dst, src, kBytes);
    dst += rows.destination_stride;
    src += rows.source_stride;
  }
}

}  // namespace

void CopyRows(std::byte* dst, const std::byte* src, const RowShape& rows) noexcept {
  switch (rows.row_bytes) {
    case 1:
      return CopyFixedRows<1>(dst, src, rows);
    case 2:
      return CopyFixedRows<2>(dst, src, rows);
    case 4:
      return CopyFixedRows<4>(dst, src, rows);
    case 8:
      return CopyFixedRows<8>(dst, src, rows);
    case 16:
      return CopyFixedRows<16>(dst, src, rows);
    default:
      break;
  }
  for (std::size_t i = 0; i < rows.num_rows; ++i) {
    CopyRow(dst, src, rows.row_bytes);
    dst += rows.destination_stride;
    src += rows.source_stride;
  }
}

void FinishRows() noexcept {
#if THAW_HAS_X86
  _mm_sfence();
#endif
}

}  // namespace thaw
