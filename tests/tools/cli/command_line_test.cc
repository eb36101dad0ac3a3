// The command line as a whole: options, help, errors, streams and signals.

#include "tools/cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_folder.h"
#include "tests/tools/run_thaw.h"

namespace thaw {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const char* const kCommands[] = {"ls",      "show",  "verify",    "explain",
                                 "restore", "bench", "completion"};

TEST(CommandLineTest, VersionAndHelp) {
  const ThawRun version = RunThaw({"--version"});
  const ThawRun help = RunThaw({"--help"});

  EXPECT_EQ(version.exit_code, 0);
  EXPECT_EQ(version.out, "thaw " THAW_VERSION "\n");
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, AllOf(HasSubstr("Examples:"), HasSubstr("Exit codes:")));
  for (const char* command : kCommands) EXPECT_THAT(help.out, HasSubstr(command));
}

TEST(CommandLineTest, EachCommandHasAnExampleAndItsExitCodes) {
  for (const char* command : kCommands) {
    for (const char* flag : {"--help", "-h"}) {
      const ThawRun run = RunThaw({command, flag});

      EXPECT_EQ(run.exit_code, 0) << command;
      EXPECT_THAT(run.out,
                  AllOf(StartsWith(std::string("Usage: thaw ") + command), HasSubstr("Examples:"),
                        HasSubstr("Exit codes:"), HasSubstr("  130  interrupted"),
                        HasSubstr("--memory-budget SIZE")));
      EXPECT_EQ(run.err, "");
    }
  }
}

TEST(CommandLineTest, HelpNamesAnOptionOnce) {
  const std::string help = RunThaw({"bench", "--help"}).out;

  EXPECT_EQ(help.find("--threads N"), help.rfind("--threads N"));
  EXPECT_THAT(help, HasSubstr("--threads N,N"));
}

TEST(CommandLineTest, GlobalOptionsStandBeforeAndAfterTheCommand) {
  const std::string checkpoint = FoundingCase("model-0");

  const ThawRun before = RunThaw({"--json", "--threads", "2", "--io=pread", "ls", checkpoint});
  const ThawRun after = RunThaw({"ls", checkpoint, "--json", "--threads=2", "--io", "pread"});
  const ThawRun between = RunThaw({"ls", "--json", checkpoint, "--memory-budget", "1GiB", "-q"});

  EXPECT_EQ(before.exit_code, 0) << before.err;
  EXPECT_EQ(before.out, after.out);
  EXPECT_EQ(before.out, between.out);
}

TEST(CommandLineTest, TheLastOfARepeatedGlobalOptionCounts) {
  EXPECT_EQ(RunThaw({"--io", "direct", "ls", FoundingCase("model-0"), "--io", "mmap"}).exit_code,
            0);
}

struct UsageCase {
  std::vector<std::string> arguments;
  const char* message;
  const char* hint;
};

TEST(CommandLineTest, UsageErrorsSayWhatWasMeant) {
  const std::string checkpoint = FoundingCase("model-0");
  const UsageCase cases[] = {
      {{}, "no command", "--help"},
      {{"lss", checkpoint}, "'lss'", "'ls'"},
      {{"vrify", checkpoint, "--json"}, "", ""},
      {{"ls", checkpoint, "--thread", "2"}, "'--thread'", "'--threads'"},
      {{"ls", checkpoint, "--patern"}, "'--patern'", "'--pattern'"},
      {{"ls"}, "CKPT", "usage: thaw ls"},
      {{"show", checkpoint}, "NAME", "usage: thaw show"},
      {{"show", checkpoint, "foo", "bar"}, "'bar'", "usage: thaw show"},
      {{"ls", checkpoint, "--threads", "x"}, "'x'", "thaw ls --help"},
      {{"ls", checkpoint, "--threads", "-1"}, "'-1'", "thaw ls --help"},
      {{"ls", checkpoint, "--io", "tape"}, "auto, mmap, pread, direct", ""},
      {{"ls", checkpoint, "--memory-budget", "much"}, "'much'", ""},
      {{"ls", checkpoint, "--memory-budget"}, "--memory-budget", ""},
      {{"ls", checkpoint, "--trace", "f"}, "'--trace'", ""},
      {{"ls", checkpoint, "--tree", "--pattern"}, "--pattern", ""},
      {{"completion", "tcsh"}, "'tcsh'", "bash, zsh and fish"},
  };
  for (const UsageCase& usage : cases) {
    const ThawRun run = RunThaw(usage.arguments);
    const bool as_json = !usage.arguments.empty() && usage.arguments.back() == "--json";

    EXPECT_EQ(run.exit_code, 2) << testing::PrintToString(usage.arguments) << run.err;
    if (as_json) {
      EXPECT_EQ(run.json()["error"]["code"], "INVALID_ARGUMENT");
      EXPECT_EQ(run.json()["error"]["hint"], "did you mean 'verify'?");
      continue;
    }
    EXPECT_EQ(run.out, "");
    EXPECT_THAT(run.err, AllOf(StartsWith("thaw: error: "), HasSubstr(usage.message),
                               HasSubstr("\nthaw: hint: "), HasSubstr(usage.hint)))
        << testing::PrintToString(usage.arguments);
  }
}

TEST(CommandLineTest, AfterTwoDashesNothingIsAnOption) {
  const TempFolder folder;
  const ThawRun copied = RunShell(
      "cd \"$2\" && cp \"$1.index\" ./--json.index && "
      "cp \"$1.data-00000-of-00001\" ./--json.data-00000-of-00001 && \"$THAW\" ls -- --json 'f*'",
      {FoundingCase("model-0"), folder.path()});

  EXPECT_EQ(copied.exit_code, 0) << copied.err;
  EXPECT_THAT(copied.out, AllOf(HasSubstr("foo"), Not(HasSubstr("bar")), Not(HasSubstr("schema"))));
}

TEST(CommandLineTest, ArgumentsThatLookSpecialArePlainWords) {
  // "++" and brackets mean something to the parser underneath.
  EXPECT_EQ(RunThaw({"show", FoundingCase("model-0"), "++"}).exit_code, 3);
  EXPECT_THAT(RunThaw({"ls", FoundingCase("model-0"), "[a-c]ar", "[x]"}).out, HasSubstr("bar"));
  EXPECT_EQ(RunThaw({"ls", "ls"}).exit_code, 3);
  EXPECT_EQ(RunThaw({"ls", ""}).exit_code, 3);
}

TEST(CommandLineTest, ErrorsAreOneDocument) {
  const ThawRun run = RunThaw({"ls", "/nowhere/model", "--json"});

  EXPECT_EQ(run.exit_code, 3);
  EXPECT_EQ(run.json()["schema"], "thaw.error/1");
  EXPECT_EQ(run.json()["error"]["code"], "NOT_FOUND");
  EXPECT_EQ(run.err, "");
}

TEST(CommandLineTest, ErrorsHaveAHintOnTheSecondLine) {
  THAW_SKIP_WITHOUT_REAL_CHECKPOINTS();
  const ThawRun run = RunThaw({"ls", RealCheckpoint("git_lfs_pointer/variables")});

  EXPECT_EQ(run.exit_code, 3);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, AllOf(StartsWith("thaw: error: "), HasSubstr("Git LFS pointer"),
                             HasSubstr("\nthaw: hint: ")));
}

TEST(CommandLineTest, PermissionDeniedIsAnInputError) {
  const TempFolder folder;
  const ThawRun run = RunShell(
      "cd \"$2\" && cp \"$1\".* . && chmod 0 model-0.index && chmod 755 . && "
      "if [ \"$(id -u)\" = 0 ]; then setpriv --reuid 65534 \"$THAW\" ls \"$2/model-0\" --json; "
      "else \"$THAW\" ls model-0 --json; fi",
      {FoundingCase("model-0"), folder.path()});
  if (run.exit_code == 127 || run.exit_code == 1) GTEST_SKIP() << "setpriv: " << run.err;

  EXPECT_EQ(run.exit_code, 5) << run.out << run.err;
}

TEST(CommandLineTest, FullDiskIsAnOutputError) {
  const ThawRun run = RunShell("\"$THAW\" ls \"$1\" > /dev/full", {FoundingCase("model-0")});

  EXPECT_EQ(run.exit_code, 5);
  EXPECT_THAT(run.err, HasSubstr("standard output"));
}

TEST(CommandLineTest, ClosedStandardOutputIsAnOutputError) {
  const ThawRun run = RunShell("\"$THAW\" ls \"$1\" >&-", {FoundingCase("model-0")});

  EXPECT_EQ(run.exit_code, 5);
  EXPECT_THAT(run.err, HasSubstr("standard output"));
}

TEST(CommandLineTest, ReaderThatWentAwayIsNoSignal) {
  const ThawRun run = RunShell("(sleep 0.2; \"$THAW\" ls \"$1\") | true; echo ${PIPESTATUS[0]}",
                               {FoundingCase("model-0")});

  EXPECT_EQ(run.out, "5\n");
  EXPECT_EQ(run.err, "");
}

// A model that is a pipe nobody writes into keeps the program in a blocking read.
ThawRun SignalWhileWaiting(const std::string& kill_commands) {
  const TempFolder folder;
  // Job control: without it a shell starts its background jobs with SIGINT ignored.
  return RunShell(
      "set -m; mkfifo \"$2/model\"; exec 3<>\"$2/model\"; "
      "\"$THAW\" explain \"$1\" --model \"$2/model\" --map x --json & pid=$!; "
      "sleep 0.5; " +
          kill_commands + "; wait $pid; echo $?",
      {FoundingCase("model-0"), folder.path()});
}

TEST(CommandLineTest, SignalsEndWithTheirCodes) {
  const ThawRun interrupted = SignalWhileWaiting("kill -INT $pid");
  const ThawRun terminated = SignalWhileWaiting("kill -TERM $pid");

  EXPECT_THAT(interrupted.out, AllOf(HasSubstr("CANCELLED"), testing::EndsWith("\n130\n")));
  EXPECT_THAT(terminated.out, AllOf(HasSubstr("CANCELLED"), testing::EndsWith("\n143\n")));
}

}  // namespace
}  // namespace thaw
