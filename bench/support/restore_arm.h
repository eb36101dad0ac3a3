// RestoreArm: restores of one checkpoint in one way, as an arm of the rounds.
//
// Role in the flow: what `thaw bench` measures; its figures stand beside the limits. It restores
// through the public facade alone.

#ifndef THAW_BENCH_SUPPORT_RESTORE_ARM_H_
#define THAW_BENCH_SUPPORT_RESTORE_ARM_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bench/support/destinations.h"
#include "bench/support/rounds.h"
#include "engine/exec/io_summary.h"
#include "engine/restore.h"
#include "io/base/result.h"

namespace thaw {

// What of the data files is in the page cache when a restore begins.
enum class CacheState {
  kWarm,   // everything
  kCold,   // nothing
  kMixed,  // every second kMixedBlock
};

inline constexpr std::uint64_t kMixedBlock = std::uint64_t{16} << 20;

// Brings the files into the state; kWarm leaves them as they are. Returns the bytes that are cached
// (kWarm: none were counted, 0).
// Errors: as DropFromPageCache and KeepEverySecondBlock.
Result<std::uint64_t> BringInto(CacheState state, std::span<const std::string> files);

struct RestoreArmOptions {
  std::string path;
  std::vector<std::string> files;  // that hold its data
  CacheState state = CacheState::kWarm;
  IoMode io = IoMode::kAuto;
  RestoreOptions restore;
};

// Figures are of stored bytes; the time includes opening, so that all files are mapped anew, and
// not closing.
class RestoreArm {
 public:
  // `destinations` outlives this object.
  RestoreArm(RestoreArmOptions options, const Destinations& destinations);
  RestoreArm(const RestoreArm&) = delete;
  RestoreArm& operator=(const RestoreArm&) = delete;

  Arm* arm() { return &arm_; }

  // After the rounds: a few more restores, for the memory that they take beyond the buffers.
  Status MeasurePeakMemory();

  IoMode asked() const { return options_.io; }
  Figures gbps() const { return FiguresOf(arm_.gbps); }
  double open_seconds() const { return FiguresOf(open_seconds_).median; }
  // How the bytes of the last round came.
  const IoSummary& io() const { return io_; }
  std::uint64_t peak_bytes() const { return peak_bytes_; }

 private:
  struct Times {
    double open = 0.0;
    double all = 0.0;
  };

  Result<double> Measure();
  Result<Times> RestoreOnce();

  const RestoreArmOptions options_;
  const Destinations& destinations_;
  Arm arm_;
  IoSummary io_;
  std::vector<double> open_seconds_;
  std::uint64_t peak_bytes_ = 0;
};

}  // namespace thaw

#endif  // THAW_BENCH_SUPPORT_RESTORE_ARM_H_
