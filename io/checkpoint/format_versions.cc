#include "io/checkpoint/format_versions.h"

#include <algorithm>
#include <string>

namespace thaw {
namespace {

// TensorFlow reads a header without version as version 0, and accepts it.
constexpr std::int32_t kMinProducer = 0;

}  // namespace

// The order of the checks is TensorFlow's: CheckVersions.
Status CheckVersions(const FormatVersions& versions) {
  if (versions.producer < kMinProducer) {
    return InvalidArgumentError("checkpoint producer version " + std::to_string(versions.producer) +
                                " below min producer " + std::to_string(kMinProducer))
        .WithHint("save the checkpoint again with a newer TensorFlow");
  }
  if (versions.min_consumer > kFormatVersion) {
    return InvalidArgumentError("checkpoint min consumer version " +
                                std::to_string(versions.min_consumer) + " above current version " +
                                std::to_string(kFormatVersion))
        .WithHint("the checkpoint needs a newer reader");
  }
  const auto& bad = versions.bad_consumers;
  if (std::find(bad.begin(), bad.end(), kFormatVersion) != bad.end()) {
    return InvalidArgumentError("checkpoint disallows consumer version " +
                                std::to_string(kFormatVersion))
        .WithHint("the checkpoint needs a newer reader");
  }
  return Status();
}

}  // namespace thaw
