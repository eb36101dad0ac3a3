#include "io/base/crc32c_x86.h"

#if THAW_HAS_X86

#include "io/base/crc32c_fold.h"
#include "io/base/crc32c_instruction.h"

namespace thaw {

using crc32c_fold::LanesBefore;
using crc32c_fold::MovedOnPlus;
using crc32c_fold::Reduced;

THAW_TARGET_AVX512 std::uint32_t Crc32cState_Avx512(std::uint32_t state, const std::byte* data,
                                                    std::size_t n) noexcept {
  if (n < 128) return Crc32cOneStream(state, data, n);
  // Loads that straddle cache lines cost some CPUs a fifth of the rate; worth a short head.
  if (n >= 4096) {
    const std::size_t head = (64 - reinterpret_cast<std::uintptr_t>(data) % 64) % 64;
    state = Crc32cOneStream(state, data, head);
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
  return Crc32cOneStream(state, data, n);
}

}  // namespace thaw

#endif  // THAW_HAS_X86
