#include "tools/print/number_text.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace thaw {
namespace {

template <typename Real>
std::string ShortestText(Real value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  std::array<char, 64> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  std::string text(buffer.data(), end);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace

std::string RealText(double value) { return ShortestText(value); }

std::string FloatText(float value) { return ShortestText(value); }

std::string FigureText(double value) { return fmt::format("{:.4g}", value); }

std::string HumanBytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 6> kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  // 1023.95 would round up to "1024.0".
  while (value >= 1023.95 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string GroupedText(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t place = text.size(); place > 3; place -= 3) text.insert(place - 3, ",");
  return text;
}

std::string HumanSeconds(double seconds) {
  if (seconds < 0.9995) return fmt::format("{:.1f} ms", seconds * 1000);
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  const auto whole = static_cast<std::uint64_t>(std::llround(seconds));
  return fmt::format("{} min {} s", whole / 60, whole % 60);
}

std::string HumanRate(std::uint64_t bytes, double seconds) {
  if (bytes < 1'000'000 || seconds < 1e-6) return "";
  const double rate = static_cast<double>(bytes) / seconds;
  if (rate >= 1e9) return fmt::format("{:.1f} GB/s", rate / 1e9);
  return fmt::format("{:.1f} MB/s", rate / 1e6);
}

}  // namespace thaw
