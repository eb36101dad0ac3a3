#include "tools/command.h"

#include "tools/print/progress.h"
#include "tools/print/talk.h"

namespace thaw {

OpenOptions CommandContext::open_options() const {
  OpenOptions open;
  open.io = options.io;
  return open;
}

RestoreOptions CommandContext::restore_options() const {
  RestoreOptions restore;
  restore.threads = options.threads;
  restore.verify = options.verify;
  restore.memory_budget = options.memory_budget;
  restore.cancel = &cancel;
  progress.Restart();
  restore.progress = [&display = progress](const RestoreProgress& done) { display.Update(done); };
  return restore;
}

void CommandContext::FinishProgress() const { progress.Finish(); }

Result<Checkpoint> CommandContext::OpenCheckpoint(const std::string& path,
                                                  const OpenOptions& open) const {
  if (path.empty()) {
    return NotFoundError("an empty path names no checkpoint").WithTfClass("ValueError");
  }
  Result<Checkpoint> checkpoint = Checkpoint::Open(path, open);
  if (checkpoint.ok() && !checkpoint->taken_for().empty()) talk.Note(checkpoint->taken_for());
  return checkpoint;
}

}  // namespace thaw
