// CheckpointManager: a directory of numbered checkpoints that looks after itself, as
// tf.train.CheckpointManager.
//
// Role in the flow: over a Saver, whose own state file and history it replaces by its own: paths
// relative to the directory, times, and which checkpoint was the last to be kept for good. What a
// manager of TensorFlow left in a directory is taken over, and the other way round.

#ifndef THAW_ENGINE_SAVER_CHECKPOINT_MANAGER_H_
#define THAW_ENGINE_SAVER_CHECKPOINT_MANAGER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "engine/saver/saver.h"

namespace thaw {

struct CheckpointManagerOptions {
  std::optional<std::int64_t> max_to_keep;  // nullopt: all
  // One that would go is kept when it is so much newer than the last that was kept; 0: none is.
  double keep_checkpoint_every_n_hours = 0.0;
  std::string checkpoint_name = "ckpt";
  std::function<double()> clock = CurrentTime;
};

// One thread; one manager at a time in a directory. The saver outlives it.
class CheckpointManager {
 public:
  // Takes over what the state file of `directory` says, if there is one. Nothing is written.
  // Errors: InvalidArgument (ValueError)  max_to_keep below 1.
  //         else                          as ReadCheckpointState.
  static Result<CheckpointManager> Create(Saver& saver, std::string directory,
                                          CheckpointManagerOptions options);

  // Writes DIRECTORY/NAME-NUMBER, the state file, removes what is too much and writes the state
  // file again. The folders of the directory are made. Returns the checkpoint; nullopt when the
  // saver is empty.
  //   number: without one, one more than the last time; the first time, than the number of the
  //           directory's latest checkpoint of that name.
  // Errors: as Saver::Save and RemoveCheckpoint. A checkpoint that is written stays.
  Result<std::optional<std::string>> Save(std::optional<std::int64_t> number = std::nullopt);

  // Restores the latest checkpoint, if there is one.
  Report RestoreLatest(const RestoreOptions& options = {});

  const std::string& directory() const { return directory_; }
  const std::optional<std::string>& latest_checkpoint() const { return latest_; }
  // Those that may be removed one day, from the oldest to the newest.
  std::vector<std::string> checkpoints() const;

 private:
  CheckpointManager(Saver& saver, std::string directory, CheckpointManagerOptions options)
      : saver_(&saver), directory_(std::move(directory)), options_(std::move(options)) {}

  Status Recover();
  Status WriteState() const;
  Status Sweep();

  Saver* saver_;
  std::string directory_;
  CheckpointManagerOptions options_;
  std::vector<SavedCheckpoint> active_;
  std::optional<std::string> latest_;
  double last_preserved_ = 0.0;    // seconds since 1970
  std::int64_t save_counter_ = 0;  // the number of the last checkpoint that was given none
};

}  // namespace thaw

#endif  // THAW_ENGINE_SAVER_CHECKPOINT_MANAGER_H_
