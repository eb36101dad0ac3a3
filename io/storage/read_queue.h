// ReadQueue: many positional reads under way at once.
//
// Role in the flow: the executor fills it with the ranges of files that are not in the page cache,
// so that the device always has work, and takes the blocks as they come in. It knows descriptors
// and addresses; what lies in a file, and what to do when a read ends early, is its user's.

#ifndef THAW_IO_STORAGE_READ_QUEUE_H_
#define THAW_IO_STORAGE_READ_QUEUE_H_

#include <cstddef>
#include <cstdint>
#include <memory>

namespace thaw {

struct QueuedRead {
  int descriptor = -1;
  std::uint64_t offset = 0;  // in the file
  std::uint32_t length = 0;  // bytes
  std::byte* into = nullptr;
  std::uint64_t tag = 0;  // comes back with the result
};

struct FinishedRead {
  std::uint64_t tag = 0;
  std::uint32_t length = 0;  // bytes that were read; fewer than asked for at the file's end, or any
  int error = 0;             // errno; never EINTR or EAGAIN
};

// How the reads are carried out.
enum class ReadMechanism : std::uint8_t { kUring, kThreads };

// Used by one thread. Descriptors and memory stay valid until their reads have come back; the
// destructor waits for those that did not.
class ReadQueue {
 public:
  virtual ~ReadQueue() = default;
  ReadQueue() = default;
  ReadQueue(const ReadQueue&) = delete;
  ReadQueue& operator=(const ReadQueue&) = delete;

  virtual ReadMechanism mechanism() const = 0;
  // Reads that may be under way; at least 1.
  virtual std::size_t depth() const = 0;
  // Begins a read, at the latest with the next Wait. To be called with fewer than depth() under
  // way.
  virtual void Push(const QueuedRead& read) = 0;
  // Waits for a read, in any order. To be called with at least one under way.
  virtual FinishedRead Wait() = 0;
};

// By io_uring. nullptr: built without liburing, or the kernel refuses it (seccomp, sysctl, age).
//   depth: at most 4096.
std::unique_ptr<ReadQueue> MakeUringQueue(std::size_t depth);

// By one thread a read, which are started as they are needed. Where none can be started, Push
// reads.
std::unique_ptr<ReadQueue> MakeThreadQueue(std::size_t depth);

}  // namespace thaw

#endif  // THAW_IO_STORAGE_READ_QUEUE_H_
