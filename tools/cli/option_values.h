// Option values: text of the command line as numbers.
//
// Role in the flow: pure functions under the option helpers.

#ifndef THAW_TOOLS_CLI_OPTION_VALUES_H_
#define THAW_TOOLS_CLI_OPTION_VALUES_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace thaw {

// A decimal integer, all of the text.
std::optional<int> ParseInt(std::string_view text);

// Bytes: a number, with a point if wanted, and a unit: B, kB, MB, GB, TB (powers of 1000), KiB,
// MiB, GiB, TiB (powers of 1024), case-insensitive; no unit: bytes. nullopt: not a size, or not
// within 64 bits.
std::optional<std::uint64_t> ParseSize(std::string_view text);

}  // namespace thaw

#endif  // THAW_TOOLS_CLI_OPTION_VALUES_H_
