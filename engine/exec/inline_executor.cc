// The oracle: one thread, unit by unit. It shares with the graph what can be checked alone (data
// files, string payloads, the settlement) and nothing of what it is there to check: chunks, pieces,
// fused sums, combined sums.

#include <memory>
#include <new>
#include <string>
#include <utility>

#include "engine/exec/data_files.h"
#include "engine/exec/executor.h"
#include "engine/exec/string_transfer.h"
#include "engine/exec/unit_errors.h"
#include "io/base/crc32c.h"

namespace thaw {
namespace {

class InlineExecutorImpl final : public Executor {
 public:
  Settlement Run(Plan plan, const CheckpointReader& reader, std::span<const Request> requests,
                 const ExecutorOptions& options) const override;
};

class InlineRun {
 public:
  InlineRun(const Plan& plan, const CheckpointReader& reader, std::span<const Request> requests,
            const ExecutorOptions& options)
      : plan_(plan),
        reader_(reader),
        requests_(requests),
        options_(options),
        log_(plan),
        files_(plan, reader, &log_) {}

  UnitLog Run() && {
    RestoreProgress progress;
    for (const Unit& unit : plan_.units) progress.bytes_total += unit.length;
    for (std::uint32_t u = 0; u < plan_.units.size(); ++u) {
      if (options_.cancel != nullptr && options_.cancel->is_cancelled()) {
        log_.interruption = CancelledError("the restore was cancelled");
        break;
      }
      RunUnit(u);
      progress.bytes_done += plan_.units[u].length;
      if (options_.progress && !Tell(progress)) break;
    }
    files_.CheckUnchanged(&log_);
    return std::move(log_);
  }

 private:
  bool Tell(const RestoreProgress& progress) {
    try {
      options_.progress(progress);
      return true;
    } catch (...) {
      log_.interruption = Status(StatusCode::kAborted, "the progress callback threw an exception");
      return false;
    }
  }

  void RunUnit(std::uint32_t u) {
    const Unit& unit = plan_.units[u];
    if (!files_.is_usable(unit)) return;
    if (unit.is_string) {
      TransferStrings(plan_, u, files_, reader_, requests_, &log_, &log_.failures);
      return;
    }
    const std::unique_ptr<std::byte[]> memory(new (std::nothrow) std::byte[unit.length]);
    if (memory == nullptr) {
      return Fail(u, ResourceExhaustedError("no memory for " + std::to_string(unit.length) +
                                            " bytes of a tensor"));
    }
    const MutableByteView bytes(memory.get(), unit.length);
    if (const Status read = files_.file(unit.shard).Read(unit.offset, bytes); !read.ok()) {
      return Fail(u, AtUnit(read, unit, reader_));
    }
    const std::uint32_t crc = Crc32c(bytes);
    if (unit.is_checked && crc != unit.crc32c) return Fail(u, ChecksumError(unit, crc, reader_));
    for (std::uint32_t t = 0; t < unit.num_targets; ++t) {
      Move(bytes, plan_.targets[unit.first_target + t]);
    }
    log_.states[u] = UnitState::kDone;
  }

  void Move(ByteView unit, const Target& target) const {
    std::byte* const buffer = plan_.buffers[target.request];
    const TransferFn move = target.kernel->transfer_unchecked;
    if (target.slice_copy == Target::kPlain) {
      move(buffer + target.destination, unit.data() + target.begin, target.end - target.begin, 0);
      return;
    }
    const SliceCopy& copy = plan_.slice_copies[target.slice_copy];
    for (std::uint64_t i = 0; i < copy.num_runs(); ++i) {
      const SliceRun run = copy.Run(i);
      move(buffer + run.destination, unit.data() + run.source, copy.source_length, 0);
    }
  }

  void Fail(std::uint32_t u, const Status& status) {
    log_.failures.push_back({u, plan_.units[u].offset, status});
  }

  const Plan& plan_;
  const CheckpointReader& reader_;
  const std::span<const Request> requests_;
  const ExecutorOptions& options_;
  UnitLog log_;
  const DataFiles files_;
};

Settlement InlineExecutorImpl::Run(Plan plan, const CheckpointReader& reader,
                                   std::span<const Request> requests,
                                   const ExecutorOptions& options) const {
  return Settle(plan, requests, InlineRun(plan, reader, requests, options).Run(), options.poison);
}

}  // namespace

const Executor& InlineExecutor() {
  static const InlineExecutorImpl executor;
  return executor;
}

}  // namespace thaw
