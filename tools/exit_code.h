// ExitCode: the numbers that `thaw` ends with, and which failure gives which.
//
// Role in the flow: the last step of every command. The table is part of the command line's
// contract: scripts branch on it. It must not know any single command.

#ifndef THAW_TOOLS_EXIT_CODE_H_
#define THAW_TOOLS_EXIT_CODE_H_

#include "io/base/status.h"

namespace thaw {

enum class ExitCode : int {
  kOk = 0,
  kFinding = 1,        // the work was done, and the answer is "no"; or the map is wrong
  kUsage = 2,          // the command line, or a malformed model, map or job file
  kNotFound = 3,       // nothing there, or not a checkpoint
  kCorrupt = 4,        // corrupt, or refused by a rule of TensorFlow while reading
  kIo = 5,             // I/O, permission, an output that is there already
  kOverBudget = 6,     // memory or descriptors
  kInterrupted = 130,  // SIGINT
  kTerminated = 143,   // SIGTERM
};

// The exit code of a failure. A ValueError or TypeError of the store-only rules is a finding: the
// checkpoint is fine, the map is not. Cancelled gives kInterrupted (see signals.h for SIGTERM).
ExitCode ExitCodeFor(const Status& status);

}  // namespace thaw

#endif  // THAW_TOOLS_EXIT_CODE_H_
