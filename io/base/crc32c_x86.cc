#include "io/base/crc32c_x86.h"

#if THAW_HAS_X86

#include <array>
#include <cstring>

#include "io/base/crc32c_fold.h"
#include "io/base/crc32c_math.h"

namespace thaw {
namespace {

using crc32c_fold::LanesBefore;
using crc32c_fold::MovedOnPlus;
using crc32c_fold::MultiplyX33;
using crc32c_fold::Reduced;

inline std::uint64_t Load64(const std::byte* data) {
  std::uint64_t value;
  std::memcpy(&value, data, sizeof(value));
  return value;
}

// One stream: 8 bytes every 3 clocks.
THAW_TARGET_SSE42 inline std::uint32_t OneStream(std::uint32_t state, const std::byte* data,
                                                 std::size_t n) {
  std::uint64_t wide = state;
  for (; n >= 8; data += 8, n -= 8) wide = _mm_crc32_u64(wide, Load64(data));
  state = static_cast<std::uint32_t>(wide);
  for (; n > 0; ++data, --n) state = _mm_crc32_u8(state, static_cast<std::uint8_t>(*data));
  return state;
}

// Three neighbouring blocks at once hide the 3 clocks that the instruction takes; the sums are
// joined by moving the first two over the blocks that follow.
template <std::size_t kBlock>
THAW_TARGET_SSE42 inline std::uint32_t ThreeBlocks(std::uint32_t state, const std::byte* data) {
  std::uint64_t a = state, b = 0, c = 0;
  for (std::size_t i = 0; i < kBlock; i += 8) {
    a = _mm_crc32_u64(a, Load64(data + i));
    b = _mm_crc32_u64(b, Load64(data + kBlock + i));
    c = _mm_crc32_u64(c, Load64(data + 2 * kBlock + i));
  }
  constexpr std::int64_t kBits = 8 * static_cast<std::int64_t>(kBlock);
  return MultiplyX33(static_cast<std::uint32_t>(a), crc32c_math::PowerOfX(2 * kBits - 33)) ^
         MultiplyX33(static_cast<std::uint32_t>(b), crc32c_math::PowerOfX(kBits - 33)) ^
         static_cast<std::uint32_t>(c);
}

}  // namespace

THAW_TARGET_SSE42 std::uint32_t Crc32cState_Sse42(std::uint32_t state, const std::byte* data,
                                                  std::size_t n) noexcept {
  constexpr std::size_t kLong = 2048, kShort = 128;
  for (; n >= 3 * kLong; data += 3 * kLong, n -= 3 * kLong) {
    state = ThreeBlocks<kLong>(state, data);
  }
  for (; n >= 3 * kShort; data += 3 * kShort, n -= 3 * kShort) {
    state = ThreeBlocks<kShort>(state, data);
  }
  return OneStream(state, data, n);
}

THAW_TARGET_AVX512 std::uint32_t Crc32cState_Avx512(std::uint32_t state, const std::byte* data,
                                                    std::size_t n) noexcept {
  if (n < 128) return OneStream(state, data, n);
  // Loads that straddle cache lines cost some CPUs a fifth of the rate; worth a short head.
  if (n >= 4096) {
    const std::size_t head = (64 - reinterpret_cast<std::uintptr_t>(data) % 64) % 64;
    state = OneStream(state, data, head);
    data += head;
    n -= head;
  }
  if (n >= 256) {
    __m512i a = LanesBefore<256>(state);
    __m512i b = _mm512_setzero_si512(), c = b, d = b;
    for (; n >= 256; data += 256, n -= 256) {
      a = MovedOnPlus<256>(a, _mm512_loadu_si512(data));
      b = MovedOnPlus<256>(b, _mm512_loadu_si512(data + 64));
      c = MovedOnPlus<256>(c, _mm512_loadu_si512(data + 128));
      d = MovedOnPlus<256>(d, _mm512_loadu_si512(data + 192));
    }
    b = MovedOnPlus<64>(a, b);
    c = MovedOnPlus<64>(b, c);
    d = MovedOnPlus<64>(c, d);
    for (; n >= 64; data += 64, n -= 64) d = MovedOnPlus<64>(d, _mm512_loadu_si512(data));
    state = Reduced(d);
  }
  return OneStream(state, data, n);
}

THAW_TARGET_SSE42 std::uint32_t Crc32cMovedOn_Sse42(std::uint32_t state,
                                                    std::uint64_t length) noexcept {
  static constexpr std::array<std::uint32_t, 64> kPowers = crc32c_math::PowersOfTwoBytes(-33);
  for (; length != 0; length &= length - 1) {
    state = MultiplyX33(state, kPowers[static_cast<std::size_t>(__builtin_ctzll(length))]);
  }
  return state;
}

}  // namespace thaw

#endif  // THAW_HAS_X86
