#include "bench/support/normal_values.h"

#include <array>
#include <cmath>
#include <cstddef>

namespace thaw {
namespace {

constexpr std::size_t kLayers = 256;
// For 256 layers: where the tail begins, and the area of each layer.
// Source: Marsaglia and Tsang, "The Ziggurat Method for Generating Random Variables", 2000.
constexpr double kTail = 3.6541528853610088;
constexpr double kArea = 0.00492867323399;

double Density(double x) { return std::exp(-0.5 * x * x); }

// The half of the bell as layers of equal area: layer i lies between the heights of its edges
// edge[i] and edge[i + 1]; the lowest one, 0, holds the tail, too, and is as wide as if it were a
// rectangle.
struct Ziggurat {
  std::array<double, kLayers + 1> edge;
  std::array<double, kLayers + 1> height;

  Ziggurat() {
    edge[0] = kArea / Density(kTail);
    edge[1] = kTail;
    for (std::size_t i = 1; i < kLayers - 1; ++i) {
      edge[i + 1] = std::sqrt(-2.0 * std::log(kArea / edge[i] + Density(edge[i])));
    }
    edge[kLayers] = 0.0;
    for (std::size_t i = 0; i <= kLayers; ++i) height[i] = Density(edge[i]);
  }
};

}  // namespace

// SplitMix64.
std::uint64_t NormalValues::NextBits() {
  state_ += 0x9e3779b97f4a7c15u;
  std::uint64_t bits = state_;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
  return bits ^ (bits >> 31);
}

double NormalValues::NextUniform() {
  return (static_cast<double>(NextBits() >> 11) + 1.0) * 0x1p-53;
}

double NormalValues::NextBeyond(double begin) {
  for (;;) {
    const double x = -std::log(NextUniform()) / begin;
    if (-2.0 * std::log(NextUniform()) >= x * x) return begin + x;
  }
}

double NormalValues::Next() {
  static const Ziggurat ziggurat;
  for (;;) {
    const std::uint64_t bits = NextBits();
    const std::size_t layer = bits % kLayers;
    const double side = static_cast<double>(static_cast<std::int64_t>(bits)) * 0x1p-63;
    const double x = side * ziggurat.edge[layer];
    if (std::fabs(x) < ziggurat.edge[layer + 1]) return x;  // under the curve for sure
    if (layer == 0) return std::copysign(NextBeyond(kTail), side);
    const double low = ziggurat.height[layer], high = ziggurat.height[layer + 1];
    if (low + NextUniform() * (high - low) < Density(x)) return x;
  }
}

void NormalValues::Fill(float deviation, std::span<float> out) {
  for (float& value : out) value = static_cast<float>(Next()) * deviation;
}

}  // namespace thaw
