#include "engine/saver/saver_history.h"

namespace thaw {

void SaverHistory::Record(const std::string& path, double time) {
  if (max_to_keep_ == 0) return;
  std::erase_if(last_, [&](const SavedCheckpoint& saved) { return saved.path == path; });
  last_.push_back({path, time});
  if (static_cast<std::int64_t>(last_.size()) > max_to_keep_) {
    removable_.push_back(std::move(last_.front()));
    last_.erase(last_.begin());
  }
}

std::optional<std::string> SaverHistory::TakeRemovable() {
  if (removable_.empty()) return std::nullopt;
  SavedCheckpoint oldest = std::move(removable_.front());
  removable_.pop_front();
  if (oldest.time > next_kept_time_) {
    next_kept_time_ += keep_every_seconds_;
    return std::nullopt;
  }
  return std::move(oldest.path);
}

std::vector<std::string> SaverHistory::last_paths() const {
  std::vector<std::string> paths;
  for (const SavedCheckpoint& saved : last_) paths.push_back(saved.path);
  return paths;
}

}  // namespace thaw
