// The shuffle that reverses units of bytes, for the vector kernels' byte swap.

#ifndef THAW_ENGINE_KERNELS_REVERSING_ORDER_H_
#define THAW_ENGINE_KERNELS_REVERSING_ORDER_H_

#include <array>
#include <cstddef>
#include <cstdint>

namespace thaw {

// [i] = which byte of a 16-byte vector comes to place i when each kUnit bytes are reversed.
template <int kUnit>
alignas(16) inline constexpr std::array<std::int8_t, 16> kReversingOrder = [] {
  std::array<std::int8_t, 16> order{};
  for (int i = 0; i < 16; ++i) {
    order[static_cast<std::size_t>(i)] =
        static_cast<std::int8_t>(i / kUnit * kUnit + kUnit - 1 - i % kUnit);
  }
  return order;
}();

}  // namespace thaw

#endif  // THAW_ENGINE_KERNELS_REVERSING_ORDER_H_
