// Signals: Ctrl-C, termination, and pipes whose reader went away.
//
// Role in the flow: installed once by main. The first SIGINT or SIGTERM asks the running command to
// stop at the next chunk; the second ends the process at once.

#ifndef THAW_TOOLS_CLI_SIGNALS_H_
#define THAW_TOOLS_CLI_SIGNALS_H_

#include "engine/restore.h"

namespace thaw {

// Makes sure that descriptors 0 to 2 are open, so that no checkpoint is opened as standard output:
// a closed one becomes one that fails on use.
void OpenStandardStreams();

// SIGPIPE and SIGXFSZ are ignored (the write fails instead). A signal that the caller's parent
// ignores stays ignored. Returns the token that the first signal sets.
const CancellationToken& InstallSignalHandlers();

// The signal that was caught; 0 for none.
int CaughtSignal();

}  // namespace thaw

#endif  // THAW_TOOLS_CLI_SIGNALS_H_
