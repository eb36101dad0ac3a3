#include "engine/thread_count.h"

#include <sched.h>

#include <algorithm>
#include <thread>

#include "engine/exec/executor.h"

namespace thaw {
namespace {

constexpr int kMaxThreads = 1024;

int AvailableCpus() {
  cpu_set_t cpus;
  if (::sched_getaffinity(0, sizeof(cpus), &cpus) == 0) return CPU_COUNT(&cpus);
  // More CPUs than the set has bits.
  return static_cast<int>(std::min<unsigned>(std::thread::hardware_concurrency(), kMaxThreads));
}

}  // namespace

int ThreadCount(int wanted) {
  const int threads = wanted > 0 ? wanted : std::min(AvailableCpus(), ThreadsOfCallersArena());
  return std::clamp(threads, 1, kMaxThreads);
}

}  // namespace thaw
