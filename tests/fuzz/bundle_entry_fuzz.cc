// Properties: an entry or header that decodes, encoded, decodes to the same again; an entry is what
// protobuf's own parser makes of the same bytes.

#include <cstdint>

#include "io/checkpoint/bundle_v2/bundle_entry.h"
#include "tests/fuzz/fuzz_check.h"
#include "tests/support/protobuf_entry.h"

namespace thaw {
namespace {

bool HasEncodableSlices(const BundleEntry& entry) {
  // A whole dimension has no start, and a length below -1 no other meaning, in what we write.
  for (const TensorSlice& slice : entry.slices) {
    for (const SliceDim& dim : slice.dims) {
      if (dim.is_full() && dim != SliceDim{}) return false;
    }
  }
  return true;
}

void CheckEntry(ByteView bytes) {
  FUZZ_CHECK(DecodersAgree(bytes));
  BundleEntry entry, again;
  if (!DecodeBundleEntry(bytes, &entry).ok() || !HasEncodableSlices(entry)) return;
  FUZZ_CHECK(DecodeBundleEntry(AsBytes(EncodeBundleEntry(entry)), &again).ok());
  FUZZ_CHECK(entry == again);
}

void CheckHeader(ByteView bytes) {
  const auto header = DecodeBundleHeader(bytes);
  if (!header.ok()) return;
  const auto again = DecodeBundleHeader(AsBytes(EncodeBundleHeader(*header)));
  FUZZ_CHECK(again.ok() && again->num_shards == header->num_shards);
  FUZZ_CHECK(again->is_big_endian == header->is_big_endian);
  FUZZ_CHECK(again->versions.producer == header->versions.producer &&
             again->versions.min_consumer == header->versions.min_consumer);
  FUZZ_CHECK(again->versions.bad_consumers == header->versions.bad_consumers);
}

}  // namespace
}  // namespace thaw

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  thaw::CheckEntry(std::as_bytes(std::span(data, size)));
  thaw::CheckHeader(std::as_bytes(std::span(data, size)));
  return 0;
}
