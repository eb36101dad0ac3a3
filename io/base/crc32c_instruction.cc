#include "io/base/crc32c_instruction.h"

#if THAW_HAS_X86 || THAW_HAS_ARM64

#include <array>
#include <cstring>

#include "io/base/crc32c_fold.h"
#include "io/base/crc32c_math.h"

namespace thaw {
namespace {

using crc32c_fold::MultiplyX33;
using crc32c_fold::Step;

inline std::uint64_t Load64(const std::byte* data) {
  std::uint64_t value;
  std::memcpy(&value, data, sizeof(value));
  return value;
}

// Three neighbouring blocks at once hide the clocks that the instruction takes; the sums are joined
// by moving the first two over the blocks that follow.
template <std::size_t kBlock>
THAW_TARGET_CRC inline std::uint32_t ThreeBlocks(std::uint32_t a, const std::byte* data) {
  std::uint32_t b = 0, c = 0;
  for (std::size_t i = 0; i < kBlock; i += 8) {
    a = Step(a, Load64(data + i));
    b = Step(b, Load64(data + kBlock + i));
    c = Step(c, Load64(data + 2 * kBlock + i));
  }
  constexpr std::int64_t kBits = 8 * static_cast<std::int64_t>(kBlock);
  return MultiplyX33(a, crc32c_math::PowerOfX(2 * kBits - 33)) ^
         MultiplyX33(b, crc32c_math::PowerOfX(kBits - 33)) ^ c;
}

}  // namespace

THAW_TARGET_CRC std::uint32_t Crc32cOneStream(std::uint32_t state, const std::byte* data,
                                              std::size_t n) noexcept {
  for (; n >= 8; data += 8, n -= 8) state = Step(state, Load64(data));
  for (; n > 0; ++data, --n) state = Step(state, static_cast<std::uint8_t>(*data));
  return state;
}

THAW_TARGET_CRC std::uint32_t Crc32cState_Instruction(std::uint32_t state, const std::byte* data,
                                                      std::size_t n) noexcept {
  constexpr std::size_t kLong = 2048, kShort = 128;
  for (; n >= 3 * kLong; data += 3 * kLong, n -= 3 * kLong) {
    state = ThreeBlocks<kLong>(state, data);
  }
  for (; n >= 3 * kShort; data += 3 * kShort, n -= 3 * kShort) {
    state = ThreeBlocks<kShort>(state, data);
  }
  return Crc32cOneStream(state, data, n);
}

THAW_TARGET_CRC std::uint32_t Crc32cMovedOn_Instruction(std::uint32_t state,
                                                        std::uint64_t length) noexcept {
  static constexpr std::array<std::uint32_t, 64> kPowers = crc32c_math::PowersOfTwoBytes(-33);
  for (; length != 0; length &= length - 1) {
    state = MultiplyX33(state, kPowers[static_cast<std::size_t>(__builtin_ctzll(length))]);
  }
  return state;
}

}  // namespace thaw

#endif  // THAW_HAS_X86 || THAW_HAS_ARM64
