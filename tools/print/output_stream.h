// OutputStream: standard output, buffered, with its failures remembered.
//
// Role in the flow: all data that a command prints goes through it. A full disk or a reader that
// went away becomes a Status at Flush, never a signal or a silent loss. It must not know what it
// prints.

#ifndef THAW_TOOLS_PRINT_OUTPUT_STREAM_H_
#define THAW_TOOLS_PRINT_OUTPUT_STREAM_H_

#include <string>
#include <string_view>

#include "engine/restore.h"
#include "io/base/status.h"

namespace thaw {

// One thread.
class OutputStream {
 public:
  // Writes to a file descriptor. `cancel` (may be null) ends a write that blocks when a signal
  // interrupts it.
  OutputStream(int fd, const CancellationToken* cancel) : fd_(fd), cancel_(cancel) {}
  // Collects the text in memory.
  explicit OutputStream(std::string* text) : text_(text) {}
  OutputStream(const OutputStream&) = delete;
  OutputStream& operator=(const OutputStream&) = delete;

  // After a failure further text is dropped.
  void Write(std::string_view text);
  void Write(char c) { Write(std::string_view(&c, 1)); }

  // Hands everything to the system. Returns the first failure since the beginning.
  // Errors: Unavailable  the reader is gone, the disk is full, …; Cancelled.
  Status Flush();

  // The reader closed its end of the pipe: nobody is left to talk to.
  bool is_reader_gone() const { return reader_gone_; }

 private:
  void WriteOut(std::string_view text);

  int fd_ = -1;
  const CancellationToken* cancel_ = nullptr;
  std::string* text_ = nullptr;
  std::string buffer_;
  Status status_;
  bool reader_gone_ = false;
};

}  // namespace thaw

#endif  // THAW_TOOLS_PRINT_OUTPUT_STREAM_H_
