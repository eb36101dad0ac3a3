// Hints for paths that lead nowhere: what is there instead.
//
// Role in the flow: after checkpoint_path has given up. Every function returns one sentence, or
// nothing; a directory that cannot be listed gives no hint.

#ifndef THAW_IO_CHECKPOINT_CHECKPOINT_PATH_HINTS_H_
#define THAW_IO_CHECKPOINT_CHECKPOINT_PATH_HINTS_H_

#include <string>

#include "io/storage/storage.h"

namespace thaw {

// `path` and nothing of its name exists as a checkpoint: a lost index, a writer's leftovers, a step
// number that was left out, a name that is near, or what else the directory holds.
std::string HintForMissingPath(const Storage& storage, const std::string& path);

// `directory` exists and says nothing of a latest checkpoint: which prefixes it holds.
std::string HintForDirectory(const Storage& storage, const std::string& directory);

// The state file of `directory` names `target`, which is not there; a directory that was moved
// holds a checkpoint of the same base name.
std::string HintForMovedCheckpoint(const Storage& storage, const std::string& directory,
                                   const std::string& target);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_CHECKPOINT_PATH_HINTS_H_
