#include "engine/saver/checkpoint_manager.h"

#include <algorithm>
#include <charconv>
#include <new>
#include <utility>

#include "io/base/file_path.h"
#include "io/storage/local_files.h"

namespace thaw {
namespace {

// 12 for "dir/ckpt-12" and "ckpt"; 0 for other names and numbers that cannot be counted on from.
std::int64_t NumberOf(const std::string& path, const std::string& checkpoint_name) {
  const std::string name = BaseNameOf(path);
  std::int64_t number = 0;
  if (!name.starts_with(checkpoint_name + "-")) return 0;
  const char* end = name.data() + name.size();
  const auto [stop, error] = std::from_chars(name.data() + checkpoint_name.size() + 1, end, number);
  return error == std::errc() && stop == end && number < INT64_MAX ? number : 0;
}

}  // namespace

Result<CheckpointManager> CheckpointManager::Create(Saver& saver, std::string directory,
                                                    CheckpointManagerOptions options) {
  if (options.max_to_keep && *options.max_to_keep <= 0) {
    return InvalidArgumentError("Expected a positive integer or `None` for `max_to_keep`, got " +
                                std::to_string(*options.max_to_keep))
        .WithTfClass("ValueError");
  }
  try {
    CheckpointManager manager(saver, std::move(directory), std::move(options));
    THAW_RETURN_IF_ERROR(manager.Recover());
    return manager;
  } catch (const std::bad_alloc&) {
    return ResourceExhaustedError("no memory for the checkpoint manager");
  }
}

Status CheckpointManager::Recover() {
  const double now = options_.clock();
  THAW_ASSIGN_OR_RETURN(FoundCheckpointState found, GetCheckpointState(directory_));
  if (!found.state) {
    // A second back, so that a manager that is made again at once finds all it wrote newer.
    last_preserved_ = now - 1.0;
    return Status();
  }
  CheckpointState& state = *found.state;
  save_counter_ = NumberOf(state.model_checkpoint_path, options_.checkpoint_name);
  last_preserved_ = std::min(state.last_preserved_timestamp, now);
  std::vector<double>& times = state.all_model_checkpoint_timestamps;
  std::vector<std::string>& paths = state.all_model_checkpoint_paths;
  // A Saver's state file has no times. TensorFlow then takes none of its checkpoints over.
  for (std::size_t i = 0; i < std::min(paths.size(), times.size()); ++i) {
    const double time = std::min(times[i], now);
    if (time > last_preserved_) active_.push_back({std::move(paths[i]), time});
  }
  latest_ = std::move(state.model_checkpoint_path);
  return Status();
}

Status CheckpointManager::WriteState() const {
  StateUpdate update;
  update.model_checkpoint_path = *latest_;
  for (const SavedCheckpoint& saved : active_) {
    update.all_model_checkpoint_paths.push_back(saved.path);
    update.all_model_checkpoint_timestamps.push_back(saved.time);
  }
  update.last_preserved_timestamp = last_preserved_;
  update.save_relative_paths = true;
  return UpdateCheckpointState(directory_, std::move(update));
}

// Removes the oldest, or keeps them for good and forgets them.
Status CheckpointManager::Sweep() {
  if (!options_.max_to_keep) return Status();
  const double keep_every = options_.keep_checkpoint_every_n_hours * kSecondsPerHour;
  while (static_cast<std::int64_t>(active_.size()) > *options_.max_to_keep) {
    const SavedCheckpoint oldest = std::move(active_.front());
    active_.erase(active_.begin());
    if (keep_every > 0 && oldest.time - keep_every >= last_preserved_) {
      last_preserved_ = oldest.time;
      continue;
    }
    THAW_RETURN_IF_ERROR(RemoveCheckpointData(oldest.path, saver_->write_version()));
  }
  return Status();
}

Result<std::optional<std::string>> CheckpointManager::Save(std::optional<std::int64_t> number) {
  try {
    THAW_RETURN_IF_ERROR(MakeFolders(directory_));
    const std::int64_t counted = save_counter_ + 1;
    const std::string prefix = JoinPath(directory_, options_.checkpoint_name) + "-" +
                               std::to_string(number.value_or(counted));
    SaveOptions save;
    save.write_state = false;
    THAW_ASSIGN_OR_RETURN(const std::optional<std::string> path, saver_->Save(prefix, save));
    if (!path) return path;
    save_counter_ = counted;
    std::erase_if(active_, [&](const SavedCheckpoint& saved) { return saved.path == *path; });
    active_.push_back({*path, options_.clock()});
    latest_ = *path;
    // The state goes first, so that a crash while old ones are removed leaves the new one named.
    THAW_RETURN_IF_ERROR(WriteState());
    THAW_RETURN_IF_ERROR(Sweep());
    THAW_RETURN_IF_ERROR(WriteState());
    return path;
  } catch (const std::bad_alloc&) {
    return ResourceExhaustedError("no memory for the checkpoint manager");
  }
}

Report CheckpointManager::RestoreLatest(const RestoreOptions& options) {
  return latest_ ? saver_->Restore(*latest_, options) : Report();
}

std::vector<std::string> CheckpointManager::checkpoints() const {
  std::vector<std::string> paths;
  for (const SavedCheckpoint& saved : active_) paths.push_back(saved.path);
  return paths;
}

}  // namespace thaw
