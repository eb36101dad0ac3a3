#include "tests/support/faulty_storage.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>

namespace thaw {
namespace {

class FaultyFile final : public File {
 public:
  FaultyFile(std::unique_ptr<File> real, const FaultyStorage& storage)
      : real_(std::move(real)), storage_(storage) {}

  const std::string& path() const override { return real_->path(); }
  std::uint64_t size() const override { return real_->size(); }
  IoMode mode() const override { return real_->mode(); }
  std::size_t staging_size() const override { return real_->staging_size(); }

  Status Visit(std::uint64_t offset, std::uint64_t length, MutableByteView staging,
               PieceSink sink) const override {
    const FaultPlan& plan = storage_.plan();
    const std::uint64_t number = storage_.CountVisit({path(), offset, length});
    if (plan.delay.count() != 0) std::this_thread::sleep_for(plan.delay);
    if (plan.fail_visit && number >= *plan.fail_visit) {
      const std::uint64_t seen = std::min(length, plan.bytes_before_failure);
      THAW_RETURN_IF_ERROR(VisitPieces(offset, seen, staging, sink));
      return plan.failure.WithFile(path()).WithOffset(offset + seen);
    }
    return VisitPieces(offset, length, staging, sink);
  }

  void WillNeed(std::uint64_t offset, std::uint64_t length) const override {
    real_->WillNeed(offset, length);
  }

  bool is_automatic() const override { return real_->is_automatic(); }
  FileSystemKind file_system() const override { return real_->file_system(); }
  std::optional<std::uint64_t> CachedBytes(std::uint64_t offset,
                                           std::uint64_t length) const override {
    return real_->CachedBytes(offset, length);
  }

  // What a queue reads nobody counts or spoils, so it is offered where nothing shall go wrong.
  int direct_descriptor() const override {
    const FaultPlan& plan = storage_.plan();
    const bool is_harmless = !plan.fail_visit && plan.delay.count() == 0 && plan.piece_size == 0;
    return is_harmless ? real_->direct_descriptor() : -1;
  }

  Status CheckUnchanged() const override {
    if (storage_.plan().is_changed) {
      return FailedPreconditionError("injected change").WithFile(path());
    }
    return real_->CheckUnchanged();
  }

 private:
  Status VisitPieces(std::uint64_t offset, std::uint64_t length, MutableByteView staging,
                     PieceSink sink) const {
    const std::uint64_t piece = storage_.plan().piece_size;
    if (piece == 0 || !RangeFits(offset, length, size())) {
      return real_->Visit(offset, length, staging, sink);
    }
    for (std::uint64_t done = 0; done < length; done += piece) {
      THAW_RETURN_IF_ERROR(
          real_->Visit(offset + done, std::min(piece, length - done), staging, sink));
    }
    return Status();
  }

  std::unique_ptr<File> real_;
  const FaultyStorage& storage_;
};

}  // namespace

Result<std::unique_ptr<File>> FaultyStorage::Open(const std::string& path, IoMode mode) const {
  const std::uint64_t number = ++num_opens_;
  if (plan_.fail_open && number >= *plan_.fail_open) return plan_.failure.WithFile(path);
  THAW_ASSIGN_OR_RETURN(std::unique_ptr<File> real, real_.Open(path, mode));
  return std::unique_ptr<File>(new FaultyFile(std::move(real), *this));
}

std::uint64_t FaultyStorage::CountVisit(const VisitedRange& range) const {
  const std::lock_guard lock(mutex_);
  visits_.push_back(range);
  return ++num_visits_;
}

std::vector<VisitedRange> FaultyStorage::visits() const {
  const std::lock_guard lock(mutex_);
  return visits_;
}

void FaultyStorage::ForgetVisits() {
  const std::lock_guard lock(mutex_);
  visits_.clear();
  num_visits_ = 0;
}

}  // namespace thaw
