// ReadMechanism: how the queued reads of a run are carried out, and how many are under way.
//
// Role in the flow: asked once a run, when some chunks are not in the page cache. The numbers are
// here and nowhere else.

#ifndef THAW_ENGINE_EXEC_READ_MECHANISM_H_
#define THAW_ENGINE_EXEC_READ_MECHANISM_H_

#include <cstdint>
#include <memory>
#include <string>

#include "io/storage/read_queue.h"

namespace thaw {

// io_uring where the kernel allows it, else threads; nullptr: neither.
//   is_remote: reads wait for a network or a process.
std::unique_ptr<ReadQueue> MakeReadQueue(bool is_remote, bool may_start_threads);

// "io_uring", "threads".
std::string NameOf(ReadMechanism mechanism);

// Bytes of the buffers that the reads under way, and the threads that move them, are enough for.
std::uint64_t BufferBytes(bool is_remote, int threads);

}  // namespace thaw

#endif  // THAW_ENGINE_EXEC_READ_MECHANISM_H_
