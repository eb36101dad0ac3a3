// PeakMemory: how much memory a piece of work takes at most, beyond what was there before.
//
// Role in the flow: the figure peak_rss_over_buffers. Anonymous and shared memory count; pages of
// mapped files belong to the page cache and do not.

#ifndef THAW_BENCH_SUPPORT_MEMORY_USE_H_
#define THAW_BENCH_SUPPORT_MEMORY_USE_H_

#include <atomic>
#include <cstdint>
#include <thread>

namespace thaw {

// Samples from a thread of its own, about every 0.2 ms: never while something is timed.
class PeakMemory {
 public:
  // counts_shared: false where files that are mapped live in memory themselves (tmpfs): their pages
  //   cannot be told from other shared memory then, and only anonymous memory counts.
  explicit PeakMemory(bool counts_shared);
  ~PeakMemory();
  PeakMemory(const PeakMemory&) = delete;
  PeakMemory& operator=(const PeakMemory&) = delete;

  // Ends the sampling. Returns the most bytes seen beyond those at construction.
  std::uint64_t Stop();

 private:
  std::uint64_t ResidentBytes() const;
  void Sample();

  const bool counts_shared_;
  const std::uint64_t before_;
  std::atomic<std::uint64_t> peak_;
  std::atomic<bool> stopped_{false};
  std::thread sampler_;
};

}  // namespace thaw

#endif  // THAW_BENCH_SUPPORT_MEMORY_USE_H_
