// CopyRows: short ranges from here to there at fixed distances, past the caches.
//
// Role in the flow: the last step of a strided slice. A run of a column-partitioned tensor is too
// short for a kernel's own stores past the caches, so the executor has the kernel sum and convert a
// block that stays in the core's cache, and its rows go from there to their places.

#ifndef THAW_ENGINE_KERNELS_ROW_COPY_H_
#define THAW_ENGINE_KERNELS_ROW_COPY_H_

#include <cstddef>

namespace thaw {

// Equal rows at equal distances on either side.
struct RowShape {
  std::size_t row_bytes = 0;
  std::size_t num_rows = 0;
  std::size_t source_stride = 0;       // bytes from row to row
  std::size_t destination_stride = 0;  // bytes from row to row
};

// Copies the rows from `src` on to `dst` on; the memory of one must not overlap that of the other.
// Other threads may read the rows after FinishRows.
void CopyRows(std::byte* dst, const std::byte* src, const RowShape& rows) noexcept;

// Orders what CopyRows stored before what this thread stores next.
void FinishRows() noexcept;

}  // namespace thaw

#endif  // THAW_ENGINE_KERNELS_ROW_COPY_H_
