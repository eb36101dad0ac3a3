// IoSummary: how the bytes of a restore were fetched, and why so.
//
// Role in the flow: told by the executor, shown in reports. All counts are of the bytes that were
// wanted, not of the blocks around them.

#ifndef THAW_ENGINE_EXEC_IO_SUMMARY_H_
#define THAW_ENGINE_EXEC_IO_SUMMARY_H_

#include <cstdint>
#include <string>

namespace thaw {

struct IoSummary {
  std::uint64_t mapped_bytes = 0;    // taken in place, from the page cache or memory
  std::uint64_t direct_bytes = 0;    // read past the page cache
  std::uint64_t buffered_bytes = 0;  // read through it
  // What carried out the queued reads: "io_uring", "threads", or empty when there were none.
  std::string queue;
  // Why `auto` chose so, by data file where they differ; empty when nothing was to be chosen.
  std::string why;

  // Adds what another run of the same call, or the choice for another file, came to.
  void Add(const IoSummary& other);
  // "mmap", "direct", "pread", "mixed"; empty when no data was fetched.
  std::string mode() const;
};

}  // namespace thaw

#endif  // THAW_ENGINE_EXEC_IO_SUMMARY_H_
