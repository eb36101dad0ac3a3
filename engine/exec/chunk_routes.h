// ChunkRoutes: which way each chunk of a plan is fetched.
//
// Role in the flow: the executor's first step after the files are open. Files opened for one mode
// leave no choice. For kAuto this is the residency gate: ranges that are in the page cache are
// taken from the map, the others are read past it; asking costs a few microseconds a file. It reads
// nothing and starts nothing.

#ifndef THAW_ENGINE_EXEC_CHUNK_ROUTES_H_
#define THAW_ENGINE_EXEC_CHUNK_ROUTES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/exec/data_files.h"
#include "engine/exec/io_summary.h"
#include "engine/plan/plan.h"

namespace thaw {

// What the queued reads of a shard use.
struct ReadSource {
  int descriptor = -1;  // -1: there are none
  bool is_direct = false;
};

// The chunks of each way, in plan order. Those of files that could not be opened are in none.
struct ChunkRoutes {
  std::vector<std::uint32_t> mapped;   // File::Visit, in place
  std::vector<std::uint32_t> queued;   // by a ReadQueue, from `sources`
  std::vector<std::uint32_t> staged;   // File::Visit, which blocks and wants staging
  std::vector<std::uint32_t> strings;  // TransferStrings, which blocks

  std::vector<ReadSource> sources;  // by shard
  bool is_remote = false;           // some queued reads wait for a network or a process
  std::size_t staging_size = 0;     // that the files of staged and queued chunks want
  std::string why;                  // IoSummary::why

  // Gives the queued chunks the way that needs no queue.
  void DoWithoutQueue(const Plan& plan, const DataFiles& files);
  // All but the name of the queue.
  IoSummary Summarize(const Plan& plan, const DataFiles& files) const;
};

// Chunks that a queue will read are cut smaller, if they are large, by cutting the plan anew: reads
// shall keep the device busy with little memory, and of a file that is half cached each half shall
// go its way.
ChunkRoutes RouteChunks(const DataFiles& files, Plan* plan);

}  // namespace thaw

#endif  // THAW_ENGINE_EXEC_CHUNK_ROUTES_H_
