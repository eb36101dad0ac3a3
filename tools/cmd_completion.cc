#include "tools/cmd_completion.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <string>

#include "tools/cli/command_tree.h"
#include "tools/cli/completion_script.h"
#include "tools/cli/man_page.h"
#include "tools/cli/option_helpers.h"
#include "tools/print/json_writer.h"

namespace thaw {
namespace {

struct ShellRow {
  std::string_view name;
  Shell shell;
};
constexpr std::array<ShellRow, 3> kShells = {
    {{"bash", Shell::kBash}, {"zsh", Shell::kZsh}, {"fish", Shell::kFish}}};

class CompletionCommand : public Command {
 public:
  const CommandInfo& info() const override {
    static constexpr CommandInfo kInfo = {
        .name = "completion",
        .summary = "print the completion script of a shell, or the man page",
        .description =
            "Prints a script that makes bash, zsh or fish complete commands, options and paths, or "
            "the source of the man page. An installed thaw brings them along; this is for a thaw "
            "that was only built.",
        .examples =
            "source <(thaw completion bash)\n"
            "thaw completion zsh > ~/.zfunc/_thaw\n"
            "thaw completion fish > ~/.config/fish/completions/thaw.fish",
        .finding = "",
    };
    return kInfo;
  }

  void AddOptions(CLI::App& app) override {
    AddArgument(app, "bash|zsh|fish|man", &what_, "the shell, or man for the man page");
  }

  Outcome Run(CommandContext& context) override {
    std::string text;
    if (what_ == "man") {
      text = ManPage(context.tree);
    } else {
      const auto row = std::find_if(kShells.begin(), kShells.end(),
                                    [this](const ShellRow& r) { return r.name == what_; });
      if (row == kShells.end()) {
        return Outcome::Usage(InvalidArgumentError("no completions for the shell '" + what_ + "'")
                                  .WithTfClass(Status::kNoTfClass)
                                  .WithHint("there are some for bash, zsh and fish"));
      }
      text = CompletionScript(row->shell, CompletionTreeOf(context.tree));
    }
    if (context.options.json) {
      JsonWriter json(context.out);
      json.BeginObject();
      json.StringField("schema", "thaw.completion/1");
      json.StringField("text", text);
      json.EndObject();
      json.Finish();
    } else {
      context.out.Write(text);
    }
    return ExitCode::kOk;
  }

 private:
  std::string what_;
};

}  // namespace

std::unique_ptr<Command> MakeCompletionCommand() { return std::make_unique<CompletionCommand>(); }

}  // namespace thaw
