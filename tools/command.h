// Command: the interface of one subcommand of `thaw`.
//
// Role in the flow: tools/main.cc lists the commands; tools/cli parses the command line with
// CLI11, calls Run of the chosen one and reports its outcome. A command never prints an error
// itself and never calls exit: it returns an Outcome.
//
// To add a command: tools/cmd_<name>.{h,cc} with a Make<Name>Command() and a row in main.cc. Help,
// man page and completions follow from what AddOptions declares.

#ifndef THAW_TOOLS_COMMAND_H_
#define THAW_TOOLS_COMMAND_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "engine/assign/finding.h"
#include "engine/checkpoint.h"
#include "engine/restore.h"
#include "io/base/status.h"
#include "tools/exit_code.h"

namespace CLI {
class App;
}

namespace thaw {

class CommandTree;
class OutputStream;
class Progress;
class Talk;

enum class ProgressMode { kAuto, kBar, kPlain, kJson, kNone };

// What stands before or after any command.
struct GlobalOptions {
  int threads = 0;  // 0: all that the process may use
  IoMode io = IoMode::kAuto;
  std::uint64_t memory_budget = std::uint64_t{256} << 20;  // bytes
  bool verify = true;
  bool quiet = false;
  bool verbose = false;
  bool json = false;
  ProgressMode progress = ProgressMode::kAuto;
};

// What a command works with. Outlives Run.
struct CommandContext {
  const GlobalOptions& options;
  OutputStream& out;  // stdout: data only; with --json exactly one document
  Talk& talk;         // stderr: notes and warnings for people
  Progress& progress;
  const CancellationToken& cancel;  // set by SIGINT and SIGTERM
  const CommandTree& tree;          // for commands that speak of commands

  OpenOptions open_options() const;
  // Threads, budget, verification, cancellation and the progress display. Call Progress::Finish
  // (through FinishProgress) before writing anything else.
  RestoreOptions restore_options() const;
  void FinishProgress() const;

  // Opens what the person typed and says on stderr what it was taken for.
  Result<Checkpoint> OpenCheckpoint(const std::string& path) const {
    return OpenCheckpoint(path, open_options());
  }
  Result<Checkpoint> OpenCheckpoint(const std::string& path, const OpenOptions& open) const;
};

// How a command ends: an exit code and, where something failed, the error to report.
// An error is reported as text on stderr, or as the one JSON document on stdout; a command that
// returns one must not have written to `out` before.
struct Outcome {
  ExitCode code = ExitCode::kOk;
  Status error;
  // The case that the error is, where it is one that reports know.
  std::optional<FindingCode> finding;

  Outcome() = default;
  Outcome(ExitCode exit_code) : code(exit_code) {}  // NOLINT: commands return a plain code
  // NOLINTNEXTLINE: THAW_RETURN_IF_ERROR returns a Status
  Outcome(Status status) : code(ExitCodeFor(status)), error(std::move(status)) {}
  Outcome(ExitCode exit_code, Status status, std::optional<FindingCode> finding_code = {})
      : code(exit_code), error(std::move(status)), finding(finding_code) {}

  // The person typed something impossible, or gave a malformed model, map or job file.
  static Outcome Usage(Status status) { return {ExitCode::kUsage, std::move(status)}; }
  static Outcome Usage(std::string what, std::string_view hint) {
    return Usage(
        InvalidArgumentError(std::move(what)).WithTfClass(Status::kNoTfClass).WithHint(hint));
  }
};

// The words about a command that its options do not say; for help and man page.
struct CommandInfo {
  std::string_view name;
  std::string_view summary;      // one line, a verb first, no full stop
  std::string_view description;  // a paragraph
  std::string_view examples;     // lines of "command line" or "# what it does"
  std::string_view finding;      // what exit code 1 means here; empty: never
};

class Command {
 public:
  virtual ~Command() = default;
  Command() = default;
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  virtual const CommandInfo& info() const = 0;

  // Declares arguments and options on `app`, with the helpers of tools/cli/option_helpers.h.
  // CLI11 writes their values into the command's members before Run.
  virtual void AddOptions(CLI::App& app) = 0;

  // Checks what CLI11 cannot, and does the work.
  virtual Outcome Run(CommandContext& context) = 0;
};

}  // namespace thaw

#endif  // THAW_TOOLS_COMMAND_H_
