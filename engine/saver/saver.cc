#include "engine/saver/saver.h"

#include <array>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <new>
#include <utility>

#include "engine/saver/saver_restore.h"
#include "engine/saver/variable_save.h"
#include "io/base/file_path.h"
#include "io/storage_backends.h"

namespace thaw {
namespace {

Status OutOfMemory() { return ResourceExhaustedError("no memory for the saver"); }

std::string WithStep(const std::string& path, std::int64_t step, bool pad) {
  std::array<char, 32> digits;
  std::snprintf(digits.data(), digits.size(), pad ? "%08" PRId64 : "%" PRId64, step);
  return path + "-" + digits.data();
}

Result<bool> IsDirectory(const std::string& path) {
  if (path.empty()) return false;  // TensorFlow: the empty path is no directory
  THAW_ASSIGN_OR_RETURN(const StoragePath place, FindStorage(path));
  THAW_ASSIGN_OR_RETURN(const PathKind kind, place.storage->Kind(place.path));
  return kind == PathKind::kDirectory;
}

// TensorFlow takes every failure of these two codes for a missing directory when there is none.
Status WithParentNamed(const Status& status, const std::string& save_path,
                       const std::string& directory) {
  if (status.code() != StatusCode::kNotFound && status.code() != StatusCode::kFailedPrecondition) {
    return status;
  }
  const Result<bool> is_directory = IsDirectory(directory);
  if (is_directory.ok() && *is_directory) return status;
  if (directory.empty()) {
    return status.WithContext("cannot save " + save_path).WithTfClass("ValueError");
  }
  return status.WithContext("Parent directory of " + save_path + " doesn't exist, can't save")
      .WithTfClass("ValueError");
}

}  // namespace

double CurrentTime() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

Saver::Saver(VariableStore& store, std::vector<SaverItem> items, const SaverOptions& options)
    : store_(&store),
      items_(std::move(items)),
      options_(options),
      history_(options.max_to_keep, options.keep_checkpoint_every_n_hours * kSecondsPerHour,
               options.clock()) {}

Result<Saver> Saver::Create(VariableStore& store, const std::optional<SaverVarList>& var_list,
                            const SaverOptions& options) {
  try {
    const SaverVarList list = var_list ? *var_list : DefaultSaverVariables(store);
    if (list.values.empty() && options.allow_empty) return Saver(store, {}, options);
    THAW_ASSIGN_OR_RETURN(std::vector<SaverItem> items, ResolveSaverVariables(list));
    return Saver(store, std::move(items), options);
  } catch (const std::bad_alloc&) {
    return OutOfMemory();
  }
}

// The prefix that a checkpoint gets, and the checks of names that come before any work.
Result<std::string> Saver::CheckpointPath(const std::string& save_path,
                                          const SaveOptions& options) const {
  if (!DirectoryOf(options.latest_filename).empty()) {
    return TfValueError("'latest_filename' must not contain path components: '" +
                        options.latest_filename + "'");
  }
  if (options.global_step) {
    return WithStep(save_path, *options.global_step, options_.pad_step_number);
  }
  if (BaseNameOf(save_path) == options.latest_filename && !options_.sharded) {
    return TfValueError("'latest_filename' collides with 'save_path': '" + options.latest_filename +
                        "' and '" + save_path + "'");
  }
  if (save_path.empty()) return TfValueError("no path specified: an empty save path");
  return save_path;
}

Result<std::string> Saver::Write(const std::string& checkpoint, const std::string& directory,
                                 const SaveOptions& options) {
  THAW_ASSIGN_OR_RETURN(
      const std::string path,
      SaveVariables(items_, checkpoint, {options_.write_version, options_.sharded}));
  if (!options.write_state) return path;
  history_.Record(path, options_.clock());
  StateUpdate update;
  update.model_checkpoint_path = path;
  update.all_model_checkpoint_paths = history_.last_paths();
  update.file_name = options.latest_filename;
  update.save_relative_paths = options_.save_relative_paths;
  THAW_RETURN_IF_ERROR(UpdateCheckpointState(directory, std::move(update)));
  if (const std::optional<std::string> old = history_.TakeRemovable()) {
    removal_failure_ = RemoveCheckpoint(*old, options_.write_version, options.meta_graph_suffix);
  }
  return path;
}

Result<std::optional<std::string>> Saver::Save(const std::string& save_path,
                                               const SaveOptions& options) {
  try {
    removal_failure_ = Status();
    THAW_ASSIGN_OR_RETURN(const std::string checkpoint, CheckpointPath(save_path, options));
    if (is_empty()) return std::optional<std::string>();
    const std::string directory = DirectoryOf(save_path);
    Result<std::string> path = Write(checkpoint, directory, options);
    if (!path.ok()) return WithParentNamed(path.status(), save_path, directory);
    return std::optional(*std::move(path));
  } catch (const std::bad_alloc&) {
    return OutOfMemory();
  }
}

Report Saver::Restore(const std::string& save_path, const RestoreOptions& options) {
  Report failed;
  failed.checkpoint = save_path;
  try {
    if (is_empty()) return failed;
    const Result<bool> exists = CheckpointExists(save_path);
    if (exists.ok() && !*exists) {
      failed.status = TfValueError("The passed save_path is not a valid checkpoint: " + save_path);
      return failed;
    }
    const Result<Checkpoint> checkpoint = Checkpoint::OpenPrefix(save_path);
    if (checkpoint.ok()) {
      return RestoreItems(*checkpoint, items_, options_.reshape, *store_, options);
    }
    failed.status = checkpoint.status();
  } catch (const std::bad_alloc&) {
    failed.status = OutOfMemory();
  }
  return failed;
}

Status Saver::RecoverLastCheckpoints(std::span<const std::string> paths) {
  std::vector<SavedCheckpoint> found;
  for (const std::string& path : paths) {
    const Result<std::vector<double>> times = CheckpointTimes({&path, 1});
    // Another process may remove one meanwhile.
    if (!times.ok() && times.status().code() == StatusCode::kNotFound) continue;
    if (!times.ok()) return times.status();
    if (!times->empty()) found.push_back({path, times->front()});
  }
  history_.set_last(std::move(found));
  return Status();
}

}  // namespace thaw
