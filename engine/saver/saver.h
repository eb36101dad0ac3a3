// Saver: variables to checkpoints and back, as tf.compat.v1.train.Saver.
//
// Role in the flow: the facade over saver_variables (names), variable_save (files), saver_restore
// (values), saver_history and checkpoint_management (which checkpoints stay, and the state file).
// There is no graph here, so no meta graph is written.

#ifndef THAW_ENGINE_SAVER_SAVER_H_
#define THAW_ENGINE_SAVER_SAVER_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/assign/saver_variables.h"
#include "engine/report.h"
#include "engine/restore.h"
#include "engine/saver/checkpoint_management.h"
#include "engine/saver/saver_history.h"
#include "engine/variables/variable_store.h"

namespace thaw {

// Seconds since 1970, by the system's clock.
double CurrentTime();

struct SaverOptions {
  bool reshape = false;  // restore a tensor of another shape with as many elements
  bool sharded = false;
  std::int64_t max_to_keep = 5;  // 0: keep all
  double keep_checkpoint_every_n_hours = 10'000.0;
  bool allow_empty = false;  // a Saver without variables does nothing
  SaverVersion write_version = SaverVersion::kV2;
  bool pad_step_number = false;      // eight digits
  bool save_relative_paths = false;  // in the state file
  std::function<double()> clock = CurrentTime;
};

struct SaveOptions {
  std::optional<std::int64_t> global_step;  // "-<step>" after the path
  std::string latest_filename{kCheckpointStateName};
  std::string meta_graph_suffix = "meta";  // of meta graphs that go with old checkpoints
  bool write_state = true;
};

// Knows the variables that the store held when it was made. One thread; the store outlives it.
class Saver {
 public:
  // Without `var_list`: the store's global variables.
  // Errors: as ResolveSaverVariables; no variables at all are one unless `allow_empty`.
  static Result<Saver> Create(VariableStore& store, const std::optional<SaverVarList>& var_list,
                              const SaverOptions& options = {});

  bool is_empty() const { return items_.empty(); }
  SaverVersion write_version() const { return options_.write_version; }

  // Writes a checkpoint, then the state file of its directory, then removes at most one old
  // checkpoint. Returns what to restore from; nullopt when the Saver is empty. A failure leaves the
  // older checkpoints and the state file as they were.
  // Errors: InvalidArgument (ValueError)    a state file with a directory in its name or with the
  //                                         name of the checkpoint; an empty path.
  //         NotFound (ValueError)           the parent directory is missing; V2 makes one level.
  //         FailedPrecondition              a variable has no value yet. (ValueError for a path
  //                                         without a directory, as in TensorFlow.)
  //         InvalidArgument (RuntimeError)  the state file would be the checkpoint.
  //         else                            as SaveVariables.
  Result<std::optional<std::string>> Save(const std::string& save_path,
                                          const SaveOptions& options = {});

  // Restores every variable from the checkpoint of that prefix; a directory is none.
  // Errors of the report: InvalidArgument (ValueError)  there is nothing of that name.
  //                       else                          as Checkpoint::OpenPrefix, RestoreItems.
  Report Restore(const std::string& save_path, const RestoreOptions& options = {});

  // The checkpoints that are not removed yet, from the oldest to the newest.
  const std::vector<SavedCheckpoint>& last_checkpoints() const { return history_.last(); }
  void set_last_checkpoints(std::vector<SavedCheckpoint> last) {
    history_.set_last(std::move(last));
  }
  // After a crash: those of `paths` that exist, with the times of their files.
  Status RecoverLastCheckpoints(std::span<const std::string> paths);

  // Why an old checkpoint could not be removed by the last Save; else OK.
  const Status& removal_failure() const { return removal_failure_; }

 private:
  Saver(VariableStore& store, std::vector<SaverItem> items, const SaverOptions& options);

  Result<std::string> CheckpointPath(const std::string& save_path,
                                     const SaveOptions& options) const;
  Result<std::string> Write(const std::string& checkpoint, const std::string& directory,
                            const SaveOptions& options);

  VariableStore* store_;
  std::vector<SaverItem> items_;
  SaverOptions options_;
  SaverHistory history_;
  Status removal_failure_;
};

}  // namespace thaw

#endif  // THAW_ENGINE_SAVER_SAVER_H_
