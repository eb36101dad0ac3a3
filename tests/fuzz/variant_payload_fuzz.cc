// Property: the check of a variant payload reads no byte outside it and ends in OK or DataLoss.
// Input: two bytes with the number of elements, one whose lowest bit is the byte order, the
// payload.

#include <cstdint>

#include "io/base/coding.h"
#include "io/checkpoint/bundle_v2/variant_payload.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto input = std::as_bytes(std::span(data, size));
  if (input.size() < 3) return 0;
  const std::uint64_t count = thaw::LoadLittleEndian<std::uint16_t>(input.data());
  const bool byte_swapped = (input[2] & std::byte{1}) != std::byte{0};
  const thaw::Status status =
      thaw::CheckVariantPayload(input.subspan(3), count, 0x12345678u, byte_swapped);
  FUZZ_CHECK(status.ok() || status.code() == thaw::StatusCode::kDataLoss);
  return 0;
}
