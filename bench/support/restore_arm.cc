#include "bench/support/restore_arm.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "bench/support/memory_use.h"
#include "bench/support/page_cache.h"
#include "engine/checkpoint.h"

namespace thaw {

Result<std::uint64_t> BringInto(CacheState state, std::span<const std::string> files) {
  if (state == CacheState::kMixed) return KeepEverySecondBlock(files, kMixedBlock);
  if (state == CacheState::kCold) {
    for (const std::string& file : files) THAW_RETURN_IF_ERROR(DropFromPageCache(file));
  }
  return std::uint64_t{0};
}

RestoreArm::RestoreArm(RestoreArmOptions options, const Destinations& destinations)
    : options_(std::move(options)),
      destinations_(destinations),
      arm_{destinations.stored_bytes(), [this] { return Measure(); }, {}} {}

Result<double> RestoreArm::Measure() {
  THAW_RETURN_IF_ERROR(BringInto(options_.state, options_.files).status());
  THAW_ASSIGN_OR_RETURN(const Times times, RestoreOnce());
  open_seconds_.push_back(times.open);
  return times.all;
}

Status RestoreArm::MeasurePeakMemory() {
  constexpr int kRestores = 3;
  for (int i = 0; i < kRestores; ++i) {
    THAW_RETURN_IF_ERROR(BringInto(options_.state, options_.files).status());
    PeakMemory peak(!LivesInMemory(options_.files.front()));
    THAW_RETURN_IF_ERROR(RestoreOnce().status());
    peak_bytes_ = std::max(peak_bytes_, peak.Stop());
  }
  return Status();
}

Result<RestoreArm::Times> RestoreArm::RestoreOnce() {
  std::optional<Result<Checkpoint>> checkpoint;
  RestoreOutcome outcome;
  Times times;
  times.all = SecondsOf([&] {
    times.open =
        SecondsOf([&] { checkpoint = Checkpoint::Open(options_.path, {.io = options_.io}); });
    if (!checkpoint->ok()) return;
    outcome = Restore(**checkpoint, destinations_.requests(), options_.restore);
  });
  THAW_RETURN_IF_ERROR(checkpoint->status());
  THAW_RETURN_IF_ERROR(outcome.status);
  io_ = std::move(outcome.io);
  return times;
}

}  // namespace thaw
