// The kernels' conformance suite: every compiled variant must agree with the scalar one bit for
// bit.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "engine/kernels/float_environment.h"
#include "engine/kernels/kernel_variant.h"
#include "io/base/crc32c.h"
#include "tests/engine/kernels/guarded_buffer.h"

namespace thaw {
namespace {

constexpr std::size_t kFourPages = 4 * 4096;

struct Case {
  IsaLevel level;
  KernelVariant variant;
};

// What gtest prints of a parameter.
void PrintTo(const Case& c, std::ostream* os) { *os << c.variant.kernel.name; }

std::vector<Case> AllCases() {
  std::vector<Case> cases;
  for (const IsaLevel level :
       {IsaLevel::kPortable, IsaLevel::kSse42, IsaLevel::kAvx2, IsaLevel::kAvx512}) {
    if (level > BestIsaLevel()) break;
    for (const KernelVariant& variant : KernelVariants(level)) cases.push_back({level, variant});
  }
  return cases;
}

const Kernel& Reference(const KernelVariant& variant) {
  for (const KernelVariant& scalar : KernelVariants(IsaLevel::kPortable)) {
    if (scalar.conversion == variant.conversion && scalar.swap_unit == variant.swap_unit) {
      return scalar.kernel;
    }
  }
  std::abort();
}

// Random bits: a good share of NaN, infinities and denormals for the narrow types.
void FillRandomly(std::byte* out, std::size_t n) {
  std::mt19937_64 random(20);
  for (std::size_t i = 0; i < n; ++i) out[i] = static_cast<std::byte>(random());
}

class KernelTest : public ::testing::TestWithParam<Case> {
 protected:
  static constexpr std::byte kCanary{0xc5};

  const Kernel& kernel() const { return GetParam().variant.kernel; }
  std::size_t Bytes(std::size_t source_bytes) const {
    return source_bytes / kernel().source_element * kernel().destination_element;
  }

  // The reference's output for `n` bytes of `src`; that of each shorter source is a prefix of it.
  std::vector<std::byte> Expected(const std::byte* src, std::size_t n) const {
    std::vector<std::byte> expected(Bytes(n));
    Reference(GetParam().variant).transfer_unchecked(expected.data(), src, n, 0);
    return expected;
  }

  // Both functions of the kernel, from `src` to `dst`, whose surroundings must stay as they are.
  void Check(std::byte* dst, const std::byte* src, std::size_t n,
             const std::vector<std::byte>& expected, std::uint32_t expected_crc,
             const GuardedBuffer& destination) const {
    const std::size_t size = Bytes(n);
    constexpr std::uint32_t kBefore = 0x5ca1ab1e;
    for (const bool verify : {true, false}) {
      std::memset(destination.begin(), static_cast<int>(kCanary), destination.size());

      const std::uint32_t crc = verify ? kernel().transfer(dst, src, n, kBefore)
                                       : kernel().transfer_unchecked(dst, src, n, kBefore);

      ASSERT_EQ(crc, verify ? expected_crc : kBefore) << n << " bytes";
      ASSERT_TRUE(std::equal(expected.begin(), expected.end(), dst)) << n << " bytes";
      const auto is_canary = [](std::byte byte) { return byte == kCanary; };
      ASSERT_TRUE(std::all_of(destination.begin(), dst, is_canary)) << n << " bytes";
      ASSERT_TRUE(std::all_of(dst + size, destination.begin() + destination.size(), is_canary))
          << n << " bytes";
    }
  }

  static std::uint32_t CrcFromBefore(const std::byte* src, std::size_t n) {
    return Crc32cExtendAt(IsaLevel::kPortable, 0x5ca1ab1e, ByteView(src, n));
  }
};

TEST_P(KernelTest, EverySizeToFourKilobytesAtMixedAlignments) {
  const std::size_t element = kernel().source_element;
  const GuardedBuffer source(4096 + 64), destination(Bytes(4096) + 64);
  FillRandomly(source.begin(), source.size());

  for (std::size_t n = 0; n <= 4096; n += element) {
    const std::byte* const src = source.begin() + n / element * 7 % 64;
    std::byte* const dst = destination.begin() + n / element * 29 % 64;

    ASSERT_NO_FATAL_FAILURE(
        Check(dst, src, n, Expected(src, n), CrcFromBefore(src, n), destination));
  }
}

TEST_P(KernelTest, EverySizeUpToTheLastByteBeforeForbiddenPages) {
  const std::size_t element = kernel().source_element;
  const GuardedBuffer source(4096), destination(Bytes(4096));
  FillRandomly(source.begin(), source.size());

  for (std::size_t n = 0; n <= 1024; n += element) {
    const std::byte* const src = source.LastBytes(n);
    std::byte* const dst = destination.LastBytes(Bytes(n));

    ASSERT_NO_FATAL_FAILURE(
        Check(dst, src, n, Expected(src, n), CrcFromBefore(src, n), destination));
  }
}

TEST_P(KernelTest, FirstByteAfterForbiddenPages) {
  const std::size_t n = 3 * kFourPages + 33 * kernel().source_element;
  const GuardedBuffer source(n), destination(Bytes(n));
  FillRandomly(source.begin(), source.size());
  const std::byte* const src = source.begin();

  Check(destination.begin(), src, n, Expected(src, n), CrcFromBefore(src, n), destination);
}

TEST_P(KernelTest, LargeSizesAtEveryDestinationAlignment) {
  const std::size_t element = kernel().source_element;
  const std::size_t largest = 5 * kFourPages + 1000 * element;
  const GuardedBuffer source(largest + 64), destination(Bytes(largest) + 64);
  FillRandomly(source.begin(), source.size());

  for (std::size_t alignment = 0; alignment < 64; ++alignment) {
    // Around the sizes where the four-page form begins and takes one more group.
    const std::size_t groups = 1 + alignment % 4;
    const std::size_t n = groups * kFourPages + (alignment * 37 % 1000) * element;
    const std::byte* const src = source.begin() + alignment * 11 % 64;

    ASSERT_NO_FATAL_FAILURE(Check(destination.begin() + alignment, src, n, Expected(src, n),
                                  CrcFromBefore(src, n), destination))
        << "destination alignment " << alignment;
  }
}

TEST_P(KernelTest, LargeRangesUpToTheLastByteBeforeForbiddenPages) {
  const std::size_t element = kernel().source_element;
  const std::size_t largest = 5 * kFourPages;
  const GuardedBuffer source(largest), destination(Bytes(largest));
  FillRandomly(source.begin(), source.size());

  for (std::size_t i = 0; i < 48; ++i) {
    const std::size_t n = kFourPages + i * 1361 * element % (4 * kFourPages) / element * element;
    const std::byte* const src = source.LastBytes(n);

    ASSERT_NO_FATAL_FAILURE(Check(destination.LastBytes(Bytes(n)), src, n, Expected(src, n),
                                  CrcFromBefore(src, n), destination));
  }
}

// All 16-bit elements; wider ones: all upper halves with the lower bits around every rounding step.
TEST_P(KernelTest, EveryUpperHalfWithLowerBitsAroundTheRoundingSteps) {
  const std::size_t element = kernel().source_element;
  const std::uint64_t lower_bits[] = {0,      1,      0x7ff,  0x800,  0x801,  0xfff,  0x1000,
                                      0x1001, 0x17ff, 0x1800, 0x2fff, 0x3000, 0x3001, 0x7ffe,
                                      0x7fff, 0x8000, 0x8001, 0xfffe, 0xffff};
  std::vector<std::byte> source;
  for (std::uint64_t upper = 0; upper < 0x10000; ++upper) {
    for (std::uint64_t lower : lower_bits) {
      std::uint64_t bits = upper;
      if (element == 4) bits = upper << 16 | lower;
      // The float32 part of a float64 ends at bit 29.
      if (element == 8) bits = upper << 48 | (lower & 0x1fff) << 35 | lower << 16 | (lower & 3);
      if (element <= 2 && lower != 0) break;
      for (std::size_t i = 0; i < element; ++i) {
        const std::size_t shift = GetParam().variant.swap_unit == 1 ? i : element - 1 - i;
        source.push_back(static_cast<std::byte>(bits >> (8 * shift)));
      }
    }
  }
  std::vector<std::byte> destination(Bytes(source.size()));

  const std::uint32_t crc = kernel().transfer(destination.data(), source.data(), source.size(), 0);

  EXPECT_EQ(crc, Crc32cExtendAt(IsaLevel::kPortable, 0, source));
  EXPECT_EQ(destination, Expected(source.data(), source.size()));
}

#if THAW_HAS_X86
TEST_P(KernelTest, TheCallersFloatingPointModesChangeNothingAndStay) {
  const std::size_t n = 4096;
  const GuardedBuffer source(n), destination(Bytes(n));
  FillRandomly(source.begin(), n);
  // Denormals of both widths, so that flushing them would show.
  for (std::size_t i = 0; i < n / 2; i += 8) {
    const std::uint64_t bits = i % 16 == 0 ? 0x0000000300000001u : 0x3800000000000001u;
    std::memcpy(source.begin() + i, &bits, sizeof(bits));
  }
  const std::vector<std::byte> expected = Expected(source.begin(), n);
  const unsigned saved = _mm_getcsr();
  constexpr unsigned kFlushDenormalsAndRoundUp = 0x1f80 | 0x8040 | 0x4000;

  _mm_setcsr(kFlushDenormalsAndRoundUp);
  kernel().transfer(destination.begin(), source.begin(), n, 0);
  const unsigned after = _mm_getcsr();
  _mm_setcsr(saved);

  EXPECT_EQ(after & 0xffc0u, kFlushDenormalsAndRoundUp & 0xffc0u);
  EXPECT_EQ(std::memcmp(destination.begin(), expected.data(), expected.size()), 0);
}
#endif

INSTANTIATE_TEST_SUITE_P(Variants, KernelTest, ::testing::ValuesIn(AllCases()),
                         [](const auto& param_info) {
                           return std::string(param_info.param.variant.kernel.name);
                         });

}  // namespace
}  // namespace thaw
