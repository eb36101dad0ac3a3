// Argument escape: arguments that must reach CLI11 as plain words.
//
// Role in the flow: between main's argv and CLI11. After "--" nothing is an option, and some plain
// words mean something to CLI11 ("++" ends a subcommand, "[a,b]" is a list). Such arguments get a
// mark in front that the option helpers take off again.

#ifndef THAW_TOOLS_CLI_ARGUMENT_ESCAPE_H_
#define THAW_TOOLS_CLI_ARGUMENT_ESCAPE_H_

#include <string>
#include <vector>

namespace thaw {

// The arguments without the program's name and without the first "--", marked where needed.
std::vector<std::string> EscapeArguments(int argc, const char* const* argv);

// The argument as it was typed.
std::string UnescapeArgument(std::string argument);

}  // namespace thaw

#endif  // THAW_TOOLS_CLI_ARGUMENT_ESCAPE_H_
