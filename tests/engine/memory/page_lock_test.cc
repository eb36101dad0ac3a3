#include "engine/memory/page_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "engine/memory/host_memory.h"

namespace thaw {
namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;

std::uint64_t LockedKilobytes() {
  std::ifstream status("/proc/self/status");
  std::string word;
  std::uint64_t kilobytes = 0;
  while (status >> word) {
    if (word == "VmLck:") status >> kilobytes;
  }
  return kilobytes;
}

// Sanitizers make mlock and munlock do nothing.
bool CanLock() {
  const HostMemory memory = *HostMemory::Allocate(64 << 10);
  const std::uint64_t before = LockedKilobytes();
  const bool locked = LockPages(memory.bytes()).ok() && LockedKilobytes() >= before + 64;
  UnlockPages(memory.bytes());
  return locked && LockedKilobytes() == before;
}

TEST(PageLockTest, LockedPagesAreCountedUntilTheyAreUnlocked) {
  if (!CanLock()) GTEST_SKIP() << "nothing can be locked here";
  const HostMemory memory = *HostMemory::Allocate(128 << 10);
  const std::uint64_t before = LockedKilobytes();

  ASSERT_TRUE(LockPages(memory.bytes()).ok());
  const std::uint64_t during = LockedKilobytes();
  UnlockPages(memory.bytes());

  EXPECT_GE(during, before + 128);
  EXPECT_EQ(LockedKilobytes(), before);
  EXPECT_TRUE(LockPages({}).ok());
}

// In a process of its own, with a limit and without the right to pass it.
[[noreturn]] void LockBeyondTheLimit() {
  const HostMemory small = *HostMemory::Allocate(kMiB / 4);
  const HostMemory large = *HostMemory::Allocate(4 * kMiB);
  const rlimit limit = {kMiB, kMiB};
  if (::setrlimit(RLIMIT_MEMLOCK, &limit) != 0) std::exit(2);
  if (::getuid() == 0 && ::setuid(65534) != 0) std::exit(3);
  if (!LockPages(small.bytes()).ok()) std::exit(4);
  const Status refused = LockPages(large.bytes());
  if (refused.code() != StatusCode::kResourceExhausted) std::exit(5);
  if (LockedKilobytes() > 300) std::exit(6);
  std::fprintf(stderr, "%s | %s", refused.message().c_str(), refused.hint().c_str());
  std::exit(0);
}

TEST(PageLockDeathTest, BeyondTheLimitItSaysHowMuchIsNeededAndHowToRaiseIt) {
  if (!CanLock()) GTEST_SKIP() << "nothing can be locked here";

  EXPECT_EXIT(LockBeyondTheLimit(), testing::ExitedWithCode(0),
              testing::HasSubstr("cannot lock 4194304 bytes in memory: this process may lock "
                                 "1048576 bytes (RLIMIT_MEMLOCK) and has locked"));
}

}  // namespace
}  // namespace thaw
