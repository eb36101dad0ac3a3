// The read queue of Linux's io_uring: the kernel works on the reads, and no thread of ours waits
// for each. This is the only file that includes liburing.

#include "io/storage/read_queue.h"

#ifdef THAW_HAS_URING

#include <liburing.h>
#include <sched.h>

#include <cerrno>
#include <numeric>
#include <optional>
#include <vector>

namespace thaw {
namespace {

class UringQueue final : public ReadQueue {
 public:
  explicit UringQueue(std::size_t depth) : reads_(depth), free_(depth), is_free_(depth, true) {
    std::iota(free_.begin(), free_.end(), std::uint32_t{0});
  }

  // What was not submitted never will be; the rest must not write into memory that is gone.
  ~UringQueue() override {
    if (!is_open_) return;
    while (num_in_kernel_ > 0) {
      if (!TakeEnded()) Enter(0);
    }
    ::io_uring_queue_exit(&ring_);
  }

  // False: the kernel refuses the setup, or to carry out a request.
  bool Open() {
    if (::io_uring_queue_init(static_cast<unsigned>(depth()), &ring_, 0) != 0) return false;
    is_open_ = true;
    ::io_uring_prep_nop(::io_uring_get_sqe(&ring_));
    Enter(1);
    return TakeEnded().has_value();
  }

  ReadMechanism mechanism() const override { return ReadMechanism::kUring; }
  std::size_t depth() const override { return reads_.size(); }

  void Push(const QueuedRead& read) override {
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    is_free_[slot] = false;
    reads_[slot] = read;
    Prepare(slot);
  }

  FinishedRead Wait() override {
    while (true) {
      if (error_ != 0 && num_in_kernel_ == 0) return FailOne();
      Enter(1);
      const std::optional<Ended> ended = TakeEnded();
      if (!ended) continue;
      // The kernel gives a request up when its memory is short; it is asked again.
      if (ended->result == -EINTR || ended->result == -EAGAIN) {
        Prepare(ended->slot);
        continue;
      }
      const std::uint64_t tag = Free(ended->slot);
      if (ended->result < 0) return {.tag = tag, .error = -ended->result};
      return {.tag = tag, .length = static_cast<std::uint32_t>(ended->result)};
    }
  }

 private:
  struct Ended {
    std::uint32_t slot;
    int result;  // bytes, or -errno
  };

  // There is always room: the ring has as many entries as there are slots.
  void Prepare(std::uint32_t slot) {
    const QueuedRead& read = reads_[slot];
    io_uring_sqe* const entry = ::io_uring_get_sqe(&ring_);
    ::io_uring_prep_read(entry, read.descriptor, read.into, read.length, read.offset);
    ::io_uring_sqe_set_data64(entry, slot);
  }

  // Submits what is prepared, and waits until `num_wanted` requests have ended. After an error that
  // will not pass (never seen) nothing more is submitted.
  void Enter(unsigned num_wanted) {
    if (error_ != 0) {
      ::sched_yield();
      return;
    }
    const int result = ::io_uring_submit_and_wait(&ring_, num_wanted);
    if (result >= 0) {
      num_in_kernel_ += static_cast<std::size_t>(result);
    } else if (result != -EINTR && result != -EAGAIN && result != -EBUSY) {
      error_ = -result;
    }
  }

  std::optional<Ended> TakeEnded() {
    io_uring_cqe* entry = nullptr;
    if (::io_uring_peek_cqe(&ring_, &entry) != 0) return std::nullopt;
    const Ended ended = {static_cast<std::uint32_t>(entry->user_data), entry->res};
    ::io_uring_cqe_seen(&ring_, entry);
    --num_in_kernel_;
    return ended;
  }

  // Nothing is in the kernel, so every read that is left was not begun.
  FinishedRead FailOne() {
    std::uint32_t slot = 0;
    while (is_free_[slot]) ++slot;
    return {.tag = Free(slot), .error = error_};
  }

  std::uint64_t Free(std::uint32_t slot) {
    free_.push_back(slot);
    is_free_[slot] = true;
    return reads_[slot].tag;
  }

  io_uring ring_{};
  bool is_open_ = false;
  std::vector<QueuedRead> reads_;  // by slot, while not free
  std::vector<std::uint32_t> free_;
  std::vector<bool> is_free_;
  std::size_t num_in_kernel_ = 0;
  int error_ = 0;
};

}  // namespace

std::unique_ptr<ReadQueue> MakeUringQueue(std::size_t depth) {
  auto queue = std::make_unique<UringQueue>(depth);
  if (!queue->Open()) return nullptr;
  return queue;
}

}  // namespace thaw

#else

namespace thaw {

std::unique_ptr<ReadQueue> MakeUringQueue(std::size_t) { return nullptr; }

}  // namespace thaw

#endif
