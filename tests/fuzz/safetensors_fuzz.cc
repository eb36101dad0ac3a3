// A safetensors file of any bytes is refused, or its tensors cover the data exactly: in order of
// their places each begins where the one before it ends, and has the size of its elements. The same
// bytes as an index are refused or name files below its folder.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "io/checkpoint/safetensors/safetensors_index.h"
#include "io/checkpoint/safetensors/safetensors_reader.h"
#include "io/storage/memory_storage.h"
#include "tests/fuzz/fuzz_check.h"

namespace thaw {
namespace {

void CheckFile(std::string bytes) {
  MemoryStorage storage;
  const std::uint64_t size = bytes.size();
  storage.Put("f.safetensors", std::move(bytes));
  const auto reader = OpenSafetensors(storage, "f.safetensors", IoMode::kAuto);
  if (!reader.ok()) return;
  std::vector<Extent> extents;
  std::uint64_t covered = 0;
  for (std::size_t i = 0; i < (*reader)->num_tensors(); ++i) {
    const TensorInfo tensor = (*reader)->tensor(i);
    FUZZ_CHECK(!tensor.name.empty() && (*reader)->Find(tensor.name) == i);
    const Extent& extent = tensor.parts[0].extent;
    if (tensor.foreign_dtype.empty()) {
      FUZZ_CHECK(extent.length == static_cast<std::uint64_t>(*NumElements(tensor.shape)) *
                                      ElementSize(tensor.dtype));
    }
    covered += extent.length;
    if (extent.length > 0) extents.push_back(extent);
  }
  std::ranges::sort(extents, {}, &Extent::offset);
  std::uint64_t at = size - covered;
  for (const Extent& extent : extents) {
    FUZZ_CHECK(extent.offset == at);
    at += extent.length;
  }
  FUZZ_CHECK(at == size);
}

void CheckIndex(std::string_view text) {
  const auto index = ParseSafetensorsIndex(text, "index");
  if (!index.ok()) return;
  for (const std::string& file : index->files) {
    FUZZ_CHECK(!file.empty() && !file.starts_with('/') &&
               ("/" + file + "/").find("/../") == std::string::npos);
  }
  for (const auto& [name, file] : index->file_of) {
    FUZZ_CHECK(!name.empty() && file < index->files.size());
  }
}

}  // namespace
}  // namespace thaw

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  thaw::CheckIndex(bytes);
  thaw::CheckFile(bytes);
  return 0;
}
