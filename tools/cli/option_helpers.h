// Helpers that declare a command's arguments and options.
//
// Role in the flow: the only way in which commands talk to CLI11, so that every option carries what
// help, man page and completion need: its metavariable (`value`) is either FILE, DIR, CKPT
// (completed as paths), a list of choices "a|b|c", or any other word (not completed).

#ifndef THAW_TOOLS_CLI_OPTION_HELPERS_H_
#define THAW_TOOLS_CLI_OPTION_HELPERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace thaw {

// The checkpoint argument that most commands begin with.
CLI::Option* AddCheckpointArgument(CLI::App& app, std::string* path);

// A required positional argument.
CLI::Option* AddArgument(CLI::App& app, const std::string& value, std::string* text,
                         const std::string& help);
// An optional one, and any number at the end.
CLI::Option* AddOptionalArgument(CLI::App& app, const std::string& value, std::string* text,
                                 const std::string& help);
CLI::Option* AddRepeatedArgument(CLI::App& app, const std::string& value,
                                 std::vector<std::string>* texts, const std::string& help);

// `names`: "--model", or "-o,--out".
CLI::Option* AddTextOption(CLI::App& app, const std::string& names, const std::string& value,
                           std::string* text, const std::string& help);
CLI::Option* AddFlag(CLI::App& app, const std::string& names, bool* flag, const std::string& help);
CLI::Option* AddIntOption(CLI::App& app, const std::string& names, const std::string& value,
                          int* number, int minimum, const std::string& help);
// Comma-separated integers, e.g. "1,2,8".
CLI::Option* AddIntListOption(CLI::App& app, const std::string& names, const std::string& value,
                              std::vector<int>* numbers, int minimum, const std::string& help);
// Bytes: 1073741824, 256MiB, 1GiB, 5GB.
CLI::Option* AddSizeOption(CLI::App& app, const std::string& names, std::uint64_t* bytes,
                           const std::string& help);
// One of `choices`, in the order help shows them; *index is set to its place.
CLI::Option* AddChoiceOption(CLI::App& app, const std::string& names,
                             std::vector<std::string> choices, std::size_t* index,
                             const std::string& help);

}  // namespace thaw

#endif  // THAW_TOOLS_CLI_OPTION_HELPERS_H_
