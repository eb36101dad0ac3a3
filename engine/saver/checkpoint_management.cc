#include "engine/saver/checkpoint_management.h"

#include <algorithm>
#include <utility>

#include "io/base/file_path.h"
#include "io/checkpoint/checkpoint_path_hints.h"
#include "io/storage/local_files.h"
#include "io/storage/path_glob.h"
#include "io/storage_backends.h"

namespace thaw {
namespace {

constexpr std::string_view kIndexSuffix = ".index";
// (In parts: the whole would hold trigraphs.)
constexpr std::string_view kDataPattern =
    ".data-?????"
    "-of-?????";

// What "P.index" or else "P" names; empty when nothing is there.
Result<std::vector<std::string>> FilesOfPrefix(const std::string& prefix) {
  THAW_ASSIGN_OR_RETURN(const StoragePath place, FindStorage(prefix));
  THAW_ASSIGN_OR_RETURN(std::vector<std::string> paths,
                        MatchingPaths(*place.storage, place.path, kIndexSuffix));
  if (!paths.empty()) return paths;
  return MatchingPaths(*place.storage, place.path);
}

Status RemoveMatching(const std::string& prefix, std::string_view pattern) {
  THAW_ASSIGN_OR_RETURN(const StoragePath place, FindStorage(prefix));
  THAW_ASSIGN_OR_RETURN(const std::vector<std::string> paths,
                        MatchingPaths(*place.storage, place.path, pattern));
  for (const std::string& path : paths) THAW_RETURN_IF_ERROR(RemoveFile(path));
  return Status();
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// `prefix` without the "-00001-of-00002" or "-?????-of-00002" of V1 files in shards.
std::string WithoutShardNumbers(const std::string& prefix) {
  constexpr std::string_view kOf = "-of-";
  const std::size_t of = prefix.rfind(kOf);
  if (of == std::string::npos || of + kOf.size() == prefix.size()) return prefix;
  if (!std::all_of(prefix.begin() + static_cast<std::ptrdiff_t>(of + kOf.size()), prefix.end(),
                   IsDigit)) {
    return prefix;
  }
  std::size_t start = of;
  while (start > 0 && (IsDigit(prefix[start - 1]) || prefix[start - 1] == '?')) --start;
  if (start == of || start == 0 || prefix[start - 1] != '-') return prefix;
  return prefix.substr(0, start - 1);
}

// checkpoint_management.py: generate_checkpoint_state_proto, before that
// update_checkpoint_state_internal.
Result<CheckpointState> MakeState(const std::string& directory, StateUpdate& update) {
  std::vector<std::string>& paths = update.all_model_checkpoint_paths;
  const std::string latest = update.model_checkpoint_path;
  if (paths.empty() || paths.back() != latest) paths.push_back(latest);
  if (!update.all_model_checkpoint_timestamps.empty() &&
      update.all_model_checkpoint_timestamps.size() != paths.size()) {
    return InvalidArgumentError(
               "Checkpoint timestamps, if provided, must match checkpoint paths: " +
               std::to_string(update.all_model_checkpoint_timestamps.size()) + " timestamps for " +
               std::to_string(paths.size()) + " paths, the latest included")
        .WithTfClass("ValueError");
  }
  THAW_ASSIGN_OR_RETURN(const std::string here, WorkingDirectory());
  const auto make_relative = [&](std::string* path) {
    if (update.save_relative_paths && IsAbsolutePath(*path)) {
      THAW_ASSIGN_OR_RETURN(*path, RelativePath(*path, directory, here));
    }
    if (!IsAbsolutePath(directory) && !IsAbsolutePath(*path)) {
      THAW_ASSIGN_OR_RETURN(*path, RelativePath(*path, directory, here));
    }
    return Status();
  };
  CheckpointState state;
  state.model_checkpoint_path = latest;
  THAW_RETURN_IF_ERROR(make_relative(&state.model_checkpoint_path));
  for (std::string& path : paths) THAW_RETURN_IF_ERROR(make_relative(&path));
  state.all_model_checkpoint_paths = std::move(paths);
  state.all_model_checkpoint_timestamps = std::move(update.all_model_checkpoint_timestamps);
  state.last_preserved_timestamp = update.last_preserved_timestamp;
  return state;
}

}  // namespace

Result<FoundCheckpointState> GetCheckpointState(const std::string& directory,
                                                const std::string& file_name) {
  THAW_ASSIGN_OR_RETURN(const StoragePath place, FindStorage(directory));
  return ReadCheckpointState(*place.storage, place.path, file_name);
}

Result<bool> CheckpointExists(const std::string& prefix) {
  THAW_ASSIGN_OR_RETURN(const std::vector<std::string> files, FilesOfPrefix(prefix));
  return !files.empty();
}

Result<LatestCheckpoint> FindLatestCheckpoint(const std::string& directory,
                                              const std::string& file_name) {
  THAW_ASSIGN_OR_RETURN(FoundCheckpointState found, GetCheckpointState(directory, file_name));
  LatestCheckpoint latest;
  latest.warning = std::move(found.warning);
  if (!found.state) return latest;
  const std::string& prefix = found.state->model_checkpoint_path;
  THAW_ASSIGN_OR_RETURN(const bool exists, CheckpointExists(prefix));
  if (exists) {
    latest.prefix = prefix;
  } else {
    latest.warning = "the state file of '" + directory + "' names '" + prefix +
                     "' as the latest checkpoint, which is not there";
  }
  return latest;
}

Result<std::string> PrefixOfPathOrDirectory(const std::string& path) {
  THAW_ASSIGN_OR_RETURN(const StoragePath place, FindStorage(path));
  THAW_ASSIGN_OR_RETURN(const PathKind kind, place.storage->Kind(place.path));
  if (kind != PathKind::kDirectory) return path;
  THAW_ASSIGN_OR_RETURN(LatestCheckpoint latest, FindLatestCheckpoint(path));
  if (latest.prefix) return std::move(*latest.prefix);
  const Status status =
      NotFoundError("Couldn't find 'checkpoint' file or checkpoints in given directory " + path)
          .WithTfClass("ValueError");
  return status.WithHint(latest.warning.empty() ? HintForDirectory(*place.storage, place.path)
                                                : latest.warning);
}

Result<std::vector<double>> CheckpointTimes(std::span<const std::string> prefixes) {
  std::vector<double> times;
  for (const std::string& prefix : prefixes) {
    THAW_ASSIGN_OR_RETURN(const std::vector<std::string> files, FilesOfPrefix(prefix));
    if (files.empty()) continue;
    THAW_ASSIGN_OR_RETURN(const std::int64_t seconds, ModificationTime(files.front()));
    times.push_back(static_cast<double>(seconds));
  }
  return times;
}

Status RemoveCheckpoint(const std::string& prefix, SaverVersion version,
                        const std::string& meta_graph_suffix) {
  THAW_RETURN_IF_ERROR(RemoveMatching(WithoutShardNumbers(prefix), "." + meta_graph_suffix));
  return RemoveCheckpointData(prefix, version);
}

Status RemoveCheckpointData(const std::string& prefix, SaverVersion version) {
  if (version == SaverVersion::kV1) return RemoveMatching(prefix, "");
  THAW_RETURN_IF_ERROR(RemoveMatching(prefix, kIndexSuffix));
  return RemoveMatching(prefix, kDataPattern);
}

Status UpdateCheckpointState(const std::string& directory, StateUpdate update) {
  const std::string path = JoinPath(directory, update.file_name);
  const std::string latest = update.model_checkpoint_path;
  THAW_ASSIGN_OR_RETURN(const CheckpointState state, MakeState(directory, update));
  if (state.model_checkpoint_path == path) {
    return InvalidArgumentError("Save path '" + latest +
                                "' conflicts with path used for checkpoint state")
        .WithHint("save under another path")
        .WithTfClass("RuntimeError");
  }
  THAW_ASSIGN_OR_RETURN(const StoragePath place, FindStorage(path));
  THAW_ASSIGN_OR_RETURN(const PathKind kind, place.storage->Kind(place.path));
  if (kind == PathKind::kDirectory) {
    return FailedPreconditionError("a directory has the name of the state file").WithFile(path);
  }
  return WriteCheckpointState(state, place.path);
}

}  // namespace thaw
