// Names of kernels, joined at compile time from a move, an instruction set and a form.
//
// Role in the flow: so that a table of kernels can name each of them without an allocation.

#ifndef THAW_ENGINE_KERNELS_KERNEL_NAME_H_
#define THAW_ENGINE_KERNELS_KERNEL_NAME_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace thaw {

// A string literal as a template argument.
template <std::size_t kSize>
struct Text {
  char chars[kSize] = {};  // with the final zero

  consteval Text(const char (&literal)[kSize]) { std::copy_n(literal, kSize, chars); }

  static constexpr std::size_t length() { return kSize - 1; }
};

template <Text... kParts>
inline constexpr auto kJoinedChars = [] {
  std::array<char, (kParts.length() + ... + std::size_t{1})> joined{};
  char* end = joined.data();
  ((end = std::copy_n(kParts.chars, kParts.length(), end)), ...);
  return joined;
}();

// The parts one after the other; lives as long as the program.
template <Text... kParts>
inline constexpr std::string_view kJoined{kJoinedChars<kParts...>.data(),
                                          kJoinedChars<kParts...>.size() - 1};

}  // namespace thaw

#endif  // THAW_ENGINE_KERNELS_KERNEL_NAME_H_
