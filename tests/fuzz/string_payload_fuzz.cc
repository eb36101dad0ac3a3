// Property: a payload of strings that decodes gives as many strings as asked for, whose lengths add
// up to no more than the payload, and which, encoded, decode to the same with all checksums on.
// Input: two bytes with the number of strings, one whose lowest bit is the byte order, the payload.

#include <cstdint>
#include <string>
#include <vector>

#include "io/base/coding.h"
#include "io/base/crc32c.h"
#include "io/checkpoint/bundle_v2/string_payload.h"
#include "io/checkpoint/bundle_v2/string_payload_head.h"
#include "tests/fuzz/fuzz_check.h"

namespace thaw {
namespace {

void CheckRoundTrip(const std::vector<std::string>& strings) {
  const StringPayloadHead head = EncodeStringPayloadHead(strings);
  std::string payload = head.bytes;
  for (const std::string& value : strings) payload += value;
  const std::string_view characters = std::string_view(payload).substr(head.bytes.size());
  const std::uint32_t crc = Crc32cExtend(head.crc32c, AsBytes(characters));
  const auto again = DecodeStringPayload(AsBytes(payload), strings.size(), crc, false);
  FUZZ_CHECK(again.ok() && *again == strings);
  if (strings.empty()) return;
  FUZZ_CHECK(!DecodeStringPayload(AsBytes(payload), strings.size(), crc ^ 1, false).ok());
}

void Run(ByteView input) {
  if (input.size() < 3) return;
  const std::uint64_t count = LoadLittleEndian<std::uint16_t>(input.data());
  const bool byte_swapped = (input[2] & std::byte{1}) != std::byte{0};
  const ByteView payload = input.subspan(3);
  const auto strings = DecodeStringPayload(payload, count, {}, byte_swapped);
  (void)DecodeStringPayload(payload, count, 0, byte_swapped);
  if (!strings.ok()) return;
  FUZZ_CHECK(strings->size() == count);
  std::size_t total = 0;
  for (const std::string& value : *strings) total += value.size();
  FUZZ_CHECK(total <= payload.size());
  CheckRoundTrip(*strings);
}

}  // namespace
}  // namespace thaw

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  thaw::Run(std::as_bytes(std::span(data, size)));
  return 0;
}
