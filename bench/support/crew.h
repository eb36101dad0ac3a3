// Crew: a fixed set of threads that do the same job at once, without starting threads while timed.
//
// Role in the flow: runs the plain copies that limits.h measures.

#ifndef THAW_BENCH_SUPPORT_CREW_H_
#define THAW_BENCH_SUPPORT_CREW_H_

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace thaw {

class Crew {
 public:
  // size: at least 1; the thread that calls Run is one of them.
  explicit Crew(int size);
  ~Crew();
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  int size() const { return static_cast<int>(threads_.size()) + 1; }

  // Calls job(0), …, job(size() - 1), each on its own thread; returns when all are done.
  void Run(const std::function<void(int)>& job);

 private:
  void Work(int index);

  std::mutex mutex_;
  std::condition_variable begin_;
  std::condition_variable end_;
  const std::function<void(int)>* job_ = nullptr;
  std::size_t jobs_begun_ = 0;
  std::size_t at_work_ = 0;
  bool is_over_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace thaw

#endif  // THAW_BENCH_SUPPORT_CREW_H_
