#include "tools/cli/command_line.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <exception>
#include <new>
#include <string_view>

#include "tools/cli/argument_escape.h"
#include "tools/cli/help_text.h"
#include "tools/cli/signals.h"
#include "tools/cli/usage_error.h"
#include "tools/print/error_output.h"
#include "tools/print/output_stream.h"
#include "tools/print/progress.h"
#include "tools/print/talk.h"

namespace thaw {
namespace {

// The exit code, with SIGTERM told from SIGINT.
int NumberOf(ExitCode code) {
  if (code == ExitCode::kInterrupted && CaughtSignal() == SIGTERM) code = ExitCode::kTerminated;
  return static_cast<int>(code);
}

int Finish(const Outcome& outcome, bool as_json, OutputStream& out, const Talk& talk) {
  if (!outcome.error.ok()) {
    if (as_json) {
      WriteErrorDocument(outcome.error, outcome.finding, out);
    } else {
      talk.Error(outcome.error);
    }
  }
  if (const Status flushed = out.Flush(); !flushed.ok()) {
    // Nothing is lost that anybody waits for when the reader has left.
    if (!out.is_reader_gone()) talk.Error(flushed);
    return NumberOf(ExitCodeFor(flushed));
  }
  return NumberOf(outcome.code);
}

Outcome RunCommand(const CommandTree& tree, OutputStream& out, Talk& talk,
                   const CancellationToken& cancel) {
  const GlobalOptions options = tree.globals();
  const ProgressMode mode = options.quiet ? ProgressMode::kNone : options.progress;
  Progress progress(STDERR_FILENO, mode);
  CommandContext context{options, out, talk, progress, cancel, tree};
  Outcome outcome;
  try {
    outcome = tree.chosen()->command->Run(context);
  } catch (const std::bad_alloc&) {
    outcome = ResourceExhaustedError("out of memory");
  } catch (const std::exception& error) {
    outcome = InternalError(error.what());
  }
  progress.Finish();
  return outcome;
}

Talk::Level LevelOf(const GlobalOptions& options) {
  if (options.quiet) return Talk::Level::kQuiet;
  return options.verbose ? Talk::Level::kVerbose : Talk::Level::kNormal;
}

// --json counts even where the rest of the command line is wrong.
bool AsksForJson(const std::vector<std::string>& arguments) {
  return std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
}

}  // namespace

int RunCommandLine(const CommandList& commands, int argc, const char* const* argv) {
  const CancellationToken& cancel = InstallSignalHandlers();
  OutputStream out(STDOUT_FILENO, &cancel);
  CommandTree tree(commands);
  std::vector<std::string> arguments = EscapeArguments(argc, argv);
  const bool as_json = AsksForJson(arguments);
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
  Talk plain_talk(STDERR_FILENO, Talk::Level::kNormal);
  try {
    tree.root().parse(arguments);
  } catch (const CLI::CallForVersion&) {
    out.Write(tree.root().version() + "\n");
    return Finish(ExitCode::kOk, false, out, plain_talk);
  } catch (const CLI::CallForHelp&) {
    const CommandTree::Node* node = tree.chosen();
    out.Write(node == nullptr ? HelpText(tree) : HelpText(tree, *node));
    return Finish(ExitCode::kOk, false, out, plain_talk);
  } catch (const CLI::ParseError& error) {
    return Finish(Outcome::Usage(UsageError(tree, error)), as_json, out, plain_talk);
  }

  Talk talk(STDERR_FILENO, LevelOf(tree.globals()));
  const Outcome outcome = RunCommand(tree, out, talk, cancel);
  return Finish(outcome, tree.globals().json, out, talk);
}

}  // namespace thaw
