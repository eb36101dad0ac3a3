// The kernels' conformance suite: every compiled variant must agree with the scalar one bit for
// bit.

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
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

// Variants of a level that are tested together.
struct Case {
  IsaLevel level;
  std::string_view group;
};

std::string NameOf(const Case& c) {
  std::string name(IsaLevelName(c.level));
  std::erase_if(name,
                [](char letter) { return !std::isalnum(static_cast<unsigned char>(letter)); });
  return name + "_" + std::string(c.group);
}

// What gtest prints of a parameter.
void PrintTo(const Case& c, std::ostream* os) { *os << NameOf(c); }

std::string_view GroupOf(const KernelVariant& variant) {
  if (variant.conversion.is_copy()) return "copies";
  if (variant.swap_unit != 1) return "swapped_conversions";
  if (!IsFloat(variant.conversion.from)) return "integers";
  return HasAllForms(variant.conversion) ? "float32" : "other_floats";
}

std::vector<Case> AllCases() {
  std::vector<Case> cases;
  for (const IsaLevel level : {IsaLevel::kPortable, IsaLevel::kSse42, IsaLevel::kAvx2,
                               IsaLevel::kAvx512, IsaLevel::kNeon}) {
    if (level > BestIsaLevel()) break;
    if (KernelVariants(level).empty()) continue;
    for (const std::string_view group :
         {"copies", "float32", "other_floats", "integers", "swapped_conversions"}) {
      cases.push_back({level, group});
    }
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

  // Calls check() for each variant of the case, as variant() and kernel().
  template <typename Function>
  void ForEachVariant(Function check) {
    for (const KernelVariant& candidate : KernelVariants(GetParam().level)) {
      if (GroupOf(candidate) != GetParam().group) continue;
      variant_ = &candidate;
      SCOPED_TRACE(std::string(kernel().name));
      check();
      if (HasFatalFailure()) return;
    }
    ASSERT_NE(variant_, nullptr);
  }

  const KernelVariant& variant() const { return *variant_; }
  const Kernel& kernel() const { return variant_->kernel; }
  std::size_t Bytes(std::size_t source_bytes) const {
    return source_bytes / kernel().source_element * kernel().destination_element;
  }

  // The reference's output for `n` bytes of `src`; that of each shorter source is a prefix of it.
  std::vector<std::byte> Expected(const std::byte* src, std::size_t n) const {
    std::vector<std::byte> expected(Bytes(n));
    Reference(variant()).transfer_unchecked(expected.data(), src, n, 0);
    return expected;
  }

  // Both functions of the kernel, from `src` to `dst`, whose surroundings must stay as they are.
  void Check(std::byte* dst, const std::byte* src, std::size_t n, const std::byte* expected,
             std::uint32_t expected_crc, const GuardedBuffer& destination) const {
    const std::size_t size = Bytes(n);
    constexpr std::uint32_t kBefore = 0x5ca1ab1e;
    for (const bool verify : {true, false}) {
      std::memset(destination.begin(), static_cast<int>(kCanary), destination.size());

      const std::uint32_t crc = verify ? kernel().transfer(dst, src, n, kBefore)
                                       : kernel().transfer_unchecked(dst, src, n, kBefore);

      ASSERT_EQ(crc, verify ? expected_crc : kBefore) << n << " bytes";
      ASSERT_TRUE(std::memcmp(expected, dst, size) == 0) << n << " bytes";
      ASSERT_TRUE(AreCanaries(destination.begin(), dst)) << n << " bytes";
      ASSERT_TRUE(AreCanaries(dst + size, destination.begin() + destination.size()))
          << n << " bytes";
    }
  }

  static bool AreCanaries(const std::byte* begin, const std::byte* end) {
    return begin == end ||
           (*begin == kCanary && std::memcmp(begin, begin + 1, Size(begin, end)) == 0);
  }
  static std::size_t Size(const std::byte* begin, const std::byte* end) {
    return static_cast<std::size_t>(end - begin) - 1;
  }

  static std::uint32_t CrcFromBefore(const std::byte* src, std::size_t n) {
    return Crc32cExtend(0x5ca1ab1e, ByteView(src, n));
  }

  // The number of elements to test after `n`: each of few, and of many such that tails differ.
  std::size_t Next(std::size_t n) const {
    const std::size_t element = kernel().source_element;
    const bool is_copy = GetParam().group == "copies";
    return n + (is_copy || n < 160 * element ? 1 : 13) * element;
  }

  void CheckEverySize();
  void CheckLastBytes();
  void CheckFirstByte();
  void CheckLargeSizes();
  void CheckLargeRanges();
  void CheckRoundingSteps();
  void CheckFloatingPointModes();

 private:
  const KernelVariant* variant_ = nullptr;
};

TEST_P(KernelTest, EverySizeToFourKilobytesAtMixedAlignments) {
  ForEachVariant([this] { CheckEverySize(); });
}
void KernelTest::CheckEverySize() {
  const std::size_t element = kernel().source_element;
  const GuardedBuffer source(4096 + 64), destination(Bytes(4096) + 64);
  FillRandomly(source.begin(), source.size());
  std::vector<std::vector<std::byte>> expected;
  for (std::size_t i = 0; i < 64; ++i) expected.push_back(Expected(source.begin() + i, 4096));

  for (std::size_t n = 0; n <= 4096; n = Next(n)) {
    const std::size_t alignment = n / element * 7 % 64;
    const std::byte* const src = source.begin() + alignment;
    std::byte* const dst = destination.begin() + n / element * 29 % 64;

    ASSERT_NO_FATAL_FAILURE(
        Check(dst, src, n, expected[alignment].data(), CrcFromBefore(src, n), destination));
  }
}

TEST_P(KernelTest, EverySizeUpToTheLastByteBeforeForbiddenPages) {
  ForEachVariant([this] { CheckLastBytes(); });
}
void KernelTest::CheckLastBytes() {
  const GuardedBuffer source(4096), destination(Bytes(4096));
  FillRandomly(source.begin(), source.size());
  const std::vector<std::byte> expected = Expected(source.begin(), 4096);

  for (std::size_t n = 0; n <= 1024; n = Next(n)) {
    const std::byte* const src = source.LastBytes(n);
    std::byte* const dst = destination.LastBytes(Bytes(n));

    ASSERT_NO_FATAL_FAILURE(Check(dst, src, n, expected.data() + expected.size() - Bytes(n),
                                  CrcFromBefore(src, n), destination));
  }
}

TEST_P(KernelTest, FirstByteAfterForbiddenPages) {
  ForEachVariant([this] { CheckFirstByte(); });
}
void KernelTest::CheckFirstByte() {
  const std::size_t n = 3 * kFourPages + 33 * kernel().source_element;
  const GuardedBuffer source(n), destination(Bytes(n));
  FillRandomly(source.begin(), source.size());
  const std::byte* const src = source.begin();

  Check(destination.begin(), src, n, Expected(src, n).data(), CrcFromBefore(src, n), destination);
}

TEST_P(KernelTest, LargeSizesAtEveryDestinationAlignment) {
  ForEachVariant([this] { CheckLargeSizes(); });
}
void KernelTest::CheckLargeSizes() {
  const std::size_t element = kernel().source_element;
  const std::size_t largest = 5 * kFourPages + 1000 * element;
  const GuardedBuffer source(largest + 64), destination(Bytes(largest) + 64);
  FillRandomly(source.begin(), source.size());

  const std::size_t step = GetParam().group == "copies" ? 1 : 5;
  for (std::size_t alignment = 0; alignment < 64; alignment += step) {
    // Around the sizes where the four-page form begins and takes one more group.
    const std::size_t groups = 1 + alignment % 4;
    const std::size_t n = groups * kFourPages + (alignment * 37 % 1000) * element;
    const std::byte* const src = source.begin() + alignment * 11 % 64;

    ASSERT_NO_FATAL_FAILURE(Check(destination.begin() + alignment, src, n, Expected(src, n).data(),
                                  CrcFromBefore(src, n), destination))
        << "destination alignment " << alignment;
  }
}

TEST_P(KernelTest, LargeRangesUpToTheLastByteBeforeForbiddenPages) {
  ForEachVariant([this] { CheckLargeRanges(); });
}
void KernelTest::CheckLargeRanges() {
  const std::size_t element = kernel().source_element;
  const std::size_t largest = 5 * kFourPages;
  const GuardedBuffer source(largest), destination(Bytes(largest));
  FillRandomly(source.begin(), source.size());

  for (std::size_t i = 0; i < (GetParam().group == "copies" ? 48u : 12u); ++i) {
    const std::size_t n = kFourPages + i * 1361 * element % (4 * kFourPages) / element * element;
    const std::byte* const src = source.LastBytes(n);

    ASSERT_NO_FATAL_FAILURE(Check(destination.LastBytes(Bytes(n)), src, n, Expected(src, n).data(),
                                  CrcFromBefore(src, n), destination));
  }
}

// All 8- and 16-bit elements; wider ones: all upper halves with the lower bits around every
// rounding step. The forms of a move share what it does to an element, so one of them is enough;
// what comes swapped goes through the same loops.
TEST_P(KernelTest, EveryUpperHalfWithLowerBitsAroundTheRoundingSteps) {
  ForEachVariant([this] { CheckRoundingSteps(); });
}
void KernelTest::CheckRoundingSteps() {
  const bool is_first_form = HasAllForms(variant().conversion)
                                 ? variant().form == StoreForm::kTemporal
                                 : variant().form <= StoreForm::kNonTemporal;
  if (variant().conversion.is_copy() || variant().swap_unit != 1 || !is_first_form) return;
  const std::size_t element = kernel().source_element;
  constexpr std::uint64_t kLowerBits[] = {0,      1,      0xfff,  0x1000, 0x1001, 0x2fff,
                                          0x3000, 0x3001, 0x7fff, 0x8000, 0x8001, 0xffff};
  const std::size_t num_lower = element > 2 ? std::size(kLowerBits) : 1;
  std::vector<std::byte> source(0x10000 * num_lower * element);
  std::byte* out = source.data();
  for (std::uint64_t upper = 0; upper < 0x10000; ++upper) {
    for (std::size_t i = 0; i < num_lower; ++i) {
      const std::uint64_t lower = kLowerBits[i];
      std::uint64_t bits = upper;
      if (element == 4) bits = upper << 16 | lower;
      // The float32 part of a float64 ends at bit 29.
      if (element == 8) bits = upper << 48 | (lower & 0x1fff) << 35 | lower << 16 | (lower & 3);
      std::memcpy(out, &bits, element);
      out += element;
    }
  }
  std::vector<std::byte> destination(Bytes(source.size()));

  const std::uint32_t crc = kernel().transfer(destination.data(), source.data(), source.size(), 0);

  EXPECT_EQ(crc, Crc32c(source));
  const std::vector<std::byte> expected = Expected(source.data(), source.size());
  EXPECT_EQ(std::memcmp(destination.data(), expected.data(), expected.size()), 0);
}

#if THAW_HAS_X86
TEST_P(KernelTest, TheCallersFloatingPointModesChangeNothingAndStay) {
  ForEachVariant([this] { CheckFloatingPointModes(); });
}
void KernelTest::CheckFloatingPointModes() {
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
                         [](const auto& param_info) { return NameOf(param_info.param); });

}  // namespace
}  // namespace thaw
