#include "engine/exec/settlement.h"

#include <algorithm>
#include <cstring>
#include <tuple>

namespace thaw {
namespace {

// What the units of one request add up to.
struct Tally {
  bool is_complete = true;  // every unit is kDone
  bool is_touched = false;  // some byte was written
};

// Units of a changed file count for nothing where no checksum vouches for them.
void DistrustChangedShards(const Plan& plan, UnitLog* log) {
  for (const auto& [shard, status] : log->changed_shards) {
    for (std::uint32_t u = 0; u < plan.units.size(); ++u) {
      const Unit& unit = plan.units[u];
      if (unit.shard != shard || unit.is_checked || log->states[u] != UnitState::kDone) continue;
      log->states[u] = UnitState::kSpoiled;
      log->failures.push_back({u, unit.offset, status});
    }
  }
}

std::vector<Tally> TallyUp(const Plan& plan, const UnitLog& log) {
  std::vector<Tally> tallies(plan.buffers.size());
  for (std::size_t u = 0; u < plan.units.size(); ++u) {
    const Unit& unit = plan.units[u];
    const UnitState state = log.states[u];
    for (std::uint32_t t = 0; t < unit.num_targets; ++t) {
      Tally& tally = tallies[plan.targets[unit.first_target + t].request];
      tally.is_complete &= state == UnitState::kDone;
      tally.is_touched |= state != UnitState::kUntouched;
    }
  }
  return tallies;
}

// The first failure in plan order of each request, over what interrupted the run.
void AssignStatuses(const Plan& plan, std::span<const Request> requests, const UnitLog& log,
                    Settlement* settlement) {
  for (const UnitFailure& failure : log.failures) {  // sorted by unit
    const Unit& unit = plan.units[failure.unit];
    for (std::uint32_t t = 0; t < unit.num_targets; ++t) {
      const std::uint32_t request = plan.targets[unit.first_target + t].request;
      RequestOutcome& outcome = settlement->requests[request];
      if (outcome.status.ok()) {
        outcome.status = failure.status.WithVariable(requests[request].requester);
      }
    }
  }
}

std::uint64_t HandOver(std::vector<std::string>* from, std::vector<std::string>* to) {
  std::uint64_t characters = 0;
  for (const std::string& text : *from) characters += text.size();
  *to = std::move(*from);
  return characters;
}

}  // namespace

Settlement Settle(const Plan& plan, std::span<const Request> requests, UnitLog log,
                  std::byte poison) {
  Settlement settlement;
  settlement.io = std::move(log.io);
  settlement.requests.resize(requests.size());
  DistrustChangedShards(plan, &log);
  std::sort(log.failures.begin(), log.failures.end(),
            [](const UnitFailure& a, const UnitFailure& b) {
              return std::tie(a.unit, a.offset) < std::tie(b.unit, b.offset);
            });
  for (const Refusal& refusal : plan.refusals) {
    settlement.requests[refusal.request].status = refusal.status;
  }
  AssignStatuses(plan, requests, log, &settlement);

  const std::vector<Tally> tallies = TallyUp(plan, log);
  for (std::size_t r = 0; r < requests.size(); ++r) {
    RequestOutcome& outcome = settlement.requests[r];
    if (tallies[r].is_complete && outcome.status.ok()) {
      outcome.state = BufferState::kDone;
      settlement.restored_bytes += requests[r].buffer.size();
      continue;
    }
    if (outcome.status.ok()) outcome.status = log.interruption;
    if (!tallies[r].is_touched || requests[r].buffer.empty()) continue;
    outcome.state = BufferState::kPoisoned;
    std::memset(requests[r].buffer.data(), std::to_integer<int>(poison), requests[r].buffer.size());
  }
  for (auto& [request, elements] : log.strings) {
    if (settlement.requests[request].state != BufferState::kDone) continue;
    settlement.restored_bytes += HandOver(&elements, requests[request].strings);
  }

  if (!log.interruption.ok()) {
    settlement.status = log.interruption;
  } else if (!log.changed_shards.empty()) {
    settlement.status = log.changed_shards.front().second;
  } else if (!log.failures.empty()) {
    const UnitFailure& first = log.failures.front();
    const Target& target = plan.targets[plan.units[first.unit].first_target];
    settlement.status = first.status.WithVariable(requests[target.request].requester);
  }
  return settlement;
}

}  // namespace thaw
