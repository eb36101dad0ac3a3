// Restores a checkpoint into shared memory, or maps it, as a process of its own.
//
//   shared_memory_peer CHECKPOINT NAME THREADS [slow]
//
// Prints "restored" or "mapped", and the CRC-32C of all elements; or the error, and ends with 1.
// slow: a dot a chunk, and a millisecond's rest after it.

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "engine/shared_checkpoint.h"
#include "io/base/crc32c.h"

namespace {

thaw::Result<std::uint32_t> SumOf(const thaw::SharedCheckpoint& shared) {
  std::uint32_t crc = 0;
  for (std::size_t i = 0; i < shared.num_tensors(); ++i) {
    THAW_ASSIGN_OR_RETURN(const thaw::SharedTensor tensor, shared.tensor(i));
    crc = thaw::Crc32cExtend(crc, tensor.bytes);
  }
  return crc;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  thaw::ShareOptions options;
  options.restore.threads = std::atoi(argv[3]);
  if (argc > 4) {
    options.restore.progress = [](const thaw::RestoreProgress&) {
      if (::write(STDOUT_FILENO, ".", 1) != 1) std::_Exit(3);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    };
  }
  const auto shared = thaw::SharedCheckpoint::Load(argv[1], argv[2], options);
  if (!shared.ok()) {
    std::printf("%s\n", shared.status().ToString().c_str());
    return 1;
  }
  const auto sum = SumOf(*shared);
  if (!sum.ok()) return 1;
  std::printf("%s %u\n", shared->was_restored() ? "restored" : "mapped", *sum);
  return 0;
}
