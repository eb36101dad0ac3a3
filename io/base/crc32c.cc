#include "io/base/crc32c.h"

#include <array>
#include <cstring>

#include "io/base/crc32c_instruction.h"
#include "io/base/crc32c_math.h"
#include "io/base/crc32c_portable.h"
#include "io/base/crc32c_x86.h"

namespace thaw {
namespace {

std::uint32_t State_Portable(std::uint32_t state, const std::byte* data, std::size_t n) noexcept {
  for (; n >= 8; data += 8, n -= 8) {
    std::uint64_t value;
    std::memcpy(&value, data, sizeof(value));
    state = Crc32cStep64(state, value);
  }
  for (; n > 0; ++data, --n) state = Crc32cStep8(state, static_cast<std::uint8_t>(*data));
  return state;
}

std::uint32_t MovedOn_Portable(std::uint32_t state, std::uint64_t length) noexcept {
  static constexpr std::array<std::uint32_t, 64> kPowers = crc32c_math::PowersOfTwoBytes(0);
  for (std::size_t k = 0; length != 0; ++k, length >>= 1) {
    if ((length & 1) != 0) state = crc32c_math::Multiply(state, kPowers[k]);
  }
  return state;
}

struct Variant {
  std::uint32_t (*extend)(std::uint32_t state, const std::byte* data, std::size_t n) noexcept;
  std::uint32_t (*move_on)(std::uint32_t state, std::uint64_t length) noexcept;
};

constexpr Variant VariantAt(IsaLevel level) {
#if THAW_HAS_X86
  if (level >= IsaLevel::kAvx512) return {Crc32cState_Avx512, Crc32cMovedOn_Instruction};
  if (level >= IsaLevel::kSse42) return {Crc32cState_Instruction, Crc32cMovedOn_Instruction};
#elif THAW_HAS_ARM64
  if (level >= IsaLevel::kNeon) return {Crc32cState_Instruction, Crc32cMovedOn_Instruction};
#else
  (void)level;
#endif
  return {State_Portable, MovedOn_Portable};
}

const Variant& BestVariant() {
  static const Variant variant = VariantAt(BestIsaLevel());
  return variant;
}

}  // namespace

std::uint32_t Crc32cExtend(std::uint32_t crc, ByteView bytes) {
  return ~BestVariant().extend(~crc, bytes.data(), bytes.size());
}

// The inversions before and after cancel out: crc(AB) = crc(A) · x^(8|B|) + crc(B).
std::uint32_t Crc32cConcat(std::uint32_t crc_a, std::uint32_t crc_b, std::uint64_t length_b) {
  return BestVariant().move_on(crc_a, length_b) ^ crc_b;
}

std::uint32_t Crc32cWithoutStart(std::uint32_t crc_ab, std::uint32_t crc_a,
                                 std::uint64_t length_b) {
  return Crc32cConcat(crc_a, crc_ab, length_b);  // addition is its own inverse
}

// x has an inverse modulo P, so what zeros behind A did to its remainder can be undone. The order
// of x is 2^31 - 1, so a length of any size becomes an exponent that fits.
std::uint32_t Crc32cWithoutEnd(std::uint32_t crc_ab, std::uint32_t crc_b, std::uint64_t length_b) {
  constexpr std::uint64_t kOrder = (std::uint64_t{1} << 31) - 1;
  const auto bits = static_cast<std::int64_t>(8 * (length_b % kOrder) % kOrder);
  return crc32c_math::Multiply(crc_ab ^ crc_b, crc32c_math::PowerOfX(-bits));
}

std::uint32_t Crc32cExtendAt(IsaLevel level, std::uint32_t crc, ByteView bytes) {
  return ~VariantAt(level).extend(~crc, bytes.data(), bytes.size());
}

std::uint32_t Crc32cConcatAt(IsaLevel level, std::uint32_t crc_a, std::uint32_t crc_b,
                             std::uint64_t length_b) {
  return VariantAt(level).move_on(crc_a, length_b) ^ crc_b;
}

}  // namespace thaw
