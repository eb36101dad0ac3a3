#include "tools/cli/completion_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_folder.h"
#include "tests/tools/run_thaw.h"

namespace thaw {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

bool HasProgram(const std::string& name) {
  return RunShell("command -v \"$1\"", {name}).exit_code == 0;
}

// What bash offers for `line` with the cursor at its end; one word a line, sorted.
std::string BashOffers(const std::string& line, const std::string& folder = "/") {
  return RunShell(
             "cd \"$2\"; source <(\"$THAW\" completion bash); COMP_LINE=$1 COMP_POINT=${#1}; "
             "read -ra COMP_WORDS <<< \"$1\"; [[ $1 == *' ' ]] && COMP_WORDS+=(''); "
             "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _thaw; printf '%s\\n' \"${COMPREPLY[@]}\" | "
             "sort",
             {line, folder})
      .out;
}

TEST(CompletionScriptTest, ShellsAcceptTheirScripts) {
  const struct {
    const char* shell;
    const char* check;
  } shells[] = {{"bash", "\"$THAW\" completion bash | bash -n"},
                {"zsh", "\"$THAW\" completion zsh > \"$1/_thaw\" && zsh -n \"$1/_thaw\""},
                {"fish", "\"$THAW\" completion fish | fish -n"}};
  for (const auto& [shell, check] : shells) {
    if (!HasProgram(shell)) continue;
    const TempFolder folder;

    const ThawRun run = RunShell(std::string("set -o pipefail; ") + check, {folder.path()});

    EXPECT_EQ(run.exit_code, 0) << shell << run.err;
    EXPECT_EQ(run.err, "") << shell;
  }
}

TEST(CompletionScriptTest, BashCompletesCommands) {
  EXPECT_EQ(BashOffers("thaw re"), "restore\n");
  EXPECT_EQ(BashOffers("thaw --threads 2 ex"), "explain\n");
  EXPECT_THAT(BashOffers("thaw "), AllOf(HasSubstr("ls\n"), HasSubstr("verify\n")));
}

TEST(CompletionScriptTest, BashCompletesOptionsAndTheirValues) {
  EXPECT_EQ(BashOffers("thaw restore model --sa"), "--saver\n");
  EXPECT_THAT(BashOffers("thaw ls --"),
              AllOf(HasSubstr("--tree\n"), HasSubstr("--json\n"), Not(HasSubstr("--saver"))));
  EXPECT_EQ(BashOffers("thaw ls --io d"), "direct\n");
  EXPECT_EQ(BashOffers("thaw completion z"), "zsh\n");
}

TEST(CompletionScriptTest, BashCompletesPaths) {
  const TempFolder folder;
  folder.Write("model with spaces.index", "");
  folder.Write("model.json", "");

  EXPECT_EQ(BashOffers("thaw ls mod", folder.path()), "model with spaces.index\nmodel.json\n");
  EXPECT_EQ(BashOffers("thaw restore m --model model.j", folder.path()), "model.json\n");
}

TEST(CompletionScriptTest, FishCompletesCommandsAndOptions) {
  if (!HasProgram("fish")) GTEST_SKIP() << "fish is not installed";
  const auto offers = [](const std::string& line) {
    return RunShell(
               "\"$THAW\" completion fish > /dev/null; "
               "fish -c 'eval $argv[1] completion fish | source; complete -C $argv[2]' "
               "\"$THAW\" \"$1\"",
               {line})
        .out;
  };

  EXPECT_THAT(offers("thaw re"), HasSubstr("restore"));
  EXPECT_THAT(offers("thaw ls --tr"), HasSubstr("--tree"));
  EXPECT_THAT(offers("thaw ls --io d"), HasSubstr("direct"));
}

TEST(ManPageTest, HasEveryOptionOfEveryCommand) {
  const std::string page = RunThaw({"completion", "man"}).out;
  for (const char* command : {"ls", "show", "verify", "explain", "restore", "bench"}) {
    EXPECT_THAT(page, HasSubstr(std::string(".Ss thaw ") + command + "\n"));
    // Every "--word" of the help text is an option of the page.
    const std::string help = RunThaw({command, "--help"}).out;
    for (std::size_t at = help.find("  --"); at != std::string::npos;
         at = help.find("  --", at + 1)) {
      const std::size_t begin = at + 4;
      std::string name = help.substr(begin, help.find_first_of(" \n,", begin) - begin);
      for (std::size_t dash = name.find('-'); dash != std::string::npos;
           dash = name.find('-', dash + 2)) {
        name.insert(dash, 1, '\\');
      }
      EXPECT_THAT(page, HasSubstr("Fl \\-" + name)) << command;
    }
  }
}

TEST(ManPageTest, MandocHasNothingToSay) {
  if (!HasProgram("mandoc")) GTEST_SKIP() << "mandoc is not installed";

  const ThawRun run = RunShell("\"$THAW\" completion man | mandoc -T lint -W style");

  EXPECT_EQ(run.exit_code, 0);
  EXPECT_EQ(run.out, "");
}

}  // namespace
}  // namespace thaw
