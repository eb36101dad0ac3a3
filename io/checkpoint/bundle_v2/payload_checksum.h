// Payload checksums: what payloads of strings and of variants have in common.
//
// Role in the flow: under string_payload and variant_payload, which know where a checksum stands.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V2_PAYLOAD_CHECKSUM_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V2_PAYLOAD_CHECKSUM_H_

#include <cstddef>
#include <cstdint>
#include <string>

namespace thaw {

inline constexpr std::size_t kChecksumSize = sizeof(std::uint32_t);

// "stored 1, calculated 2".
inline std::string StoredAndCalculated(std::uint32_t stored, std::uint32_t calculated) {
  return "stored " + std::to_string(stored) + ", calculated " + std::to_string(calculated);
}

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V2_PAYLOAD_CHECKSUM_H_
