// Checkpoint management: which checkpoints a directory holds, and which is the latest.
//
// Role in the flow: what tf.train and tf.compat.v1.train do with files around a checkpoint, for the
// saver, the manager and Python. Tensors are not looked at. Paths are those of TensorFlow: a prefix
// (V2), a file (V1), or a pattern of files (V1 in shards).

#ifndef THAW_ENGINE_SAVER_CHECKPOINT_MANAGEMENT_H_
#define THAW_ENGINE_SAVER_CHECKPOINT_MANAGEMENT_H_

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/base/result.h"
#include "io/checkpoint/checkpoint_state.h"

namespace thaw {

// SaverDef.CheckpointFormatVersion.
enum class SaverVersion { kV1 = 1, kV2 = 2 };

// tf.train.get_checkpoint_state. Errors: as ReadCheckpointState.
Result<FoundCheckpointState> GetCheckpointState(
    const std::string& directory, const std::string& file_name = std::string(kCheckpointStateName));

// tf.train.checkpoint_exists: `prefix`.index, or a file or directory `prefix`, is there.
Result<bool> CheckpointExists(const std::string& prefix);

struct LatestCheckpoint {
  std::optional<std::string> prefix;
  std::string warning;  // why an existing state file was of no use; else empty
};
// tf.train.latest_checkpoint: what the state file of `directory` names as the latest, if it exists.
// Older ones are not tried. Errors: as ReadCheckpointState.
Result<LatestCheckpoint> FindLatestCheckpoint(
    const std::string& directory, const std::string& file_name = std::string(kCheckpointStateName));

// The prefix that load_checkpoint and its like take `path` for: the latest of a directory, else
// `path` itself.
// Errors: NotFound (ValueError)  a directory without a latest checkpoint.
Result<std::string> PrefixOfPathOrDirectory(const std::string& path);

// tf.compat.v1.train.get_checkpoint_mtimes: seconds since 1970, one for each that is found.
Result<std::vector<double>> CheckpointTimes(std::span<const std::string> prefixes);

// tf.compat.v1.train.remove_checkpoint: the meta graph, then the index, then the data files (V2),
// or the file that `prefix` names (V1). Files that are not there are no error.
Status RemoveCheckpoint(const std::string& prefix, SaverVersion version = SaverVersion::kV2,
                        const std::string& meta_graph_suffix = "meta");

// The same but for the meta graph.
Status RemoveCheckpointData(const std::string& prefix, SaverVersion version);

struct StateUpdate {
  std::string model_checkpoint_path;  // the latest
  // From the oldest to the newest; the latest is added unless it is the last of them.
  std::vector<std::string> all_model_checkpoint_paths;
  std::vector<double> all_model_checkpoint_timestamps;  // empty, or one per path
  double last_preserved_timestamp = 0.0;
  std::string file_name{kCheckpointStateName};
  // Absolute paths become relative to the directory, too.
  bool save_relative_paths = false;
};
// tf.compat.v1.train.update_checkpoint_state: writes the state file of `directory`. Where that is
// relative, paths that are relative to the working directory become relative to it.
// Errors: InvalidArgument (ValueError)    an empty path; the number of timestamps is not that of
//                                         the paths.
//         InvalidArgument (RuntimeError)  the state file would be the checkpoint.
//         FailedPrecondition              a directory has the name of the state file.
//         else                            as WriteCheckpointState.
Status UpdateCheckpointState(const std::string& directory, StateUpdate update);

}  // namespace thaw

#endif  // THAW_ENGINE_SAVER_CHECKPOINT_MANAGEMENT_H_
