// The numbers of one entry, checked: what a tensor or slice is and where it lies.
//
// Role in the flow: between the decoder of entries, which takes any numbers, and the BundleIndex,
// which keeps only possible ones. It knows one entry at a time; what entries say of each other is
// the index's business. Untrusted input: yes.
// Format: docs/format/tensor_bundle_v2.md §4.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V2_ENTRY_CHECK_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V2_ENTRY_CHECK_H_

#include <cstdint>

#include "io/base/dtype.h"
#include "io/base/result.h"
#include "io/base/shape.h"
#include "io/checkpoint/bundle_v2/bundle_entry.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

// Where the entry says its bytes lie; zeros when a number is negative.
Extent ExtentOf(const BundleEntry& entry);

// The dtype of a stored tensor. Errors: DataLoss  no such number, or none that can be stored.
Result<DType> StoredDType(std::int64_t number);

// Errors: DataLoss  too many dimensions, a negative one, or more elements than int64 counts.
Result<std::int64_t> StoredNumElements(const Shape& shape);

// The place of a stored tensor or slice of that many elements.
// Errors: DataLoss  no such data file, an impossible range, or a size that contradicts the shape.
Result<StoredPart> StoredPlace(const BundleEntry& entry, DType dtype, std::int64_t elements,
                               std::uint32_t num_shards);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V2_ENTRY_CHECK_H_
