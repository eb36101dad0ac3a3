#include "io/checkpoint/bundle_v2/variant_payload.h"

#include <cstring>
#include <optional>
#include <string>

#include "io/base/coding.h"
#include "io/base/crc32c.h"
#include "io/checkpoint/bundle_v2/payload_checksum.h"

namespace thaw {
namespace {

std::uint32_t ExtendByLength(std::uint32_t crc, std::uint64_t length, bool byte_swapped) {
  if (byte_swapped) length = ByteSwap(length);
  return Crc32cExtend(crc, ByteView(reinterpret_cast<const std::byte*>(&length), sizeof(length)));
}

}  // namespace

Status CheckVariantPayload(ByteView payload, std::uint64_t num_elements, std::uint32_t expected_crc,
                           bool byte_swapped) {
  ByteView rest = payload;
  std::uint32_t crc = 0;
  for (std::uint64_t i = 0; i < num_elements; ++i) {
    const std::size_t position = payload.size() - rest.size();
    const std::optional<std::uint64_t> length = DecodeVarint64(&rest);
    if (!length || rest.size() < kChecksumSize || *length > rest.size() - kChecksumSize) {
      return DataLossError("variant " + std::to_string(i) + " of " + std::to_string(num_elements) +
                           " is malformed or cut off")
          .WithOffset(position);
    }
    crc = ExtendByLength(crc, *length, byte_swapped);
    crc = Crc32cExtend(crc, rest.first(*length));
    rest = rest.subspan(*length);

    std::uint32_t masked;
    std::memcpy(&masked, rest.data(), kChecksumSize);
    if (byte_swapped) masked = ByteSwap(masked);
    if (UnmaskCrc(masked) != crc) {
      return DataLossError("the checksum after variant " + std::to_string(i) +
                           " does not match: " + StoredAndCalculated(UnmaskCrc(masked), crc))
          .WithOffset(position);
    }
    crc = Crc32cExtend(crc, rest.first(kChecksumSize));
    rest = rest.subspan(kChecksumSize);
  }
  if (!rest.empty()) {
    return DataLossError(std::to_string(rest.size()) + " bytes follow the last variant")
        .WithOffset(payload.size() - rest.size());
  }
  if (crc != expected_crc) {
    return DataLossError("checksum does not match: " + StoredAndCalculated(expected_crc, crc));
  }
  return Status();
}

}  // namespace thaw
