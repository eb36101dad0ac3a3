// SaverHistory: the checkpoints that a Saver wrote, and which of them may go.
//
// Role in the flow: the saver's memory. Pure data: it reads no clock and touches no file.
// Source: saver.py, _RecordLastCheckpoint and _MaybeDeleteOldCheckpoints.

#ifndef THAW_ENGINE_SAVER_SAVER_HISTORY_H_
#define THAW_ENGINE_SAVER_SAVER_HISTORY_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace thaw {

// Times are seconds since 1970.
struct SavedCheckpoint {
  std::string path;
  double time = 0.0;  // infinite: never removed

  friend bool operator==(const SavedCheckpoint&, const SavedCheckpoint&) = default;
};

inline constexpr double kSecondsPerHour = 3600.0;

// One thread.
class SaverHistory {
 public:
  // max_to_keep: 0 keeps all and remembers none.
  // keep_every_seconds: so often one that would go is kept; the first time so long after `now`.
  SaverHistory(std::int64_t max_to_keep, double keep_every_seconds, double now)
      : max_to_keep_(max_to_keep),
        keep_every_seconds_(keep_every_seconds),
        next_kept_time_(now + keep_every_seconds) {}

  // A checkpoint was written: it is the newest; one that was saved under the same path before is
  // the same. What is then too many waits to be removed.
  void Record(const std::string& path, double time);

  // The checkpoint to remove now, at most one each time.
  std::optional<std::string> TakeRemovable();

  // From the oldest to the newest.
  const std::vector<SavedCheckpoint>& last() const { return last_; }
  std::vector<std::string> last_paths() const;
  void set_last(std::vector<SavedCheckpoint> last) { last_ = std::move(last); }

 private:
  std::int64_t max_to_keep_;
  double keep_every_seconds_;
  double next_kept_time_;
  std::vector<SavedCheckpoint> last_;
  std::deque<SavedCheckpoint> removable_;
};

}  // namespace thaw

#endif  // THAW_ENGINE_SAVER_SAVER_HISTORY_H_
