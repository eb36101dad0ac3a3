// Which instruction sets this process may use.
//
// Role in the flow: the one place that asks the CPU; io/base/crc32c and engine/kernels choose
// their variants by it at run time, never by compiler flags.

#ifndef THAW_IO_BASE_CPU_H_
#define THAW_IO_BASE_CPU_H_

#include <string_view>

namespace thaw {

// A level implies all levels before it that its architecture has.
enum class IsaLevel {
  kPortable = 0,
  kSse42 = 1,   // SSE4.2 (crc32) and PCLMULQDQ
  kAvx2 = 2,    // and AVX2, F16C, FMA
  kAvx512 = 3,  // and AVX-512 F, BW, VL, DQ and VPCLMULQDQ
  kNeon = 4,    // ARM: NEON with CRC32 and PMULL; alone above kPortable there
};

// The highest level that both the CPU and the operating system support, lowered by the environment
// variable THAW_DISABLE_CPU_FEATURES: a comma-separated list of "avx512", "avx2", "sse42", "neon";
// naming one switches off that level and all above it. Read once per process.
IsaLevel BestIsaLevel();

// "portable", "sse4.2", "avx2", "avx512+vpclmulqdq", "neon+crc32+pmull".
std::string_view IsaLevelName(IsaLevel level);

enum class CpuVendor { kIntel, kAmd, kOther };

// Who made the CPU, for choices that measurement shows to follow the maker's design.
CpuVendor Vendor();

}  // namespace thaw

#endif  // THAW_IO_BASE_CPU_H_
