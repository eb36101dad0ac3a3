#include "tools/report/program_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>

#include "engine/assign/map_file.h"
#include "engine/variables/model_file.h"

namespace thaw {
namespace {

constexpr std::size_t kMaxTextBytes = std::size_t{256} << 20;

Result<std::string> ReadAll(int fd, const std::string& name) {
  std::string text;
  std::array<char, 65536> buffer;
  while (true) {
    const ssize_t length = ::read(fd, buffer.data(), buffer.size());
    if (length == 0) return text;
    if (length < 0) {
      if (errno == EINTR) return CancelledError("interrupted while reading").WithFile(name);
      return ErrnoError(errno, "cannot read").WithFile(name).WithTfClass(Status::kNoTfClass);
    }
    text.append(buffer.data(), static_cast<std::size_t>(length));
    if (text.size() > kMaxTextBytes) {
      return ResourceExhaustedError("larger than 256 MiB")
          .WithFile(name)
          .WithTfClass(Status::kNoTfClass);
    }
  }
}

}  // namespace

Result<std::string> ReadTextFile(const std::string& path) {
  if (path == "-") return ReadAll(STDIN_FILENO, "standard input");
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return ErrnoError(errno, "cannot open").WithFile(path).WithTfClass(Status::kNoTfClass);
  }
  Result<std::string> text = ReadAll(fd, path);
  ::close(fd);
  return text;
}

CLI::Option* AddModelOption(CLI::App& app, std::string* path) {
  return AddTextOption(app, "--model", "FILE", path,
                       "the variables of the program, as JSON; - for standard input")
      ->required();
}

CLI::Option* AddMapOption(CLI::App& app, std::string* path) {
  return AddTextOption(app, "--map", "FILE", path,
                       "the assignment map, as JSON; - for standard input");
}

Outcome LoadProgram(const std::string& model_path, const std::string& map_path, Program* program) {
  if (model_path == "-" && map_path == "-") {
    return Outcome::Usage(InvalidArgumentError("model and map cannot both be standard input")
                              .WithTfClass(Status::kNoTfClass));
  }
  THAW_ASSIGN_OR_RETURN(const std::string model_text, ReadTextFile(model_path));
  Result<VariableStore> store = ParseModel(model_text, model_path);
  if (!store.ok()) return Outcome::Usage(store.status());
  program->store = std::move(*store);
  if (map_path.empty()) return ExitCode::kOk;

  THAW_ASSIGN_OR_RETURN(const std::string map_text, ReadTextFile(map_path));
  Result<AssignmentMap> map = ParseMap(map_text, map_path, program->store);
  if (!map.ok()) return Outcome::Usage(map.status());
  program->map = std::move(*map);
  return ExitCode::kOk;
}

Outcome OpenProgramCheckpoint(const CommandContext& context, const std::string& path,
                              std::optional<Checkpoint>* checkpoint) {
  Result<Checkpoint> opened = context.OpenCheckpoint(path);
  if (opened.ok()) {
    *checkpoint = std::move(*opened);
    return ExitCode::kOk;
  }
  Outcome outcome(opened.status());
  // Where TensorFlow finds no file it raises NotFoundError; where it finds no state, ValueError.
  if (opened.status().code() == StatusCode::kNotFound &&
      opened.status().tf_class() == "ValueError" && !path.empty()) {
    outcome.finding = FindingCode::kNoCheckpointState;
  }
  return outcome;
}

}  // namespace thaw
