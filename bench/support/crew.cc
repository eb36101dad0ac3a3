#include "bench/support/crew.h"

namespace thaw {

Crew::Crew(int size) {
  for (int i = 1; i < size; ++i) threads_.emplace_back([this, i] { Work(i); });
}

Crew::~Crew() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  begin_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Crew::Run(const std::function<void(int)>& job) {
  {
    const std::lock_guard lock(mutex_);
    job_ = &job;
    ++jobs_begun_;
    at_work_ = threads_.size();
  }
  begin_.notify_all();
  job(0);
  std::unique_lock lock(mutex_);
  end_.wait(lock, [this] { return at_work_ == 0; });
}

void Crew::Work(int index) {
  std::size_t jobs_done = 0;
  for (;;) {
    const std::function<void(int)>* job = nullptr;
    {
      std::unique_lock lock(mutex_);
      begin_.wait(lock, [&] { return is_over_ || jobs_begun_ != jobs_done; });
      if (is_over_) return;
      jobs_done = jobs_begun_;
      job = job_;
    }
    (*job)(index);
    const std::lock_guard lock(mutex_);
    if (--at_work_ == 0) end_.notify_one();
  }
}

}  // namespace thaw
