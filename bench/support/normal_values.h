// NormalValues: pseudo-random numbers of a normal distribution, about a quarter of a gigabyte of
// float32 a second, the same in every run.
//
// Role in the flow: the contents of synthetic checkpoints, whose entropy should be that of weights.

#ifndef THAW_BENCH_SUPPORT_NORMAL_VALUES_H_
#define THAW_BENCH_SUPPORT_NORMAL_VALUES_H_

#include <cstdint>
#include <span>

namespace thaw {

// One thread.
class NormalValues {
 public:
  explicit NormalValues(std::uint64_t seed) : state_(seed) {}

  // N(0, deviation).
  void Fill(float deviation, std::span<float> out);

 private:
  std::uint64_t NextBits();
  double NextUniform();  // (0, 1]
  double Next();         // N(0, 1)
  double NextBeyond(double begin);

  std::uint64_t state_;
};

}  // namespace thaw

#endif  // THAW_BENCH_SUPPORT_NORMAL_VALUES_H_
