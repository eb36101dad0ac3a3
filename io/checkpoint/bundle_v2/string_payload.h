// The stored form of a string tensor: lengths, a checksum of the lengths, then the characters.
//
// Role in the flow: the executor hands over the bytes of one extent, copied out of the data file
// once, and gets the elements. It must not know entries, files or shapes.
// Format: docs/format/tensor_bundle_v2.md §7.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V2_STRING_PAYLOAD_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V2_STRING_PAYLOAD_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/base/bytes.h"
#include "io/base/result.h"

namespace thaw {

// The fewest bytes that `num_elements` strings take: one for each length and four for the checksum.
// nullopt: more than 64 bits can count.
std::optional<std::uint64_t> MinStringPayloadSize(std::uint64_t num_elements);

// The elements of a string tensor, in row-major order.
//   payload: all bytes of the extent, lengths of any era (32- and 64-bit varints).
//   expected_crc: unmasked, as in StoredPart. nullopt: neither the lengths' checksum nor the
//     tensor's is compared; the structure is checked all the same.
//   byte_swapped: the writer had the other byte order (CheckpointReader::is_byte_swapped).
// Allocates the result only, and that after the lengths were found to add up to the payload.
// Errors: DataLoss           lengths, checksums and payload contradict each other. The offset in
//                            the Status counts from the start of the payload.
//         ResourceExhausted  no memory for the result.
// Untrusted input: yes.
Result<std::vector<std::string>> DecodeStringPayload(ByteView payload, std::uint64_t num_elements,
                                                     std::optional<std::uint32_t> expected_crc,
                                                     bool byte_swapped);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V2_STRING_PAYLOAD_H_
