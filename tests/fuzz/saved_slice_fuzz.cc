// Property: a record that holds a number of elements decodes to just as many, and these, encoded,
// hold the same; of strings the decoded form is a payload of as many elements. FindRawElements
// names a place only where the decoded elements stand. Input: one byte with the dtype, two with the
// number of elements, the record.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "io/base/coding.h"
#include "io/checkpoint/bundle_v1/element_field.h"
#include "io/checkpoint/bundle_v1/saved_slice.h"
#include "io/checkpoint/bundle_v1/saved_slice_encoding.h"
#include "io/checkpoint/bundle_v2/string_payload.h"
#include "tests/fuzz/fuzz_check.h"

namespace thaw {
namespace {

std::vector<std::byte> Decoded(ByteView record, DType dtype, std::uint64_t size) {
  std::vector<std::byte> out(size);
  return DecodeSavedSlice(record, dtype, out).ok() ? out : std::vector<std::byte>();
}

void CheckRoundTrip(const std::vector<std::byte>& elements, DType dtype, std::uint64_t count) {
  const auto again = EncodeSavedSlice("t", TensorSlice::Full(1), dtype, elements);
  FUZZ_CHECK(again.ok());
  const auto size = SavedSliceSize(AsBytes(*again), dtype, count);
  FUZZ_CHECK(size.ok() && *size == elements.size());
  FUZZ_CHECK(Decoded(AsBytes(*again), dtype, *size) == elements);
  const auto raw = FindRawElements(AsBytes(*again), again->size(), dtype, elements.size());
  FUZZ_CHECK(!raw || std::ranges::equal(AsBytes(*again).subspan(*raw), elements));
}

void Run(ByteView input) {
  if (input.size() < 3) return;
  const auto dtype = DTypeFromNumber(std::to_integer<int>(input[0]));
  if (!dtype || !ElementFieldOf(*dtype)) return;
  const std::uint64_t count = LoadLittleEndian<std::uint16_t>(input.data() + 1);
  const ByteView record = input.subspan(3);
  const auto size = SavedSliceSize(record, *dtype, count);
  if (!size.ok()) return;
  const std::vector<std::byte> out = Decoded(record, *dtype, *size);
  if (*dtype == DType::kString) {
    const auto strings = DecodeStringPayload(out, count, std::nullopt, false);
    FUZZ_CHECK(strings.ok() && strings->size() == count);
    return;
  }
  FUZZ_CHECK(*size == count * ElementSize(*dtype));
  if (out.size() == *size) CheckRoundTrip(out, *dtype, count);
  const auto raw = FindRawElements(record, record.size(), *dtype, *size);
  FUZZ_CHECK(!raw || *size == 0 || std::ranges::equal(record.subspan(*raw), out));
}

}  // namespace
}  // namespace thaw

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  thaw::Run(std::as_bytes(std::span(data, size)));
  return 0;
}
