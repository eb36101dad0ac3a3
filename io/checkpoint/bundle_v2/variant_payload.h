// The stored form of a variant tensor: for each element a length, a serialized
// VariantTensorDataProto and a checksum of everything so far.
//
// Role in the flow: `thaw verify` sums the bytes of one extent; nothing decodes the elements. It
// must not know entries, files or shapes. Format (tensor_bundle.cc: WriteVariantTensor), per
// element:
//    varint64 length | length bytes | masked CRC, 4 bytes
// One CRC runs over all elements: over each length as a fixed 64-bit integer, the bytes, and the
// stored checksum itself. Its end is the entry's.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V2_VARIANT_PAYLOAD_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V2_VARIANT_PAYLOAD_H_

#include <cstdint>

#include "io/base/bytes.h"
#include "io/base/status.h"

namespace thaw {

// Compares the checksum after each element, and the one in the entry.
//   payload: all bytes of the extent.
//   expected_crc: unmasked, as in StoredPart.
//   byte_swapped: the writer had the other byte order.
// Errors: DataLoss  lengths, checksums and payload contradict each other. The offset in the Status
//                   counts from the start of the payload.
// Allocates nothing. Untrusted input: yes.
Status CheckVariantPayload(ByteView payload, std::uint64_t num_elements, std::uint32_t expected_crc,
                           bool byte_swapped);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V2_VARIANT_PAYLOAD_H_
