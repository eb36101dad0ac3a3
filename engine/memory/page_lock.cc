#include "engine/memory/page_lock.h"

#include <sys/mman.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

namespace thaw {
namespace {

// proc(5): "VmLck:  123 kB". Bytes that this process has locked already.
std::uint64_t LockedBytes() {
  std::ifstream status("/proc/self/status");
  std::string word;
  while (status >> word) {
    std::uint64_t kilobytes = 0;
    if (word == "VmLck:" && status >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

Status BeyondLimit(std::uint64_t size, std::uint64_t limit) {
  const std::uint64_t locked = LockedBytes();
  const std::uint64_t needed = locked + size;
  const std::string kilobytes = std::to_string((needed + 1023) / 1024);
  std::string what = "cannot lock " + std::to_string(size) + " bytes in memory: this process may ";
  what += "lock " + std::to_string(limit) + " bytes (RLIMIT_MEMLOCK)";
  if (locked > 0) what += " and has locked " + std::to_string(locked);
  what += ", " + std::to_string(needed) + " are needed";
  return ResourceExhaustedError(std::move(what))
      .WithHint("raise the limit: `ulimit -l " + kilobytes + "`, `memlock` in limits.conf, " +
                "LimitMEMLOCK= of a service, `--ulimit memlock=-1` of a container; or give the " +
                "process CAP_IPC_LOCK");
}

}  // namespace

Status LockPages(MutableByteView memory) {
  if (memory.empty() || ::mlock2(memory.data(), memory.size(), MLOCK_ONFAULT) == 0) return Status();
  const int error = errno;
  ::munlock(memory.data(), memory.size());  // what was locked of it before it failed
  rlimit limit{};
  const bool is_limited = ::getrlimit(RLIMIT_MEMLOCK, &limit) == 0 &&
                          limit.rlim_cur != RLIM_INFINITY &&
                          LockedBytes() + memory.size() > limit.rlim_cur;
  if ((error == ENOMEM || error == EPERM || error == EAGAIN) && is_limited) {
    return BeyondLimit(memory.size(), limit.rlim_cur);
  }
  return ErrnoError(ENOMEM, "cannot lock " + std::to_string(memory.size()) +
                                " bytes in memory (error " + std::to_string(error) + ")");
}

void UnlockPages(MutableByteView memory) {
  if (!memory.empty()) ::munlock(memory.data(), memory.size());
}

}  // namespace thaw
