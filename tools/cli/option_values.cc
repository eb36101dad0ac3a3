#include "tools/cli/option_values.h"

#include <array>
#include <charconv>
#include <cmath>

namespace thaw {
namespace {

struct Unit {
  std::string_view name;  // lower case
  std::uint64_t bytes;
};

constexpr std::array<Unit, 10> kUnits = {{
    {"", 1},
    {"b", 1},
    {"kb", 1'000},
    {"mb", 1'000'000},
    {"gb", 1'000'000'000},
    {"tb", 1'000'000'000'000},
    {"kib", std::uint64_t{1} << 10},
    {"mib", std::uint64_t{1} << 20},
    {"gib", std::uint64_t{1} << 30},
    {"tib", std::uint64_t{1} << 40},
}};

bool EqualsLowerCase(std::string_view text, std::string_view lower) {
  if (text.size() != lower.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
    if (c != lower[i]) return false;
  }
  return true;
}

}  // namespace

std::optional<int> ParseInt(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> ParseSize(std::string_view text) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  // Whole numbers stay exact beyond 2^53.
  std::uint64_t whole = 0;
  double real = 0;
  const auto whole_end = std::from_chars(begin, end, whole);
  const auto real_end = std::from_chars(begin, end, real, std::chars_format::fixed);
  if (real_end.ec != std::errc() || text.front() == '-') return std::nullopt;
  std::string_view unit = text.substr(static_cast<std::size_t>(real_end.ptr - begin));
  if (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);

  for (const Unit& candidate : kUnits) {
    if (!EqualsLowerCase(unit, candidate.name)) continue;
    if (whole_end.ptr == real_end.ptr) {
      std::uint64_t bytes = 0;
      if (whole_end.ec != std::errc()) return std::nullopt;
      if (__builtin_mul_overflow(whole, candidate.bytes, &bytes)) return std::nullopt;
      return bytes;
    }
    const double bytes = std::floor(real * static_cast<double>(candidate.bytes));
    if (!(bytes < 0x1p64)) return std::nullopt;
    return static_cast<std::uint64_t>(bytes);
  }
  return std::nullopt;
}

}  // namespace thaw
