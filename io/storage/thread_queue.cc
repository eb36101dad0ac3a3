// The read queue of systems without io_uring: each read blocks a thread of its own.

#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

#include "io/storage/read_queue.h"

namespace thaw {
namespace {

FinishedRead ReadNow(const QueuedRead& read) {
  while (true) {
    const ssize_t n =
        ::pread(read.descriptor, read.into, read.length, static_cast<off_t>(read.offset));
    if (n >= 0) return {.tag = read.tag, .length = static_cast<std::uint32_t>(n)};
    if (errno != EINTR && errno != EAGAIN) return {.tag = read.tag, .error = errno};
  }
}

class ThreadQueue final : public ReadQueue {
 public:
  explicit ThreadQueue(std::size_t depth) : depth_(depth) { threads_.reserve(depth); }

  ~ThreadQueue() override {
    {
      const std::lock_guard lock(mutex_);
      is_closed_ = true;
    }
    work_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  ReadMechanism mechanism() const override { return ReadMechanism::kThreads; }
  std::size_t depth() const override { return depth_; }

  void Push(const QueuedRead& read) override {
    std::unique_lock lock(mutex_);
    if (num_idle_ <= waiting_.size() && threads_.size() < depth_) StartThread();
    if (!threads_.empty()) {
      waiting_.push_back(read);
      lock.unlock();
      work_.notify_one();
      return;
    }
    lock.unlock();
    const FinishedRead finished = ReadNow(read);
    lock.lock();
    finished_.push_back(finished);
  }

  FinishedRead Wait() override {
    std::unique_lock lock(mutex_);
    arrival_.wait(lock, [this] { return !finished_.empty(); });
    const FinishedRead finished = finished_.front();
    finished_.pop_front();
    return finished;
  }

 private:
  // With the mutex held. Fewer threads do the same work.
  void StartThread() {
    try {
      threads_.emplace_back([this] { Loop(); });
    } catch (const std::system_error&) {
    } catch (const std::bad_alloc&) {
    }
  }

  void Loop() {
    std::unique_lock lock(mutex_);
    while (true) {
      ++num_idle_;
      work_.wait(lock, [this] { return is_closed_ || !waiting_.empty(); });
      --num_idle_;
      if (waiting_.empty()) return;
      const QueuedRead read = waiting_.front();
      waiting_.pop_front();
      lock.unlock();
      const FinishedRead finished = ReadNow(read);
      lock.lock();
      finished_.push_back(finished);
      arrival_.notify_one();
    }
  }

  const std::size_t depth_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable arrival_;
  std::deque<QueuedRead> waiting_;
  std::deque<FinishedRead> finished_;
  std::size_t num_idle_ = 0;
  bool is_closed_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

std::unique_ptr<ReadQueue> MakeThreadQueue(std::size_t depth) {
  return std::make_unique<ThreadQueue>(depth);
}

}  // namespace thaw
