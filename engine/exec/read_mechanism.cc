#include "engine/exec/read_mechanism.h"

#include <algorithm>

namespace thaw {
namespace {

// A device's rate times its delay, and some more: 16 MiB are 1 ms at 16 GB/s. They stay in the
// processor's cache, and a cancellation has the time to wait for them. Where a network or a process
// delays the reads there are four times as many.
constexpr std::uint64_t kBytesUnderWay = std::uint64_t{16} << 20;
constexpr std::uint64_t kRemoteFactor = 4;

// In the hands of a thread: a buffer or two.
constexpr std::uint64_t kBytesInHand = std::uint64_t{2} << 20;
constexpr int kMaxHands = 8;

constexpr std::size_t kUringDepth = 64;
constexpr std::size_t kThreadDepth = 16;
constexpr std::size_t kRemoteThreadDepth = 32;

}  // namespace

std::unique_ptr<ReadQueue> MakeReadQueue(bool is_remote, bool may_start_threads) {
  if (std::unique_ptr<ReadQueue> queue = MakeUringQueue(kUringDepth)) return queue;
  if (!may_start_threads) return nullptr;
  return MakeThreadQueue(is_remote ? kRemoteThreadDepth : kThreadDepth);
}

std::string NameOf(ReadMechanism mechanism) {
  return mechanism == ReadMechanism::kUring ? "io_uring" : "threads";
}

std::uint64_t BufferBytes(bool is_remote, int threads) {
  const auto hands = static_cast<std::uint64_t>(std::clamp(threads, 1, kMaxHands));
  return kBytesUnderWay * (is_remote ? kRemoteFactor : 1) + hands * kBytesInHand;
}

}  // namespace thaw
