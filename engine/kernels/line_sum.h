// Sums of 64-byte lines that are already in registers.
//
// Role in the flow: the checksum side of the vector kernels' loops (line_loops.inc). Each sum takes
// consecutive lines, can skip bytes that other sums take, and can be joined with the sum of what
// lies before it.

#ifndef THAW_ENGINE_KERNELS_LINE_SUM_H_
#define THAW_ENGINE_KERNELS_LINE_SUM_H_

#include "io/base/isa_targets.h"

#if THAW_HAS_X86 || THAW_HAS_ARM64

#include <cstdint>

#include "io/base/crc32c_fold.h"

namespace thaw {

// Sums nothing: the state passes through. For transfers that are not verified.
class NoSum {
 public:
  explicit NoSum(std::uint32_t state) : state_(state) {}
  template <int kIndex, typename... Vectors>
  void Add(const Vectors&...) {}
  template <std::int64_t kBytes>
  void Skip() {}
  template <std::int64_t kBytes>
  void AddEarlier(const NoSum& earlier) {
    state_ = earlier.state_;
  }
  std::uint32_t state() const { return state_; }

 private:
  std::uint32_t state_;
};

// kLanes = 4 for one sum alone, whose lanes hide the multiplication's latency; 1 where four sums
// run side by side and the registers would not suffice.
template <int kLanes>
class LineSum128 {
 public:
  // The sum of what precedes the first line. At least one line must be added.
  THAW_TARGET_CRC explicit LineSum128(std::uint32_t state) {
    lanes_[0] = crc32c_fold::LaneBefore<kStride>(state);
    for (int i = 1; i < kLanes; ++i) lanes_[i] = crc32c_fold::MakeLane(0, 0);
  }

  // A line is given as its four vectors, in memory order; which of a unit's lines it is does not
  // matter here.
  template <int kIndex>
  THAW_TARGET_CRC void Add(crc32c_fold::Lane a, crc32c_fold::Lane b, crc32c_fold::Lane c,
                           crc32c_fold::Lane d) {
    const crc32c_fold::Lane line[4] = {a, b, c, d};
    for (int i = 0; i < 4; ++i) {
      crc32c_fold::Lane& lane = lanes_[i % kLanes];
      lane = crc32c_fold::Sum(crc32c_fold::MovedOn<kStride>(lane), line[i]);
    }
  }

  // As if kBytes zero bytes were added.
  template <std::int64_t kBytes>
  THAW_TARGET_CRC void Skip() {
    for (crc32c_fold::Lane& lane : lanes_) lane = crc32c_fold::MovedOn<kBytes>(lane);
  }

  // Adds a sum that ends kBytes before this one.
  template <std::int64_t kBytes>
  THAW_TARGET_CRC void AddEarlier(const LineSum128& earlier) {
    for (int i = 0; i < kLanes; ++i) {
      lanes_[i] = crc32c_fold::Sum(lanes_[i], crc32c_fold::MovedOn<kBytes>(earlier.lanes_[i]));
    }
  }

  THAW_TARGET_CRC std::uint32_t state() const {
    crc32c_fold::Lane sum = lanes_[0];
    for (int i = 1; i < kLanes; ++i) {
      sum = crc32c_fold::Sum(crc32c_fold::MovedOn<16>(sum), lanes_[i]);
    }
    return crc32c_fold::Reduced(sum);
  }

 private:
  static constexpr std::int64_t kStride = 16 * kLanes;

  crc32c_fold::Lane lanes_[kLanes];
};

#if THAW_HAS_X86

// kLanes = 2 where lines come in pairs: line `kIndex` of a pair goes to lane kIndex, and the two
// multiplications do not wait for each other.
template <int kLanes>
class LineSum512 {
 public:
  THAW_TARGET_AVX512 explicit LineSum512(std::uint32_t state) {
    lanes_[0] = crc32c_fold::LanesBefore<kStride>(state);
    for (int i = 1; i < kLanes; ++i) lanes_[i] = _mm512_setzero_si512();
  }

  template <int kIndex>
  THAW_TARGET_AVX512 void Add(__m512i line) {
    __m512i& lane = lanes_[kIndex % kLanes];
    lane = crc32c_fold::MovedOnPlus<kStride>(lane, line);
  }

  template <std::int64_t kBytes>
  THAW_TARGET_AVX512 void Skip() {
    for (__m512i& lane : lanes_) lane = crc32c_fold::MovedOn<kBytes>(lane);
  }

  template <std::int64_t kBytes>
  THAW_TARGET_AVX512 void AddEarlier(const LineSum512& earlier) {
    for (int i = 0; i < kLanes; ++i) {
      lanes_[i] = crc32c_fold::MovedOnPlus<kBytes>(earlier.lanes_[i], lanes_[i]);
    }
  }

  THAW_TARGET_AVX512 std::uint32_t state() const {
    __m512i sum = lanes_[0];
    for (int i = 1; i < kLanes; ++i) sum = crc32c_fold::MovedOnPlus<64>(sum, lanes_[i]);
    return crc32c_fold::Reduced(sum);
  }

 private:
  static constexpr std::int64_t kStride = 64 * kLanes;

  __m512i lanes_[kLanes];
};

#endif  // THAW_HAS_X86

}  // namespace thaw

#endif  // THAW_HAS_X86 || THAW_HAS_ARM64

#endif  // THAW_ENGINE_KERNELS_LINE_SUM_H_
