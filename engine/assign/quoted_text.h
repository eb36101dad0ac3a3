// Quoted text: a name as messages and hints show it.
//
// Role in the flow: under everything here that writes sentences.

#ifndef THAW_ENGINE_ASSIGN_QUOTED_TEXT_H_
#define THAW_ENGINE_ASSIGN_QUOTED_TEXT_H_

#include <string>
#include <string_view>

namespace thaw {

// As an assignment map has it.
inline std::string DoubleQuoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

// As it stands in a sentence.
inline std::string SingleQuoted(std::string_view text) { return "'" + std::string(text) + "'"; }

}  // namespace thaw

#endif  // THAW_ENGINE_ASSIGN_QUOTED_TEXT_H_
