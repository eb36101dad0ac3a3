// Property: a slice key that decodes is, byte for byte, what encoding gives for the decoded name
// and slice.

#include <cstdint>

#include "io/base/bytes.h"
#include "io/checkpoint/bundle_v2/slice_key.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto key = thaw::AsChars(std::as_bytes(std::span(data, size)));
  const auto decoded = thaw::DecodeSliceKey(key);
  FUZZ_CHECK(decoded.ok() || decoded.status().code() == thaw::StatusCode::kDataLoss);
  if (decoded.ok()) {
    FUZZ_CHECK(thaw::EncodeSliceKey(decoded->tensor_name, decoded->slice) == key);
  }
  return 0;
}
