// Settlement: from what became of each unit to how each request ended.
//
// Role in the flow: an executor notes what became of each unit (UnitLog); Settle turns the notes
// into one outcome per request and poisons what must not be used. Neither depends on the order in
// which the units were worked on, so a failure is reported the same in every run.

#ifndef THAW_ENGINE_EXEC_SETTLEMENT_H_
#define THAW_ENGINE_EXEC_SETTLEMENT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/exec/io_summary.h"
#include "engine/exec/request_outcome.h"
#include "engine/plan/plan.h"
#include "engine/plan/request.h"
#include "io/base/status.h"

namespace thaw {

enum class UnitState : std::uint8_t {
  kUntouched,  // nothing of it reached a destination
  kDone,       // all of it did, and its checksum agrees
  kSpoiled,    // something reached a destination and may not be used
};

struct UnitFailure {
  std::uint32_t unit = 0;
  std::uint64_t offset =
      0;  // in the data file, of the range that failed; orders failures of a unit
  Status status;
};

// What became of the units of a plan. `states` may be written from several threads, each unit by
// one.
struct UnitLog {
  explicit UnitLog(const Plan& plan) : states(plan.units.size()) {}

  std::vector<UnitState> states;
  std::vector<UnitFailure> failures;  // in any order
  // Why the run was left before its end: cancelled, or stopped by an exception.
  Status interruption;
  // A data file was changed while it was read, by shard.
  std::vector<std::pair<std::uint32_t, Status>> changed_shards;
  // The elements of string requests, by request; their receivers get them when they are complete.
  std::unordered_map<std::uint32_t, std::vector<std::string>> strings;
  IoSummary io;
};

struct Settlement {
  // The interruption, else of a changed file, else of the first failed unit in plan order.
  Status status;
  std::vector<RequestOutcome> requests;
  std::uint64_t restored_bytes = 0;  // of kDone buffers, and characters of strings
  IoSummary io;                      // empty when the executor does not tell
};

// Ends a run: hands over the strings, fills spoiled buffers with `poison`, and says what happened
// to each request. A request that the plan refused keeps its refusal.
//   A checksum that agreed holds even if the file was changed afterwards: such buffers stay kDone,
//   and the call fails all the same. What no checksum covers is then poisoned.
Settlement Settle(const Plan& plan, std::span<const Request> requests, UnitLog log,
                  std::byte poison);

}  // namespace thaw

#endif  // THAW_ENGINE_EXEC_SETTLEMENT_H_
