// Property: any V1 file, its checksums made right, gives a Status or tensors whose parts have the
// bytes of their shape and dtype; reading those ends in OK or DataLoss, and twice the same.
// Input: the file.

#include <cstdint>
#include <vector>

#include "io/checkpoint/bundle_v1/tensor_slice_reader.h"
#include "io/checkpoint/bundle_v2/string_payload.h"
#include "io/storage/memory_storage.h"
#include "tests/fuzz/fuzz_check.h"
#include "tests/fuzz/seal_table.h"

namespace thaw {
namespace {

constexpr std::uint64_t kMaxRead = 1 << 20;

void CheckPart(const CheckpointReader& reader, const TensorInfo& tensor, const StoredPart& part) {
  FUZZ_CHECK(part.extent.shard == 0);
  const auto slice = part.slice == nullptr ? TensorSlice::Full(tensor.shape.size()) : *part.slice;
  const auto resolved = ResolveSlice(slice, tensor.shape);
  FUZZ_CHECK(resolved.ok());
  const auto elements = static_cast<std::uint64_t>(NumElements(SliceShape(*resolved)).value());
  FUZZ_CHECK(!IsFixedSize(tensor.dtype) ||
             part.extent.length == elements * ElementSize(tensor.dtype));
  const File& file = **reader.OpenShard(0);
  FUZZ_CHECK(RangeFits(part.extent.offset, part.extent.length, file.size()));
  std::vector<std::byte> bytes(std::min(part.extent.length, kMaxRead));
  const Status status = file.Read(part.extent.offset, bytes);
  FUZZ_CHECK(status.ok() || status.code() == StatusCode::kDataLoss);
  std::vector<std::byte> again(bytes.size());
  FUZZ_CHECK(file.Read(part.extent.offset, again).code() == status.code());
  if (!status.ok()) return;
  FUZZ_CHECK(bytes == again);
  if (tensor.dtype != DType::kString || part.extent.length > kMaxRead) return;
  const auto strings = DecodeStringPayload(bytes, elements, std::nullopt, false);
  FUZZ_CHECK(strings.ok() && strings->size() == elements);
}

void Run(ByteView input) {
  std::vector<std::byte> bytes(input.begin(), input.end());
  SealTable(&bytes);
  MemoryStorage storage;
  storage.Put("x", bytes);
  const auto reader = OpenTensorSlices(storage, "x", IoMode::kAuto);
  FUZZ_CHECK(reader.ok() || reader.status().file() == "x");
  if (!reader.ok()) return;
  for (std::size_t i = 0; i < (*reader)->num_tensors(); ++i) {
    const TensorInfo tensor = (*reader)->tensor(i);
    FUZZ_CHECK((*reader)->Find(tensor.name) == i);
    for (const StoredPart& part : tensor.parts) CheckPart(**reader, tensor, part);
  }
}

}  // namespace
}  // namespace thaw

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  thaw::Run(std::as_bytes(std::span(data, size)));
  return 0;
}
