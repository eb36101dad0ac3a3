#include "io/checkpoint/bundle_v2/string_payload_head.h"

#include <limits>
#include <utility>

#include "io/base/bytes.h"
#include "io/base/coding.h"
#include "io/base/crc32c.h"

namespace thaw {

void StringPayloadHeadEncoder::Add(std::uint64_t length) {
  AppendVarint64(length, &head_.bytes);
  // Four bytes, eight where four do not hold the length (tensor_bundle.cc: WriteStringTensor).
  std::string fixed;
  if (length <= std::numeric_limits<std::uint32_t>::max()) {
    AppendLittleEndian(static_cast<std::uint32_t>(length), &fixed);
  } else {
    AppendLittleEndian(length, &fixed);
  }
  head_.crc32c = Crc32cExtend(head_.crc32c, AsBytes(fixed));
}

StringPayloadHead StringPayloadHeadEncoder::Finish() && {
  std::string stored_crc;
  AppendLittleEndian(MaskCrc(head_.crc32c), &stored_crc);
  head_.bytes += stored_crc;
  head_.crc32c = Crc32cExtend(head_.crc32c, AsBytes(stored_crc));
  return std::move(head_);
}

StringPayloadHead EncodeStringPayloadHead(std::span<const std::string> values) {
  StringPayloadHeadEncoder encoder;
  for (const std::string& value : values) encoder.Add(value.size());
  return std::move(encoder).Finish();
}

}  // namespace thaw
