#include "io/base/cpu.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

namespace thaw {
namespace {

// The level that a process with this environment chooses. The choice is made once per process, so
// each question is asked in a process of its own: this test program, started again.
int LevelOfNewProcess(const char* disabled) {
  const pid_t child = fork();
  if (child == 0) {
    if (disabled == nullptr) {
      unsetenv("THAW_DISABLE_CPU_FEATURES");
    } else {
      setenv("THAW_DISABLE_CPU_FEATURES", disabled, 1);
    }
    execl("/proc/self/exe", "cpu_test", "--gtest_filter=CpuTest.DISABLED_ChildTellsItsLevel",
          "--gtest_also_run_disabled_tests", static_cast<char*>(nullptr));
    _exit(99);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(CpuTest, DISABLED_ChildTellsItsLevel) { _exit(static_cast<int>(BestIsaLevel())); }

TEST(CpuTest, NamedFeaturesAndAllAboveAreSwitchedOff) {
  const int best = LevelOfNewProcess(nullptr);
  ASSERT_GE(best, 0);
  ASSERT_LE(best, 3) << "not an x86 CPU";

  EXPECT_EQ(LevelOfNewProcess(""), best);
  EXPECT_EQ(LevelOfNewProcess("neon,sve"), best);
  EXPECT_EQ(LevelOfNewProcess("avx512"), std::min(best, 2));
  EXPECT_EQ(LevelOfNewProcess("avx2"), std::min(best, 1));
  EXPECT_EQ(LevelOfNewProcess("sse42"), 0);
  EXPECT_EQ(LevelOfNewProcess("avx512,avx2"), std::min(best, 1));
  EXPECT_EQ(LevelOfNewProcess("sse42,avx512"), 0);
}

TEST(CpuTest, LevelsHaveTheirNames) {
  EXPECT_EQ(IsaLevelName(IsaLevel::kPortable), "portable");
  EXPECT_EQ(IsaLevelName(IsaLevel::kSse42), "sse4.2");
  EXPECT_EQ(IsaLevelName(IsaLevel::kAvx2), "avx2");
  EXPECT_EQ(IsaLevelName(IsaLevel::kAvx512), "avx512+vpclmulqdq");
  EXPECT_EQ(IsaLevelName(IsaLevel::kNeon), "neon+crc32+pmull");
}

}  // namespace
}  // namespace thaw
