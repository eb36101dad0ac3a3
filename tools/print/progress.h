// Progress: how far a long restore is, on stderr.
//
// Role in the flow: handed to the engine as RestoreOptions::progress. It stays silent for the first
// second, draws a bar on a terminal, and writes a line now and then into logs.

#ifndef THAW_TOOLS_PRINT_PROGRESS_H_
#define THAW_TOOLS_PRINT_PROGRESS_H_

#include <chrono>
#include <functional>
#include <string>

#include "engine/restore.h"
#include "tools/command.h"

namespace thaw {

// The text of a bar, without line ends: "[=====>    ] 512.0 MiB of 1.0 GiB, 17.1 GB/s, 0.1 s left".
std::string ProgressBarText(const RestoreProgress& progress, double seconds);

// One thread at a time, as the engine calls it.
class Progress {
 public:
  using Clock = std::function<std::chrono::steady_clock::time_point()>;

  // Writes to `fd`. kAuto is a bar when `fd` is a terminal that can move its cursor, lines
  // otherwise.
  Progress(int fd, ProgressMode mode, Clock clock = std::chrono::steady_clock::now);

  // Begins to count time anew.
  void Restart();
  void Update(const RestoreProgress& progress);
  // Removes the bar, so that other text can follow.
  void Finish();

 private:
  void WriteText(std::string_view text);

  int fd_;
  ProgressMode mode_;
  Clock clock_;
  std::chrono::steady_clock::time_point start_;
  std::chrono::steady_clock::time_point next_;
  bool bar_is_drawn_ = false;
};

}  // namespace thaw

#endif  // THAW_TOOLS_PRINT_PROGRESS_H_
