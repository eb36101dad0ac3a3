// Variable save: the values of variables into the files of one checkpoint.
//
// Role in the flow: the saver's hand on the formats. It must not know state files, or which
// checkpoints came before.

#ifndef THAW_ENGINE_SAVER_VARIABLE_SAVE_H_
#define THAW_ENGINE_SAVER_VARIABLE_SAVE_H_

#include <span>
#include <string>

#include "engine/assign/saver_variables.h"
#include "engine/saver/checkpoint_management.h"
#include "io/base/result.h"

namespace thaw {

struct SaveFormat {
  SaverVersion version = SaverVersion::kV2;
  // TensorFlow's files of a checkpoint with a data file for each device; there is one device here.
  bool sharded = false;
};

// Writes the items in their order under `prefix` and replaces a checkpoint that is there. For the
// same values the bytes are those that TensorFlow's Saver writes. Returns what TensorFlow calls the
// checkpoint: `prefix`, or the pattern of its files (V1, sharded). Until all is written nothing is
// visible.
// Errors: FailedPrecondition  a variable has no value yet; the first in order is named.
//         NotFound            the directory is missing (V2 makes one level of it).
//         Unimplemented       V1 and a dtype that it has no form for.
//         InvalidArgument     an empty prefix or key.
//         else                as AtomicFile: the disk is full or fails.
Result<std::string> SaveVariables(std::span<const SaverItem> items, const std::string& prefix,
                                  const SaveFormat& format);

}  // namespace thaw

#endif  // THAW_ENGINE_SAVER_VARIABLE_SAVE_H_
