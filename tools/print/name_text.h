// Text for names: the bytes of a tensor's name or a path, made fit for JSON and for terminals.
//
// Role in the flow: names come from files and are any bytes; nothing prints them without passing
// here.

#ifndef THAW_TOOLS_PRINT_NAME_TEXT_H_
#define THAW_TOOLS_PRINT_NAME_TEXT_H_

#include <string>
#include <string_view>

namespace thaw {

// `bytes` as UTF-8 with U+FFFD for each byte that does not fit.
// Untrusted input: yes.
std::string Utf8Text(std::string_view bytes);

// For terminals: valid UTF-8 stays, control characters and other bytes become \n, \t or \xNN, so
// that a name cannot move the cursor or forge a line. Untrusted input: yes.
std::string PrintableText(std::string_view bytes);

// RFC 4648, with padding.
std::string Base64(std::string_view bytes);

// Columns a UTF-8 text takes on a terminal, by counting code points.
std::size_t DisplayWidth(std::string_view utf8);

}  // namespace thaw

#endif  // THAW_TOOLS_PRINT_NAME_TEXT_H_
