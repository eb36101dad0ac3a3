#include "engine/variables/initializers/random_values.h"

#include <cmath>
#include <numbers>

namespace thaw {
namespace {

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15u;  // 2^64 / golden ratio

// SplitMix64's output function: a bijection that mixes all bits.
std::uint64_t Mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// The `draw`-th number (0 or 1) of element `index`, uniform in [0, 1).
double Draw(std::uint64_t seed, std::uint64_t index, std::uint64_t draw) {
  const std::uint64_t bits = Mix(Mix(seed + kGolden) + (2 * index + draw + 1) * kGolden);
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

}  // namespace

double DrawUniform(std::uint64_t seed, std::uint64_t index) { return Draw(seed, index, 0); }

// Box and Muller's transform.
double DrawNormal(std::uint64_t seed, std::uint64_t index) {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - Draw(seed, index, 0)));
  return radius * std::cos(2.0 * std::numbers::pi * Draw(seed, index, 1));
}

double DrawTruncatedNormal(std::uint64_t seed, std::uint64_t index) {
  // Each further try has a seed of its own: its draws belong to no other element.
  double value = DrawNormal(seed, index);
  while (!(std::fabs(value) < 2.0)) {
    seed = Mix(seed + kGolden);
    value = DrawNormal(seed, index);
  }
  return value;
}

}  // namespace thaw
