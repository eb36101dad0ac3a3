#include "io/checkpoint/checkpoint_path.h"

#include <optional>
#include <utility>

#include "io/checkpoint/checkpoint_path_hints.h"
#include "io/checkpoint/checkpoint_state.h"
#include "io/checkpoint/file_content.h"

namespace thaw {
namespace {

std::string Quoted(const std::string& path) { return "'" + path + "'"; }

std::string WithSlash(const std::string& directory) {
  return directory.ends_with('/') ? directory : directory + "/";
}

std::string WithoutSlashes(const std::string& path) {
  return path.substr(0, path.find_last_not_of('/') + 1);
}

class PathResolver {
 public:
  PathResolver(const Storage& storage, std::span<const PathForm> forms)
      : storage_(storage), forms_(forms) {}

  Result<CheckpointPath> Resolve(const std::string& typed) const {
    THAW_ASSIGN_OR_RETURN(const PathKind kind, storage_.Kind(typed));
    if (kind == PathKind::kDirectory) return ResolveDirectory(typed);
    THAW_ASSIGN_OR_RETURN(std::optional<CheckpointPath> found, Recognise(typed));
    if (found) return std::move(*found);
    if (kind == PathKind::kFile) return ResolveFile(typed);
    return NotFoundError("no checkpoint there")
        .WithFile(typed)
        .WithHint(HintForMissingPath(storage_, typed));
  }

 private:
  using MaybePath = std::optional<CheckpointPath>;

  // The first format that knows `path`.
  Result<MaybePath> Recognise(const std::string& path) const {
    for (const PathForm& form : forms_) {
      THAW_ASSIGN_OR_RETURN(std::optional<RecognisedPath> found, form.recognise(storage_, path));
      if (found) {
        return MaybePath(
            CheckpointPath{form.format, std::move(found->prefix), std::move(found->taken_for)});
      }
    }
    return MaybePath();
  }

  // The same for a path that nobody typed.
  Result<MaybePath> RecogniseAs(const std::string& path, const std::string& taken_for) const {
    THAW_ASSIGN_OR_RETURN(MaybePath found, Recognise(path));
    if (found) found->taken_for = taken_for + " " + Quoted(found->prefix);
    return found;
  }

  Result<CheckpointPath> ResolveDirectory(const std::string& directory) const {
    THAW_ASSIGN_OR_RETURN(const FoundCheckpointState found,
                          ReadCheckpointState(storage_, directory));
    const std::string inside = WithSlash(directory);
    if (found.state) {
      return ResolveState(directory, inside + std::string(kCheckpointStateName), *found.state);
    }
    const std::pair<std::string, std::string> places[] = {
        {inside + "variables/variables", " is a SavedModel; its variables are"},
        {inside + "variables", " is a SavedModel's folder of variables, with the prefix"},
        {inside, " holds a checkpoint without a base name, with the prefix"},
        {WithoutSlashes(directory), " is a directory, but there is a prefix of the same name,"},
        {inside + "model.safetensors", " holds the model"},
        {inside + "model.safetensors.index.json", " holds the model"},
    };
    for (const auto& [path, reason] : places) {
      THAW_ASSIGN_OR_RETURN(MaybePath here, RecogniseAs(path, Quoted(directory) + reason));
      if (here) return std::move(*here);
    }
    const std::string what = found.warning.empty()
                                 ? "no checkpoint state file in this directory"
                                 : "the checkpoint state file is malformed: " + found.warning;
    return NotFoundError(what)
        .WithFile(directory)
        .WithHint(HintForDirectory(storage_, directory))
        .WithTfClass("ValueError");
  }

  // `path` is a file that no format knows: a state file, or no checkpoint at all.
  Result<CheckpointPath> ResolveFile(const std::string& path) const {
    const std::size_t name = path.rfind('/') + 1;
    const std::string directory = path.substr(0, name);
    THAW_ASSIGN_OR_RETURN(const FileContent content, IdentifyFileContent(storage_, path));
    THAW_RETURN_IF_ERROR(CheckNotForeign(content, path));
    if (content == FileContent::kEmpty) {
      return DataLossError("the file is empty, not a checkpoint").WithFile(path);
    }
    THAW_ASSIGN_OR_RETURN(const FoundCheckpointState found,
                          ReadCheckpointState(storage_, directory, path.substr(name)));
    if (found.state) return ResolveState(directory, path, *found.state);
    const bool has_state_name = path.substr(name) == kCheckpointStateName;
    return NotFoundError(has_state_name ? "the checkpoint state file is malformed: " + found.warning
                                        : "not a checkpoint, and no checkpoint state file either")
        .WithFile(path)
        .WithHint(HintForMissingPath(storage_, path))
        .WithTfClass("DataLossError");
  }

  Result<CheckpointPath> ResolveState(const std::string& directory, const std::string& state_file,
                                      const CheckpointState& state) const {
    const std::string& target = state.model_checkpoint_path;
    THAW_ASSIGN_OR_RETURN(MaybePath found,
                          RecogniseAs(target, Quoted(state_file) + " says that the latest is"));
    if (found) return std::move(*found);
    return NotFoundError("the checkpoint state file names " + Quoted(target) +
                         " as the latest checkpoint, which is not there")
        .WithFile(state_file)
        .WithHint(HintForMovedCheckpoint(storage_, directory, target))
        .WithTfClass("ValueError");
  }

  const Storage& storage_;
  std::span<const PathForm> forms_;
};

}  // namespace

Result<CheckpointPath> ResolveCheckpointPath(const Storage& storage, const std::string& typed,
                                             std::span<const PathForm> forms) {
  if (typed.empty()) return InvalidArgumentError("an empty path names no checkpoint");
  return PathResolver(storage, forms).Resolve(typed);
}

}  // namespace thaw
