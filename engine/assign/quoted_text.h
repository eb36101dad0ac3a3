// Quoted text: a name, or a number of things, as messages and hints show it.
//
// Role in the flow: under everything here that writes sentences.

#ifndef THAW_ENGINE_ASSIGN_QUOTED_TEXT_H_
#define THAW_ENGINE_ASSIGN_QUOTED_TEXT_H_

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace thaw {

// As an assignment map has it.
inline std::string DoubleQuoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

// As it stands in a sentence.
inline std::string SingleQuoted(std::string_view text) { return "'" + std::string(text) + "'"; }

// "1 variable", "2 variables".
inline std::string Counted(std::size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

// Names that a sentence lists before it says how many more there are.
inline constexpr std::size_t kMaxNamesInSentence = 3;

// "'a', 'b', 'c' and 7 more".
inline std::string NameList(std::span<const std::string> names) {
  std::string list;
  const std::size_t shown = std::min(names.size(), kMaxNamesInSentence);
  for (std::size_t i = 0; i < shown; ++i) list += (i == 0 ? "" : ", ") + SingleQuoted(names[i]);
  if (shown < names.size()) list += " and " + std::to_string(names.size() - shown) + " more";
  return list;
}

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_QUOTED_TEXT_H_
