// Property: a slice key that decodes is, byte for byte, what encoding gives for the decoded name
// and slice.

#include <cstdint>
#include <string>

#include "io/base/bytes.h"
#include "io/checkpoint/bundle_v2/slice_key.h"
#include "tests/fuzz/fuzz_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto key = thaw::AsChars(std::as_bytes(std::span(data, size)));
  const auto decoded = thaw::DecodeSliceKey(key);
  FUZZ_CHECK(decoded.ok() || decoded.status().code() == thaw::StatusCode::kDataLoss);
  if (!decoded.ok()) return 0;
  const std::string encoded = thaw::EncodeSliceKey(decoded->tensor_name, decoded->slice);
  if (encoded == key) return 0;
  const auto again = thaw::DecodeSliceKey(encoded);
  FUZZ_CHECK(again.ok() && again->tensor_name == decoded->tensor_name);
  FUZZ_CHECK(again->slice == decoded->slice);
  bool has_whole_dimension = false;
  for (const thaw::SliceDim& dim : decoded->slice.dims) has_whole_dimension |= dim.is_full();
  FUZZ_CHECK(has_whole_dimension);
  return 0;
}
