#include "io/checkpoint_formats.h"

#include <vector>

#include "io/checkpoint/bundle_v1/tensor_slice_reader.h"
#include "io/checkpoint/bundle_v2/bundle_reader.h"
#include "io/checkpoint/format_recognition.h"
#include "io/checkpoint/safetensors/safetensors_reader.h"

namespace thaw {
namespace {

constexpr CheckpointFormatEntry kFormats[] = {
    {{CheckpointFormat::kTfV2, RecogniseBundleV2}, OpenBundleV2},
    {{CheckpointFormat::kTfV1, RecogniseBundleV1}, OpenTensorSlices},
    {{CheckpointFormat::kSafetensors, RecogniseSafetensors}, OpenSafetensors},
};

}  // namespace

std::span<const CheckpointFormatEntry> CheckpointFormats() { return kFormats; }

Result<CheckpointPath> ResolveCheckpointPath(const Storage& storage, const std::string& typed) {
  std::vector<PathForm> forms;
  for (const CheckpointFormatEntry& entry : kFormats) forms.push_back(entry.form);
  return ResolveCheckpointPath(storage, typed, forms);
}

Result<std::shared_ptr<const CheckpointReader>> OpenCheckpointReader(const Storage& storage,
                                                                     const CheckpointPath& path,
                                                                     IoMode mode) {
  for (const CheckpointFormatEntry& entry : kFormats) {
    if (entry.form.format == path.format) return entry.open(storage, path.prefix, mode);
  }
  return InternalError("a format without a row in the list");
}

}  // namespace thaw
