// A shared segment of any bytes is refused, or every tensor of it is refused or lies inside, with
// as many bytes as its shape has and strings that lie in these. An origin that decodes is what it
// encodes to.

#include <cstring>
#include <string>
#include <vector>

#include "engine/shared/segment_format.h"
#include "io/base/coding.h"
#include "io/base/crc32c.h"
#include "tests/fuzz/fuzz_check.h"

namespace thaw {
namespace {

bool IsInside(ByteView part, ByteView whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void CheckTensor(const SegmentView& view, std::size_t index, ByteView segment) {
  const Result<SegmentTensor> tensor = view.tensor(index);
  if (!tensor.ok()) return;
  const ByteView bytes = view.bytes(*tensor);
  FUZZ_CHECK(IsInside(bytes, segment) && IsInside(AsBytes(tensor->name), segment));
  const auto elements = static_cast<std::uint64_t>(*NumElements(tensor->shape));
  if (tensor->dtype == DType::kString) {
    const auto strings = DecodeStrings(bytes, elements);
    if (!strings.ok()) return;
    FUZZ_CHECK(strings->size() == elements);
    for (const std::string_view string : *strings) FUZZ_CHECK(IsInside(AsBytes(string), bytes));
  } else {
    FUZZ_CHECK(bytes.size() == elements * ElementSize(tensor->dtype));
  }
  const auto found = view.Find(tensor->name);
  if (found.ok() && found->has_value()) FUZZ_CHECK((*found)->name == tensor->name);
}

void CheckSegment(ByteView segment) {
  const Result<SegmentView> view = SegmentView::Decode(segment);
  if (!view.ok()) return;
  for (std::size_t i = 0; i < view->num_tensors(); ++i) CheckTensor(*view, i, segment);
  const Result<SegmentOrigin> origin = view->origin();
  if (origin.ok()) FUZZ_CHECK(*DecodeOrigin(AsBytes(EncodeOrigin(*origin))) == *origin);
}

}  // namespace
}  // namespace thaw

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace thaw;
  std::string bytes(reinterpret_cast<const char*>(data), size);
  CheckSegment(AsBytes(bytes));
  if (size < 128) return 0;
  // With the checksum that its header would have.
  std::string crc;
  AppendLittleEndian<std::uint64_t>(Crc32c(AsBytes(bytes).subspan(16, 104)), &crc);
  bytes.replace(120, 8, crc);
  CheckSegment(AsBytes(bytes));
  return 0;
}
