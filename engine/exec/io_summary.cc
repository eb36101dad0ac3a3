#include "engine/exec/io_summary.h"

namespace thaw {

void IoSummary::Add(const IoSummary& other) {
  mapped_bytes += other.mapped_bytes;
  direct_bytes += other.direct_bytes;
  buffered_bytes += other.buffered_bytes;
  if (queue.empty()) queue = other.queue;
  if (other.why.empty() || why == other.why) return;
  why += (why.empty() ? "" : "; ") + other.why;
}

std::string IoSummary::mode() const {
  const int num_ways = (mapped_bytes > 0) + (direct_bytes > 0) + (buffered_bytes > 0);
  if (num_ways == 0) return "";
  if (num_ways > 1) return "mixed";
  if (mapped_bytes > 0) return "mmap";
  return direct_bytes > 0 ? "direct" : "pread";
}

}  // namespace thaw
