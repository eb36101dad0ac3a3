#include "io/checkpoint/bundle_v2/string_payload_head.h"

#include <limits>

#include "io/base/bytes.h"
#include "io/base/coding.h"
#include "io/base/crc32c.h"

namespace thaw {

StringPayloadHead EncodeStringPayloadHead(std::span<const std::string> values) {
  StringPayloadHead head;
  std::string fixed;
  for (const std::string& value : values) {
    AppendVarint64(value.size(), &head.bytes);
    // Four bytes, eight where four do not hold the length (tensor_bundle.cc: WriteStringTensor).
    if (value.size() <= std::numeric_limits<std::uint32_t>::max()) {
      AppendLittleEndian(static_cast<std::uint32_t>(value.size()), &fixed);
    } else {
      AppendLittleEndian(std::uint64_t{value.size()}, &fixed);
    }
  }
  const std::uint32_t lengths_crc = Crc32c(AsBytes(fixed));
  std::string stored_crc;
  AppendLittleEndian(MaskCrc(lengths_crc), &stored_crc);
  head.bytes += stored_crc;
  head.crc32c = Crc32cExtend(lengths_crc, AsBytes(stored_crc));
  return head;
}

}  // namespace thaw
