// The record of one slice's elements, decoded.
//
// Role in the flow: from the value of a table entry to the bytes that a planner and an executor of
// any format understand: elements as in memory, strings as in a V2 data file. It must not know
// tables or files. Untrusted input: yes.
// Format: docs/format/tensor_slices_v1.md §3, §4.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V1_SAVED_SLICE_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V1_SAVED_SLICE_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "io/base/bytes.h"
#include "io/base/dtype.h"
#include "io/base/result.h"

namespace thaw {

// The size of the decoded form: NumElements × ElementSize bytes, or for strings that of the payload
// (docs/format/tensor_bundle_v2.md §7). Takes no memory.
//   dtype: one that ElementFieldOf knows.
// Errors: DataLoss  the record is malformed, or does not hold that many elements.
Result<std::uint64_t> SavedSliceSize(ByteView record, DType dtype, std::uint64_t num_elements);

// Writes the decoded form of a record that SavedSliceSize accepted.
//   out: just as many bytes as SavedSliceSize said. Elements are in this machine's order.
// Errors: DataLoss  a varint is longer than 10 bytes.
// Throws std::bad_alloc for strings.
Status DecodeSavedSlice(ByteView record, DType dtype, MutableByteView out);

// Where the elements begin in a record, when they are the last bytes of it and stand there as in
// the memory of this machine; nullopt otherwise.
//   head: the first bytes of the record, which has record_size.
//   size_bytes: of all elements.
std::optional<std::size_t> FindRawElements(ByteView head, std::uint64_t record_size, DType dtype,
                                           std::uint64_t size_bytes);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V1_SAVED_SLICE_H_
