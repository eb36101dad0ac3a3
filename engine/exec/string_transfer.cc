#include "engine/exec/string_transfer.h"

#include <memory>
#include <new>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/exec/unit_errors.h"
#include "io/checkpoint/bundle_v2/string_payload.h"

namespace thaw {
namespace {

Result<std::vector<std::string>> ReadStrings(const Unit& unit, const File& file,
                                             const CheckpointReader& reader) {
  const std::unique_ptr<std::byte[]> payload(new (std::nothrow) std::byte[unit.length]);
  if (payload == nullptr) {
    return ResourceExhaustedError("no memory for " + std::to_string(unit.length) +
                                  " bytes of strings");
  }
  const MutableByteView bytes(payload.get(), unit.length);
  THAW_RETURN_IF_ERROR(file.Read(unit.offset, bytes));
  Result<std::vector<std::string>> elements = DecodeStringPayload(
      bytes, unit.num_elements, unit.is_checked ? std::optional(unit.crc32c) : std::nullopt,
      reader.is_byte_swapped());
  if (elements.ok()) return elements;
  // The decoder counts offsets from the start of the payload.
  const Status status = elements.status();
  return Status(status.code(), status.what()).WithOffset(unit.offset + status.offset().value_or(0));
}

void Deliver(const Plan& plan, const Target& target, std::span<const std::string> elements,
             std::vector<std::string>* out) {
  if (target.slice_copy == Target::kPlain) {
    for (std::uint64_t e = target.begin; e < target.end; ++e) {
      (*out)[target.destination + e - target.begin] = elements[e];
    }
    return;
  }
  const SliceCopy& copy = plan.slice_copies[target.slice_copy];
  for (std::uint64_t i = 0; i < copy.num_runs(); ++i) {
    const SliceRun run = copy.Run(i);
    for (std::uint64_t e = 0; e < copy.source_length; ++e) {
      (*out)[run.destination + e] = elements[run.source + e];
    }
  }
}

}  // namespace

void TransferStrings(const Plan& plan, std::uint32_t index, const DataFiles& files,
                     const CheckpointReader& reader, std::span<const Request> requests,
                     UnitLog* log, std::vector<UnitFailure>* failures) {
  const Unit& unit = plan.units[index];
  if (!files.is_usable(unit)) return;
  Result<std::vector<std::string>> elements = ReadStrings(unit, files.file(unit.shard), reader);
  if (!elements.ok()) {
    failures->push_back({index, unit.offset, AtUnit(elements.status(), unit, reader)});
    return;
  }
  for (std::uint32_t t = 0; t < unit.num_targets; ++t) {
    const Target& target = plan.targets[unit.first_target + t];
    // The planner has compared this size with the stored ones, each of which has its bytes.
    const std::int64_t wanted = NumElements(requests[target.request].shape).value_or(0);
    std::vector<std::string>& out = log->strings[target.request];
    if (out.empty() && unit.num_targets == 1 && target.slice_copy == Target::kPlain &&
        elements->size() == static_cast<std::size_t>(wanted)) {
      out = *std::move(elements);
      break;
    }
    out.resize(static_cast<std::size_t>(wanted));
    Deliver(plan, target, *elements, &out);
  }
  log->states[index] = UnitState::kDone;
}

}  // namespace thaw
