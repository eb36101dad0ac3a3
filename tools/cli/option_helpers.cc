#include "tools/cli/option_helpers.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <functional>
#include <utility>

#include "tools/cli/argument_escape.h"
#include "tools/cli/option_values.h"

namespace thaw {
namespace {

// `parse` stores the value and returns what is wrong with the text, or nothing.
using Parse = std::function<std::string(const std::string&)>;

CLI::Option* AddParsedOption(CLI::App& app, const std::string& names, const std::string& value,
                             const Parse& parse, const std::string& help) {
  const auto store = [parse, names](const std::string& argument) {
    const std::string text = UnescapeArgument(argument);
    if (const std::string problem = parse(text); !problem.empty()) {
      throw CLI::ValidationError(names, fmt::format("'{}' is {}", text, problem));
    }
  };
  return app.add_option_function<std::string>(names, store, help)->type_name(value);
}

CLI::Option* Unescaped(CLI::Option* option, const std::string& value) {
  option->type_name(value);
  option->transform(CLI::Validator(
      [](std::string& text) {
        text = UnescapeArgument(text);
        return std::string();
      },
      ""));
  return option;
}

Parse IntParser(int* number, int minimum) {
  return [number, minimum](const std::string& text) -> std::string {
    const std::optional<int> parsed = ParseInt(text);
    if (!parsed) return "no whole number";
    if (*parsed < minimum) return fmt::format("below {}", minimum);
    *number = *parsed;
    return "";
  };
}

}  // namespace

CLI::Option* AddCheckpointArgument(CLI::App& app, std::string* path) {
  return AddArgument(app, "CKPT", path,
                     "a checkpoint: its prefix, any of its files, or the folder it is in");
}

CLI::Option* AddArgument(CLI::App& app, const std::string& value, std::string* text,
                         const std::string& help) {
  return AddOptionalArgument(app, value, text, help)->required();
}

CLI::Option* AddOptionalArgument(CLI::App& app, const std::string& value, std::string* text,
                                 const std::string& help) {
  return Unescaped(app.add_option(value, *text, help), value);
}

CLI::Option* AddRepeatedArgument(CLI::App& app, const std::string& value,
                                 std::vector<std::string>* texts, const std::string& help) {
  return Unescaped(app.add_option(value, *texts, help), value);
}

CLI::Option* AddTextOption(CLI::App& app, const std::string& names, const std::string& value,
                           std::string* text, const std::string& help) {
  return Unescaped(app.add_option(names, *text, help), value);
}

CLI::Option* AddFlag(CLI::App& app, const std::string& names, bool* flag, const std::string& help) {
  return app.add_flag(names, *flag, help);
}

CLI::Option* AddIntOption(CLI::App& app, const std::string& names, const std::string& value,
                          int* number, int minimum, const std::string& help) {
  return AddParsedOption(app, names, value, IntParser(number, minimum), help);
}

CLI::Option* AddIntListOption(CLI::App& app, const std::string& names, const std::string& value,
                              std::vector<int>* numbers, int minimum, const std::string& help) {
  const Parse parse = [numbers, minimum](const std::string& text) -> std::string {
    std::vector<int> parsed;
    for (const std::string& item : CLI::detail::split(text, ',')) {
      int number = 0;
      if (std::string problem = IntParser(&number, minimum)(item); !problem.empty()) {
        return problem;
      }
      parsed.push_back(number);
    }
    *numbers = std::move(parsed);
    return "";
  };
  return AddParsedOption(app, names, value, parse, help);
}

CLI::Option* AddSizeOption(CLI::App& app, const std::string& names, std::uint64_t* bytes,
                           const std::string& help) {
  const Parse parse = [bytes](const std::string& text) -> std::string {
    const std::optional<std::uint64_t> parsed = ParseSize(text);
    if (!parsed) return "no size such as 1073741824, 256MiB or 5GB";
    *bytes = *parsed;
    return "";
  };
  return AddParsedOption(app, names, "SIZE", parse, help);
}

CLI::Option* AddChoiceOption(CLI::App& app, const std::string& names,
                             std::vector<std::string> choices, std::size_t* index,
                             const std::string& help) {
  const std::string value = fmt::format("{}", fmt::join(choices, "|"));
  const Parse parse = [index, choices](const std::string& text) -> std::string {
    for (std::size_t i = 0; i < choices.size(); ++i) {
      if (choices[i] != text) continue;
      *index = i;
      return "";
    }
    return fmt::format("none of {}", fmt::join(choices, ", "));
  };
  return AddParsedOption(app, names, value, parse, help);
}

}  // namespace thaw
