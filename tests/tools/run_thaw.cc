#include "tests/tools/run_thaw.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/temp_folder.h"

namespace thaw {
namespace {

// Files, not pipes, carry the streams: no end can block the other.
ThawRun Run(const std::vector<std::string>& command, const std::string& input) {
  const TempFolder folder;
  const std::string in = folder.Write("in", input);
  const std::string out = folder.Write("out", "");
  const std::string err = folder.Write("err", "");
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);

  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(::open(in.c_str(), O_RDONLY), STDIN_FILENO);
    ::dup2(::open(out.c_str(), O_WRONLY), STDOUT_FILENO);
    ::dup2(::open(err.c_str(), O_WRONLY), STDERR_FILENO);
    ::setenv("THAW", THAW_BINARY, 1);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  ThawRun run;
  run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  run.out = folder.Read("out");
  run.err = folder.Read("err");
  return run;
}

}  // namespace

ThawRun RunThaw(const std::vector<std::string>& arguments, const std::string& input) {
  std::vector<std::string> command = {THAW_BINARY};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return Run(command, input);
}

ThawRun RunShell(const std::string& line, const std::vector<std::string>& parameters) {
  std::vector<std::string> command = {"/bin/bash", "-c", line, "bash"};
  command.insert(command.end(), parameters.begin(), parameters.end());
  return Run(command, "");
}

std::string GoldenCheckpoint(const std::string& name) {
  return std::string(THAW_SOURCE_DIR) + "/tests/golden/" + name;
}

std::string ObjectCheckpoint(const std::string& name) {
  return GoldenCheckpoint("object_graphs/" + name);
}

std::string FoundingCase(const std::string& file) {
  return std::string(THAW_SOURCE_DIR) + "/examples/store_only/" + file;
}

std::string RealCheckpoint(const std::string& name) {
  const char* folder = std::getenv("TENSORTHAW_REAL_CHECKPOINTS");
  return (folder != nullptr ? std::string(folder) : THAW_SOURCE_DIR "/../shared/checkpoints") +
         "/" + name;
}

bool HasRealCheckpoints() { return std::filesystem::exists(RealCheckpoint("")); }

}  // namespace thaw
