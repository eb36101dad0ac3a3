#include "bench/support/memory_use.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <string_view>

#include "io/storage/descriptor.h"

namespace thaw {
namespace {

// The number behind `label` in /proc/self/status, in bytes; 0 where it is missing.
std::uint64_t FieldBytes(std::string_view status, std::string_view label) {
  const std::size_t place = status.find(label);
  if (place == std::string_view::npos) return 0;
  status.remove_prefix(place + label.size());
  status.remove_prefix(std::min(status.find_first_not_of(" \t"), status.size()));
  std::uint64_t kilobytes = 0;
  std::from_chars(status.data(), status.data() + status.size(), kilobytes);
  return kilobytes * 1024;
}

}  // namespace

PeakMemory::PeakMemory(bool counts_shared)
    : counts_shared_(counts_shared), before_(ResidentBytes()), peak_(before_) {
  sampler_ = std::thread([this] {
    while (!stopped_.load(std::memory_order_relaxed)) {
      Sample();
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
  });
}

PeakMemory::~PeakMemory() { Stop(); }

std::uint64_t PeakMemory::ResidentBytes() const {
  const Descriptor file(::open("/proc/self/status", O_RDONLY | O_CLOEXEC));
  std::array<char, 4096> text;
  const ssize_t n = ::read(file.get(), text.data(), text.size());
  if (n <= 0) return 0;
  const std::string_view status(text.data(), static_cast<std::size_t>(n));
  const std::uint64_t shared = counts_shared_ ? FieldBytes(status, "RssShmem:") : 0;
  return FieldBytes(status, "RssAnon:") + shared;
}

void PeakMemory::Sample() { peak_ = std::max(peak_.load(), ResidentBytes()); }

std::uint64_t PeakMemory::Stop() {
  if (sampler_.joinable()) {
    stopped_ = true;
    sampler_.join();
    Sample();
  }
  return peak_ - before_;
}

}  // namespace thaw
