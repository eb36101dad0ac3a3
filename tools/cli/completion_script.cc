#include "tools/cli/completion_script.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace thaw {
namespace {

// "a|b" for a case pattern of bash.
std::string Names(const OptionRow& row, std::string_view separator) {
  return fmt::format("{}", fmt::join(row.names, separator));
}

std::string AllNames(const std::vector<OptionRow>& rows) {
  std::string names;
  for (const OptionRow& row : rows) {
    if (!row.is_positional()) names += (names.empty() ? "" : " ") + Names(row, " ");
  }
  return names;
}

// ---- bash ----

// What completes the value of an option, as a command for bash; empty: nothing does.
std::string BashValue(const OptionRow& row) {
  switch (row.kind) {
    case ValueKind::kChoice:
      return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$current\"))",
                         fmt::join(row.choices, " "));
    case ValueKind::kPath:
      return "_thaw_paths -f \"$current\"";
    case ValueKind::kFolder:
      return "_thaw_paths -d \"$current\"";
    case ValueKind::kText:
      return ":";
    case ValueKind::kNone:
      break;
  }
  return "";
}

// The case arm of options that take a value: what to do when one stands before the cursor.
std::string BashValueArms(const std::vector<OptionRow>& rows, std::string_view prefix) {
  std::string arms;
  for (const OptionRow& row : rows) {
    if (row.is_positional() || row.value.empty()) continue;
    std::string pattern;
    for (const std::string& name : row.names) {
      pattern += fmt::format("{}{}{}", pattern.empty() ? "" : "|", prefix, name);
    }
    arms += fmt::format("    {}) {}; return ;;\n", pattern, BashValue(row));
  }
  return arms;
}

std::string BashValueOptions(const CompletionTree& tree) {
  std::vector<std::string> names;
  const auto add = [&](const std::vector<OptionRow>& rows) {
    for (const OptionRow& row : rows) {
      if (!row.is_positional() && !row.value.empty()) {
        names.insert(names.end(), row.names.begin(), row.names.end());
      }
    }
  };
  add(tree.globals);
  for (const CommandRows& command : tree.commands) add(command.rows);
  return fmt::format("{}", fmt::join(names, "|"));
}

std::string BashPositional(const CommandRows& command) {
  std::string arms;
  for (const OptionRow& row : command.rows) {
    if (!row.is_positional()) continue;
    // Paths win: the later arguments of a command that takes one are rarely words of a list.
    return fmt::format("    {}) {} ;;\n", command.name, BashValue(row));
  }
  return arms;
}

std::string BashScript(const CompletionTree& tree) {
  std::string names;
  std::string options;
  std::string values = BashValueArms(tree.globals, "*:");
  std::string positionals;
  for (const CommandRows& command : tree.commands) {
    names += (names.empty() ? "" : " ") + command.name;
    options += fmt::format("    {}) options='{}' ;;\n", command.name, AllNames(command.rows));
    values += BashValueArms(command.rows, command.name + ":");
    positionals += BashPositional(command);
  }
  // Names with '{' and '}' around them are fmt's; doubled braces are bash's.
  return fmt::format(R"(# bash completion for thaw; written by `thaw completion bash`.

_thaw_paths() {{
  compopt -o filenames 2>/dev/null
  local IFS=$'\n'
  COMPREPLY=($(compgen "$1" -- "$2"))
}}

_thaw() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD-1]}}
  local command='' options='' word i only_words=''
  COMPREPLY=()
  # The command is the first word that is neither an option nor an option's value.
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${{COMP_WORDS[i]}}
    case $word in
      --) only_words=1 ;;
      {value_options}) ((i++)) ;;
      -*|=) ;;
      *) [[ $command ]] || command=$word ;;
    esac
  done
  # "--option=value" arrives in three words.
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $previous == '=' ]]; then
    previous=${{COMP_WORDS[COMP_CWORD-2]}}
  fi
  if [[ ! $only_words ]]; then
    case $command:$previous in
{values}    esac
  fi
  if [[ $current == -* && ! $only_words ]]; then
    case $command in
{options}    esac
    COMPREPLY=($(compgen -W "$options {globals}" -- "$current"))
    return
  fi
  case $command in
    '') COMPREPLY=($(compgen -W '{names}' -- "$current")) ;;
{positionals}  esac
}}
complete -F _thaw thaw
)",
                     fmt::arg("value_options", BashValueOptions(tree)), fmt::arg("values", values),
                     fmt::arg("options", options), fmt::arg("globals", AllNames(tree.globals)),
                     fmt::arg("names", names), fmt::arg("positionals", positionals));
}

// ---- zsh ----

// Text inside the single quotes of an _arguments spec: brackets and colons are its own.
std::string ZshText(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\'') {
      escaped += "'\\''";
      continue;
    }
    if (c == '[' || c == ']' || c == ':' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string ZshAction(const OptionRow& row) {
  switch (row.kind) {
    case ValueKind::kChoice:
      return fmt::format("({})", fmt::join(row.choices, " "));
    case ValueKind::kPath:
      return "_files";
    case ValueKind::kFolder:
      return "_files -/";
    default:
      return " ";
  }
}

std::string ZshSpecs(const std::vector<OptionRow>& rows, std::string_view indent) {
  std::string specs;
  for (const OptionRow& row : rows) {
    const std::string value = row.kind == ValueKind::kChoice ? "value" : row.value;
    if (row.is_positional()) {
      specs += fmt::format(" \\\n{}'{}:{}:{}'", indent, row.is_repeated ? "*" : "", ZshText(value),
                           ZshAction(row));
      continue;
    }
    for (const std::string& name : row.names) {
      specs += fmt::format(" \\\n{}'({}){}[{}]", indent, Names(row, " "), name, ZshText(row.help));
      if (!row.value.empty()) specs += fmt::format(":{}:{}", ZshText(value), ZshAction(row));
      specs += '\'';
    }
  }
  return specs;
}

std::string ZshScript(const CompletionTree& tree) {
  std::string described;
  std::string arms;
  for (const CommandRows& command : tree.commands) {
    described += fmt::format("    '{}:{}'\n", command.name, ZshText(command.summary));
    arms += fmt::format("    {})\n      _arguments -s -S{}{} && return\n      ;;\n", command.name,
                        ZshSpecs(command.rows, "        "),
                        ZshSpecs(RowsBeside(tree.globals, command.rows), "        "));
  }
  return fmt::format(R"(#compdef thaw
# zsh completion for thaw; written by `thaw completion zsh`.

_thaw() {{
  local curcontext="$curcontext" state line
  typeset -A opt_args
  local -a commands
  commands=(
{described}  )
  _arguments -s -S -C{globals} \
    '1:command:->command' '*::argument:->argument' && return
  case $state in
    command)
      _describe -t commands command commands
      return
      ;;
  esac
  case $words[1] in
{arms}  esac
  return 1
}}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _thaw "$@"
else
  compdef _thaw thaw
fi
)",
                     fmt::arg("described", described),
                     fmt::arg("globals", ZshSpecs(tree.globals, "    ")), fmt::arg("arms", arms));
}

// ---- fish ----

std::string FishQuoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string FishOption(const OptionRow& row, const std::string& condition) {
  std::string line = "complete -c thaw -n " + FishQuoted(condition);
  for (const std::string& name : row.names) {
    line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  switch (row.kind) {
    case ValueKind::kChoice:
      line += fmt::format(" -x -a '{}'", fmt::join(row.choices, " "));
      break;
    case ValueKind::kPath:
      line += " -r -F";
      break;
    case ValueKind::kFolder:
      line += " -x -a '(__fish_complete_directories)'";
      break;
    case ValueKind::kText:
      line += " -x";
      break;
    case ValueKind::kNone:
      break;
  }
  return line + " -d " + FishQuoted(row.help) + "\n";
}

// The first argument decides: files for paths, words for choices.
std::string FishArguments(const CommandRows& command, const std::string& condition) {
  for (const OptionRow& row : command.rows) {
    if (!row.is_positional()) continue;
    const std::string begin = "complete -c thaw -n " + FishQuoted(condition);
    if (row.kind == ValueKind::kChoice) {
      return begin + fmt::format(" -f -a '{}'\n", fmt::join(row.choices, " "));
    }
    return row.kind == ValueKind::kPath ? begin + " -F\n" : "";
  }
  return "";
}

std::string FishScript(const CompletionTree& tree) {
  std::string script =
      "# fish completion for thaw; written by `thaw completion fish`.\n\ncomplete -c thaw -f\n";
  const std::string no_command = "__fish_use_subcommand";
  for (const CommandRows& command : tree.commands) {
    script += fmt::format("complete -c thaw -n {} -a {} -d {}\n", no_command, command.name,
                          FishQuoted(command.summary));
  }
  for (const OptionRow& row : tree.globals) script += FishOption(row, "true");
  for (const CommandRows& command : tree.commands) {
    const std::string condition = "__fish_seen_subcommand_from " + command.name;
    script += FishArguments(command, condition);
    for (const OptionRow& row : command.rows) {
      if (!row.is_positional() && row.names.back() != "--help") {
        script += FishOption(row, condition);
      }
    }
  }
  return script;
}

}  // namespace

CompletionTree CompletionTreeOf(const CommandTree& tree) {
  CompletionTree completions;
  completions.globals = OptionRows(tree.root());
  for (const CommandTree::Node& node : tree.nodes()) {
    const CommandInfo& info = node.command->info();
    completions.commands.push_back(
        {std::string(info.name), std::string(info.summary), OptionRows(*node.app)});
  }
  return completions;
}

std::string CompletionScript(Shell shell, const CompletionTree& tree) {
  switch (shell) {
    case Shell::kBash:
      return BashScript(tree);
    case Shell::kZsh:
      return ZshScript(tree);
    case Shell::kFish:
      break;
  }
  return FishScript(tree);
}

}  // namespace thaw
