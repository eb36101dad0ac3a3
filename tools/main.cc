// thaw: THE list of commands.
//
// Role in the flow: the program. To add a command, write tools/cmd_<name> and add a row here; help,
// man page and completions follow.

#include "tools/cli/command_line.h"
#include "tools/cli/signals.h"
#include "tools/cmd_bench.h"
#include "tools/cmd_completion.h"
#include "tools/cmd_explain.h"
#include "tools/cmd_ls.h"
#include "tools/cmd_restore.h"
#include "tools/cmd_show.h"
#include "tools/cmd_suggest.h"
#include "tools/cmd_verify.h"

namespace {

thaw::CommandList AllCommands() {
  thaw::CommandList commands;
  commands.push_back(thaw::MakeLsCommand());
  commands.push_back(thaw::MakeShowCommand());
  commands.push_back(thaw::MakeVerifyCommand());
  commands.push_back(thaw::MakeExplainCommand());
  commands.push_back(thaw::MakeSuggestCommand());
  commands.push_back(thaw::MakeRestoreCommand());
  commands.push_back(thaw::MakeBenchCommand());
  commands.push_back(thaw::MakeCompletionCommand());
  return commands;
}

}  // namespace

int main(int argc, char** argv) {
  thaw::OpenStandardStreams();
  return thaw::RunCommandLine(AllCommands(), argc, argv);
}
