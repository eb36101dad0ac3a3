// FaultyStorage: a storage that fails on demand and remembers what was read.
//
// Role in the flow: stands before a real storage, so that readers and executors can be tested for
// what they do when a device fails, and for which ranges they ask.

#ifndef THAW_TESTS_SUPPORT_FAULTY_STORAGE_H_
#define THAW_TESTS_SUPPORT_FAULTY_STORAGE_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "io/storage/storage.h"

namespace thaw {

// A range that was visited, in the order of the visits.
struct VisitedRange {
  std::string path;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;

  friend bool operator==(const VisitedRange&, const VisitedRange&) = default;
};

// What goes wrong. Visits are counted over all files, from 1, in the order in which they begin.
struct FaultPlan {
  std::optional<std::uint64_t> fail_visit;              // this visit, and all later ones, …
  Status failure = UnavailableError("injected fault");  // … end like this, …
  std::uint64_t bytes_before_failure = 0;               // … after the sink saw so many bytes
  std::optional<std::uint64_t> fail_open;               // likewise for Open
  std::chrono::microseconds delay{0};                   // before every visit
  // Pieces are at most this long, a multiple of 4 KiB; 0: as the real storage gives them.
  std::uint64_t piece_size = 0;
  // CheckUnchanged says that every file was changed.
  bool is_changed = false;
};

// Thread-safe. `real` and this outlive the files.
class FaultyStorage final : public Storage {
 public:
  explicit FaultyStorage(const Storage& real) : real_(real) {}

  // Before the visits that it is for.
  void SetPlan(FaultPlan plan) { plan_ = std::move(plan); }
  const FaultPlan& plan() const { return plan_; }

  std::vector<VisitedRange> visits() const;
  void ForgetVisits();

  Result<std::unique_ptr<File>> Open(const std::string& path, IoMode mode) const override;
  Result<PathKind> Kind(const std::string& path) const override { return real_.Kind(path); }
  Result<std::vector<std::string>> List(const std::string& directory) const override {
    return real_.List(directory);
  }

  // Records a visit; returns its number.
  std::uint64_t CountVisit(const VisitedRange& range) const;

 private:
  const Storage& real_;
  FaultPlan plan_;
  mutable std::mutex mutex_;
  mutable std::vector<VisitedRange> visits_;
  mutable std::uint64_t num_visits_ = 0;
  mutable std::atomic<std::uint64_t> num_opens_{0};
};

}  // namespace thaw

#endif  // THAW_TESTS_SUPPORT_FAULTY_STORAGE_H_
