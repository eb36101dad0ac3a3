// CheckpointState: the `checkpoint` file of a directory, which says which checkpoint is the latest.
//
// Role in the flow: asked by checkpoint_path when it is given a directory, written by the saver.
// The file is a protocol buffer in text form; its grammar here is the one that TensorFlow's Python
// code accepts. It must not know whether the checkpoints that it names exist.
// Source: checkpoint_state.proto; tests/golden/checkpoint_states.txt holds what TensorFlow makes of
// odd files.

#ifndef THAW_IO_CHECKPOINT_CHECKPOINT_STATE_H_
#define THAW_IO_CHECKPOINT_CHECKPOINT_STATE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/base/result.h"
#include "io/storage/storage.h"

namespace thaw {

// checkpoint_state.proto: CheckpointState.
struct CheckpointState {
  std::string model_checkpoint_path;  // the latest
  std::vector<std::string> all_model_checkpoint_paths;
  std::vector<double> all_model_checkpoint_timestamps;  // seconds since 1970
  double last_preserved_timestamp = 0.0;
};

// The name of the file unless a saver was told another.
inline constexpr std::string_view kCheckpointStateName = "checkpoint";

inline constexpr std::size_t kMaxCheckpointStateBytes = std::size_t{16} << 20;
inline constexpr std::size_t kMaxCheckpointStatePaths = 100'000;

// Paths are kept as they are written.
// Errors: InvalidArgument  where TensorFlow's parser fails, too, or a limit is passed; names the
//                          line.
// Untrusted input: yes.
Result<CheckpointState> ParseCheckpointState(std::string_view text);

// The text that TensorFlow writes for the same fields, byte for byte.
std::string CheckpointStateToText(const CheckpointState& state);

// Writes the file in one step: a reader sees the old one or the new one.
// Errors: as AtomicFile::Create and Publish.
Status WriteCheckpointState(const CheckpointState& state, const std::string& path);

// What tf.train.get_checkpoint_state(directory) returns: relative paths are joined to `directory`.
struct FoundCheckpointState {
  // Empty: there is no file of that name, or TensorFlow would pass over it.
  std::optional<CheckpointState> state;
  std::string warning;  // why an existing file was passed over; else empty
};
// Errors: NotFound (ValueError)  the file names no latest checkpoint.
//         PermissionDenied       the directory cannot be looked into.
Result<FoundCheckpointState> ReadCheckpointState(const Storage& storage,
                                                 const std::string& directory,
                                                 std::string_view file_name = kCheckpointStateName);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_CHECKPOINT_STATE_H_
