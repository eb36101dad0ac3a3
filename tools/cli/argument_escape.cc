#include "tools/cli/argument_escape.h"

#include <string_view>

namespace thaw {
namespace {

constexpr char kMark = '\x01';

bool NeedsMark(std::string_view argument, bool after_dashes) {
  if (argument.empty()) return false;
  const char first = argument.front();
  if (first == kMark || first == '[' || argument == "++" || argument == "{}") return true;
  return after_dashes && first == '-';
}

}  // namespace

std::vector<std::string> EscapeArguments(int argc, const char* const* argv) {
  std::vector<std::string> arguments;
  bool after_dashes = false;
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    if (!after_dashes && argument == "--") {
      after_dashes = true;
      continue;
    }
    if (NeedsMark(argument, after_dashes)) argument.insert(0, 1, kMark);
    arguments.push_back(std::move(argument));
  }
  return arguments;
}

std::string UnescapeArgument(std::string argument) {
  if (!argument.empty() && argument.front() == kMark) argument.erase(0, 1);
  return argument;
}

}  // namespace thaw
