// The values in a bundle's index, decoded and encoded: its header and its entries.
//
// Role in the flow: the only code that knows the messages. Readers and writers of bundles see plain
// structs; what the fields mean together is theirs to judge.
// Format: docs/format/tensor_bundle_v2.md §2, §3.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V2_BUNDLE_ENTRY_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V2_BUNDLE_ENTRY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "io/base/bytes.h"
#include "io/base/result.h"
#include "io/base/shape.h"
#include "io/base/slice.h"
#include "io/checkpoint/format_versions.h"

namespace thaw {

// tensor_bundle.proto: BundleHeaderProto.
struct BundleHeader {
  std::int32_t num_shards = 0;
  bool is_big_endian = false;
  FormatVersions versions;  // all zero where the file has none
};

// tensor_bundle.proto: BundleEntryProto, its numbers as they are in the file.
struct BundleEntry {
  std::int64_t dtype_number = 0;  // types.proto: DataType
  Shape shape;
  std::int64_t shard_id = 0;
  std::int64_t offset = 0;
  std::int64_t size = 0;
  std::uint32_t masked_crc32c = 0;
  // Not empty: the entry of a full tensor that is stored in slices; where its bytes are, the
  // entries of the slices say. A dimension without length is {start, SliceDim::kFull}.
  std::vector<TensorSlice> slices;

  friend bool operator==(const BundleEntry&, const BundleEntry&) = default;
};

// Errors: DataLoss, without a place.
// Untrusted input: yes.
Result<BundleHeader> DecodeBundleHeader(ByteView value);

// Replaces all of `*entry`; its vectors keep their memory, so that decoding one entry after the
// other into the same place does not allocate. Unknown fields are skipped, and fields that repeat
// are merged, as protobuf does: the same values from the same bytes, or an error where it has one.
// Errors: DataLoss, without a place; `*entry` is then unspecified.
// Throws std::bad_alloc. Untrusted input: yes.
Status DecodeBundleEntry(ByteView value, BundleEntry* entry);

// The bytes that TensorFlow writes for the same value.
std::string EncodeBundleHeader(const BundleHeader& header);
std::string EncodeBundleEntry(const BundleEntry& entry);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V2_BUNDLE_ENTRY_H_
