#include "io/base/cpu.h"

#include <cstdlib>

#include "io/base/isa_targets.h"

#if THAW_HAS_X86
#include <cpuid.h>

#include <cstdint>
#elif THAW_HAS_ARM64
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

namespace thaw {
namespace {

#if THAW_HAS_X86

// One CPUID leaf; all zeros when the CPU has no such leaf.
struct CpuidLeaf {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;

  explicit CpuidLeaf(unsigned leaf) { __get_cpuid_count(leaf, 0, &eax, &ebx, &ecx, &edx); }
};

// The register states that the operating system saves for a process (XCR0).
std::uint64_t EnabledStates() {
  std::uint32_t low, high;
  __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (std::uint64_t{high} << 32) | low;
}

constexpr bool HasAll(std::uint64_t bits, std::uint64_t wanted) {
  return (bits & wanted) == wanted;
}

// Intel SDM vol. 2A, CPUID; vol. 1 §13.3 (XCR0): 1 SSE, 2 AVX, 5–7 the three states of AVX-512.
IsaLevel DetectLevel() {
  const CpuidLeaf basic(1);
  const CpuidLeaf extended(7);
  if (!HasAll(basic.ecx, bit_SSE4_2 | bit_PCLMUL)) return IsaLevel::kPortable;

  if (!HasAll(basic.ecx, bit_OSXSAVE | bit_AVX | bit_FMA | bit_F16C) ||
      !HasAll(extended.ebx, bit_AVX2)) {
    return IsaLevel::kSse42;
  }
  const std::uint64_t states = EnabledStates();
  if (!HasAll(states, 0x06)) return IsaLevel::kSse42;

  const bool has_avx512 =
      HasAll(extended.ebx, bit_AVX512F | bit_AVX512BW | bit_AVX512VL | bit_AVX512DQ) &&
      HasAll(extended.ecx, bit_VPCLMULQDQ) && HasAll(states, 0xe6);
  return has_avx512 ? IsaLevel::kAvx512 : IsaLevel::kAvx2;
}

// Leaf 0 spells the vendor's name in EBX, EDX, ECX: "GenuineIntel", "AuthenticAMD".
CpuVendor DetectVendor() {
  const unsigned word = CpuidLeaf(0).ecx;
  if (word == signature_INTEL_ecx) return CpuVendor::kIntel;
  if (word == signature_AMD_ecx) return CpuVendor::kAmd;
  return CpuVendor::kOther;
}

#else

#if THAW_HAS_ARM64
IsaLevel DetectLevel() {
  constexpr unsigned long kNeeded = HWCAP_ASIMD | HWCAP_CRC32 | HWCAP_PMULL;
  return (getauxval(AT_HWCAP) & kNeeded) == kNeeded ? IsaLevel::kNeon : IsaLevel::kPortable;
}
#else
IsaLevel DetectLevel() { return IsaLevel::kPortable; }
#endif

CpuVendor DetectVendor() { return CpuVendor::kOther; }

#endif

// The highest level that a list like "avx512,sse42" leaves; unknown words are ignored.
IsaLevel LevelLeftBy(std::string_view disabled) {
  IsaLevel level = IsaLevel::kNeon;
  while (!disabled.empty()) {
    const std::size_t comma = disabled.find(',');
    const std::string_view word = disabled.substr(0, comma);
    IsaLevel below = IsaLevel::kNeon;
    if (THAW_HAS_X86 && word == "avx512") below = IsaLevel::kAvx2;
    if (THAW_HAS_X86 && word == "avx2") below = IsaLevel::kSse42;
    if (word == (THAW_HAS_X86 ? "sse42" : "neon")) below = IsaLevel::kPortable;
    if (below < level) level = below;
    disabled = comma == std::string_view::npos ? std::string_view() : disabled.substr(comma + 1);
  }
  return level;
}

IsaLevel ChooseLevel() {
  const IsaLevel detected = DetectLevel();
  const char* const disabled = std::getenv("THAW_DISABLE_CPU_FEATURES");
  if (disabled == nullptr) return detected;
  const IsaLevel left = LevelLeftBy(disabled);
  return left < detected ? left : detected;
}

}  // namespace

IsaLevel BestIsaLevel() {
  static const IsaLevel level = ChooseLevel();
  return level;
}

CpuVendor Vendor() {
  static const CpuVendor vendor = DetectVendor();
  return vendor;
}

std::string_view IsaLevelName(IsaLevel level) {
  switch (level) {
    case IsaLevel::kPortable:
      return "portable";
    case IsaLevel::kSse42:
      return "sse4.2";
    case IsaLevel::kAvx2:
      return "avx2";
    case IsaLevel::kAvx512:
      return "avx512+vpclmulqdq";
    case IsaLevel::kNeon:
      return "neon+crc32+pmull";
  }
  return "portable";
}

}  // namespace thaw
