// Property: any index, its checksums made right, and any data file give a Status or tensors whose
// parts have the bytes of their shape and dtype; reading those ends in OK or OutOfRange. Each
// tensor is the same when it alone is looked up. Input: two bytes with the size of the data file,
// the data file, the index.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "io/base/coding.h"
#include "io/checkpoint/bundle_v2/bundle_reader.h"
#include "io/checkpoint/bundle_v2/string_payload.h"
#include "io/storage/memory_storage.h"
#include "tests/fuzz/fuzz_check.h"
#include "tests/fuzz/seal_table.h"

namespace thaw {
namespace {

void CheckPart(const CheckpointReader& reader, const TensorInfo& tensor, const StoredPart& part) {
  FUZZ_CHECK(part.extent.shard < reader.num_shards());
  const auto slice = part.slice == nullptr ? TensorSlice::Full(tensor.shape.size()) : *part.slice;
  const auto resolved = ResolveSlice(slice, tensor.shape);
  FUZZ_CHECK(resolved.ok());
  const auto elements = static_cast<std::uint64_t>(NumElements(SliceShape(*resolved)).value());
  FUZZ_CHECK(!IsFixedSize(tensor.dtype) ||
             part.extent.length == elements * ElementSize(tensor.dtype));
  const auto file = reader.OpenShard(part.extent.shard);
  if (!file.ok() || part.extent.length > (*file)->size()) return;
  std::vector<std::byte> bytes(part.extent.length);
  const Status status = (*file)->Read(part.extent.offset, bytes);
  FUZZ_CHECK(status.ok() || status.code() == StatusCode::kOutOfRange);
  if (!status.ok() || tensor.dtype != DType::kString) return;
  const auto strings = DecodeStringPayload(bytes, elements, {}, false);
  FUZZ_CHECK(!strings.ok() || strings->size() == elements);
}

void CheckLookup(const Storage& storage, const TensorInfo& tensor) {
  const std::string name(tensor.name);
  const auto reader = OpenBundleV2For(storage, "x", IoMode::kAuto, {&name, 1});
  FUZZ_CHECK(reader.ok() && (*reader)->entry_errors().empty());
  const auto index = (*reader)->Find(name);
  FUZZ_CHECK(index.has_value());
  const TensorInfo alone = (*reader)->tensor(*index);
  FUZZ_CHECK(alone.dtype == tensor.dtype && std::ranges::equal(alone.shape, tensor.shape));
  FUZZ_CHECK(alone.parts.size() == tensor.parts.size());
  for (std::size_t i = 0; i < alone.parts.size(); ++i) {
    const StoredPart& a = alone.parts[i];
    const StoredPart& b = tensor.parts[i];
    FUZZ_CHECK(a.extent.shard == b.extent.shard && a.extent.offset == b.extent.offset);
    FUZZ_CHECK(a.extent.length == b.extent.length && a.crc32c == b.crc32c);
    FUZZ_CHECK((a.slice == nullptr) == (b.slice == nullptr));
    FUZZ_CHECK(a.slice == nullptr || *a.slice == *b.slice);
  }
}

void Run(ByteView input) {
  if (input.size() < 2) return;
  const std::size_t wanted = LoadLittleEndian<std::uint16_t>(input.data());
  const ByteView data = input.subspan(2, std::min(wanted, input.size() - 2));
  std::vector<std::byte> index(input.begin() + 2 + static_cast<std::ptrdiff_t>(data.size()),
                               input.end());
  SealTable(&index);
  MemoryStorage storage;
  storage.Put("x.index", index);
  storage.Put("x.data-00000-of-00001", data);
  const auto reader = OpenBundleV2(storage, "x", IoMode::kAuto);
  FUZZ_CHECK(reader.ok() || reader.status().file() == "x.index");
  if (!reader.ok() || !(*reader)->entry_errors().empty()) return;
  for (std::size_t i = 0; i < (*reader)->num_tensors(); ++i) {
    const TensorInfo tensor = (*reader)->tensor(i);
    FUZZ_CHECK((*reader)->Find(tensor.name) == i);
    for (const StoredPart& part : tensor.parts) CheckPart(**reader, tensor, part);
    CheckLookup(storage, tensor);
  }
}

}  // namespace
}  // namespace thaw

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  thaw::Run(std::as_bytes(std::span(data, size)));
  return 0;
}
