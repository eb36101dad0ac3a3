#include "engine/kernels/dtype_conversions.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "engine/kernels/kernel_variant.h"

namespace thaw {
namespace {

constexpr IsaLevel kLevels[] = {IsaLevel::kPortable, IsaLevel::kSse42, IsaLevel::kAvx2,
                                IsaLevel::kAvx512, IsaLevel::kNeon};

std::string_view SuffixOf(IsaLevel level) {
  constexpr std::string_view kSuffixes[] = {"_scalar", "_sse42", "_avx2", "_avx512", "_neon"};
  return kSuffixes[static_cast<std::size_t>(level)];
}

bool IsOf(const Kernel* kernel, IsaLevel level) {
  return kernel != nullptr && kernel->name.find(SuffixOf(level)) != std::string_view::npos;
}

TEST(DTypeConversionsTest, EveryPairHasItsKernelAtEveryLevelAndInBothByteOrders) {
  for (const DTypePair& pair : DTypeConversions()) {
    for (const IsaLevel level : kLevels) {
      if (level > BestIsaLevel()) break;
      if (KernelVariants(level).empty()) continue;  // another architecture's
      for (const bool byte_swapped : {false, true}) {
        const Kernel* const kernel = FindKernelAt(level, pair.from, pair.to, byte_swapped);

        ASSERT_TRUE(IsOf(kernel, level)) << DTypeName(pair.from) << " to " << DTypeName(pair.to);
        EXPECT_EQ(kernel->source_element * ElementSize(pair.to),
                  kernel->destination_element * ElementSize(pair.from));
        EXPECT_EQ(kernel->name.starts_with("swap"), byte_swapped && SwapUnit(pair.from) > 1);
      }
    }
  }
}

TEST(DTypeConversionsTest, EqualDTypesAreCopiedAndTheirSwapUnitsReversed) {
  for (int number = 1; number <= 33; ++number) {
    const auto dtype = static_cast<DType>(number);
    const Kernel* const copy = FindKernel(dtype, dtype, false);
    const Kernel* const swap = FindKernel(dtype, dtype, true);
    if (!IsFixedSize(dtype)) {
      EXPECT_EQ(copy, nullptr) << DTypeName(dtype);
      EXPECT_EQ(swap, nullptr) << DTypeName(dtype);
      continue;
    }

    ASSERT_NE(copy, nullptr) << DTypeName(dtype);
    EXPECT_EQ(copy->name.substr(0, 4), "copy");
    ASSERT_NE(swap, nullptr) << DTypeName(dtype);
    EXPECT_EQ(swap->source_element, SwapUnit(dtype)) << DTypeName(dtype);
    EXPECT_EQ(swap->destination_element, SwapUnit(dtype)) << DTypeName(dtype);
  }
}

TEST(DTypeConversionsTest, ComplexNumbersAreReversedByHalves) {
  const char source[] = "0123456789abcdef";
  char destination[17] = {};

  FindKernel(DType::kComplex64, DType::kComplex64, true)
      ->transfer(reinterpret_cast<std::byte*>(destination),
                 reinterpret_cast<const std::byte*>(source), 16, 0);

  EXPECT_STREQ(destination, "32107654ba98fedc");
}

TEST(DTypeConversionsTest, IntegersOfOneSizeAreCopiedWhateverTheirSign) {
  EXPECT_TRUE(FindKernel(DType::kInt32, DType::kUInt32, false)->name.starts_with("copy_"));
  EXPECT_TRUE(FindKernel(DType::kUInt64, DType::kInt64, true)->name.starts_with("swap8_"));
  EXPECT_TRUE(FindKernel(DType::kBool, DType::kInt8, false)->name.starts_with("copy_"));
  EXPECT_TRUE(FindKernel(DType::kInt8, DType::kBool, false)->name.starts_with("bits8_to_truth_"));
}

TEST(DTypeConversionsTest, UnknownPairsHaveNoKernel) {
  EXPECT_EQ(FindKernel(DType::kFloat32, DType::kInt32, false), nullptr);
  EXPECT_EQ(FindKernel(DType::kInt64, DType::kFloat64, false), nullptr);
  EXPECT_EQ(FindKernel(DType::kBool, DType::kFloat32, false), nullptr);
  EXPECT_EQ(FindKernel(DType::kQInt8, DType::kInt8, false), nullptr);
  EXPECT_EQ(FindKernel(DType::kComplex64, DType::kComplex128, false), nullptr);
  EXPECT_EQ(FindKernel(DType::kString, DType::kString, false), nullptr);
  EXPECT_EQ(FindKernel(DType::kInvalid, DType::kInvalid, false), nullptr);
  EXPECT_EQ(FindKernel(DType::kFloat32, DType::kString, false), nullptr);
}

TEST(DTypeConversionsTest, LargeMovesPassTheCachesInTheFormOfTheCpusMaker) {
  if (BestIsaLevel() == IsaLevel::kPortable) GTEST_SKIP() << "only portable kernels here";
  const std::string_view form = Vendor() == CpuVendor::kIntel ? "_nt4" : "_nt1";

  for (const DType other : {DType::kFloat64, DType::kFloat16, DType::kBFloat16,
                            DType::kFloat8E4M3FN, DType::kFloat8E5M2}) {
    EXPECT_TRUE(FindKernel(DType::kFloat32, other, false)->name.ends_with(form));
    EXPECT_TRUE(FindKernel(other, DType::kFloat32, false)->name.ends_with(form));
  }
  EXPECT_TRUE(FindKernel(DType::kFloat32, DType::kFloat32, false)->name.ends_with(form));
}

// The kernels are chosen once per process, so each question is asked in a process of its own: this
// test program, started again.
int LevelOfKernelsInNewProcess(const char* disabled) {
  const pid_t child = fork();
  if (child == 0) {
    setenv("THAW_DISABLE_CPU_FEATURES", disabled, 1);
    execl("/proc/self/exe", "kernels_test",
          "--gtest_filter=DTypeConversionsTest.DISABLED_ChildTellsTheLevelOfItsKernels",
          "--gtest_also_run_disabled_tests", static_cast<char*>(nullptr));
    _exit(99);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(DTypeConversionsTest, DISABLED_ChildTellsTheLevelOfItsKernels) {
  for (const IsaLevel level : kLevels) {
    if (IsOf(FindKernel(DType::kFloat32, DType::kFloat32, false), level) &&
        IsOf(FindKernel(DType::kFloat32, DType::kBFloat16, true), level)) {
      _exit(static_cast<int>(level));
    }
  }
  _exit(98);
}

TEST(DTypeConversionsTest, TheIntendedVariantIsChosen) {
  const int best = LevelOfKernelsInNewProcess("");
  ASSERT_LE(best, 3);

  EXPECT_EQ(LevelOfKernelsInNewProcess("avx512"), std::min(best, 2));
  EXPECT_EQ(LevelOfKernelsInNewProcess("avx2"), std::min(best, 1));
  EXPECT_EQ(LevelOfKernelsInNewProcess("sse42"), 0);
}

}  // namespace
}  // namespace thaw
