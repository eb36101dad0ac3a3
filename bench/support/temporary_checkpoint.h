// TemporaryCheckpoint: a synthetic checkpoint in a folder of its own, gone when the measuring is
// over.
//
// Role in the flow: between shapes.h and whoever measures without a checkpoint at hand.

#ifndef THAW_BENCH_SUPPORT_TEMPORARY_CHECKPOINT_H_
#define THAW_BENCH_SUPPORT_TEMPORARY_CHECKPOINT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "engine/restore.h"
#include "io/base/result.h"

namespace thaw {

// Owns the folder and removes it with everything in it.
class TemporaryCheckpoint {
 public:
  // Writes the shape (shapes.h) into a new folder in `parent` and drops it from the page cache,
  // where what a program has just written lies in other pieces than what a server reads.
  //   parent: empty for the system's temporary folder.
  // Errors: those of WriteCheckpointShape, and of making a folder.
  static Result<TemporaryCheckpoint> Write(std::string_view shape, std::uint64_t bytes,
                                           const std::string& parent = "",
                                           const CancellationToken* cancel = nullptr);

  TemporaryCheckpoint(TemporaryCheckpoint&& other) noexcept
      : folder_(std::exchange(other.folder_, {})),
        prefix_(std::move(other.prefix_)),
        dropped_(std::move(other.dropped_)) {}
  TemporaryCheckpoint& operator=(TemporaryCheckpoint&& other) noexcept {
    std::swap(folder_, other.folder_);
    std::swap(prefix_, other.prefix_);
    std::swap(dropped_, other.dropped_);
    return *this;
  }
  ~TemporaryCheckpoint();

  const std::string& prefix() const { return prefix_; }
  // Why it stayed in the page cache; OK when it did not.
  const Status& dropped() const { return dropped_; }

 private:
  explicit TemporaryCheckpoint(std::string folder) : folder_(std::move(folder)) {}

  std::string folder_;
  std::string prefix_;
  Status dropped_;
};

}  // namespace thaw

#endif  // THAW_BENCH_SUPPORT_TEMPORARY_CHECKPOINT_H_
