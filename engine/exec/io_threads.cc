#include "engine/exec/io_threads.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

namespace thaw {

IoThreads::~IoThreads() {
  for (std::thread& thread : threads_) thread.join();
}

Status IoThreads::Start(std::span<const std::uint32_t> items, std::size_t max_threads,
                        std::size_t staging_size, Work work, std::function<void()> finished) {
  items_ = items;
  work_ = std::move(work);
  finished_ = std::move(finished);
  // One more than run, until all have been started: none may see the count fall to zero early.
  num_running_ = 1;
  std::size_t num_counted = 0;
  std::string reason = "no memory for a buffer of " + std::to_string(staging_size) + " bytes";
  try {
    const std::size_t num_threads = std::min(max_threads, items.size());
    threads_.reserve(num_threads);
    staging_.reserve(num_threads);
    while (threads_.size() < num_threads) {
      Staging staging(staging_size);
      if (!staging.ok()) break;
      staging_.push_back(std::move(staging));
      ++num_running_;
      ++num_counted;
      threads_.emplace_back([this, view = staging_.back().view()] { Loop(view); });
    }
  } catch (const std::exception& error) {
    reason = error.what();
    if (num_counted > threads_.size()) --num_running_;  // the one that could not be started
  }
  if (threads_.empty()) {
    return ResourceExhaustedError("could not start a thread for reading: " + reason);
  }
  if (--num_running_ == 0) finished_();
  return Status();
}

void IoThreads::Loop(MutableByteView staging) {
  for (std::size_t i = next_++; i < items_.size(); i = next_++) work_(items_[i], staging);
  if (--num_running_ == 0) finished_();
}

}  // namespace thaw
