#include "io/checkpoint_formats.h"

#include <vector>

#include "io/checkpoint/bundle_v1/tensor_slice_reader.h"
#include "io/checkpoint/bundle_v2/bundle_reader.h"
#include "io/checkpoint/format_recognition.h"
#include "io/checkpoint/safetensors/safetensors_reader.h"

namespace thaw {
namespace {

constexpr CheckpointFormatEntry kFormats[] = {
    {{CheckpointFormat::kTfV2, RecogniseBundleV2}, OpenBundleV2, OpenBundleV2For},
    {{CheckpointFormat::kTfV1, RecogniseBundleV1}, OpenTensorSlices},
    {{CheckpointFormat::kSafetensors, RecogniseSafetensors}, OpenSafetensors},
};

// With more names than that the whole index is as good: a block is read for each.
constexpr std::size_t kFewTensors = 256;

}  // namespace

std::span<const CheckpointFormatEntry> CheckpointFormats() { return kFormats; }

Result<CheckpointPath> ResolveCheckpointPath(const Storage& storage, const std::string& typed) {
  std::vector<PathForm> forms;
  for (const CheckpointFormatEntry& entry : kFormats) forms.push_back(entry.form);
  return ResolveCheckpointPath(storage, typed, forms);
}

Result<std::shared_ptr<const CheckpointReader>> OpenCheckpointReader(
    const CheckpointFormatEntry& format, const Storage& storage, const std::string& prefix,
    IoMode mode, std::span<const std::string> tensors) {
  if (format.open_for == nullptr || tensors.empty() || tensors.size() > kFewTensors) {
    return format.open(storage, prefix, mode);
  }
  return format.open_for(storage, prefix, mode, tensors);
}

Result<std::shared_ptr<const CheckpointReader>> OpenCheckpointReader(
    const Storage& storage, const CheckpointPath& path, IoMode mode,
    std::span<const std::string> tensors) {
  for (const CheckpointFormatEntry& entry : kFormats) {
    if (entry.form.format != path.format) continue;
    return OpenCheckpointReader(entry, storage, path.prefix, mode, tensors);
  }
  return InternalError("a format without a row in the list");
}

}  // namespace thaw
