#include "python/src/load_run.h"

#include <nanobind/stl/string.h>

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

#include "python/src/arrays.h"
#include "python/src/errors.h"
#include "python/src/interruptible.h"
#include "python/src/paths.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

// Below this a load is over before a thread for it would have started.
constexpr std::uint64_t kSmallLoad = std::uint64_t{1} << 20;

// A positive int, or nothing for None.
std::optional<std::int64_t> PositiveFromPython(nb::handle value, const char* argument,
                                               std::int64_t largest) {
  if (value.is_none()) return std::nullopt;
  if (PyLong_Check(value.ptr()) == 0 || PyBool_Check(value.ptr()) != 0) {
    RaiseTypeError(std::string(argument) + " must be an int or None, not " + TypeName(value));
  }
  int overflow = 0;
  const std::int64_t number = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
  if (overflow != 0 || number < 1 || number > largest) {
    RaiseValueError(std::string(argument) + " must be from 1 to " + std::to_string(largest) +
                    ", not " + Repr(value));
  }
  return number;
}

std::uint64_t BytesOf(std::span<const Request> requests) {
  std::uint64_t bytes = 0;
  for (const Request& request : requests) {
    // Strings are of unknown length; one element is not nothing.
    bytes += request.strings != nullptr ? kSmallLoad : request.buffer.size();
  }
  return bytes;
}

// Small loads run here and now, without a thread; they are over before anyone could interrupt them.
void RunRequests(const Checkpoint& checkpoint, std::span<const Request> requests,
                 RestoreOptions options, nb::handle progress, RestoreOutcome& outcome) {
  if (BytesOf(requests) < kSmallLoad && progress.is_none()) {
    options.threads = 1;
    const nb::gil_scoped_release release;
    outcome = Restore(checkpoint, requests, options);
    return;
  }
  RunInterruptibly(
      [&](const RunControl& control) {
        options.cancel = control.cancel;
        if (!progress.is_none()) options.progress = control.progress;
        outcome = Restore(checkpoint, requests, options);
      },
      progress);
}

// Zeros what a failed request left; what the engine poisoned is zero already.
void ZeroFailed(const LoadTarget& target) {
  if (!target.needs_cast) return;
  std::fill(target.memory.begin(), target.memory.end(), std::byte{0});
}

// True when the request ended with a fault of its own: not one of another request that kept all
// from being read, and not a cancellation before its turn.
bool HasFailed(const RequestOutcome& outcome, const std::string& tensor) {
  if (outcome.state == BufferState::kPoisoned) return true;
  return outcome.state == BufferState::kUntouched && !outcome.status.ok() &&
         outcome.status.tensor() == tensor;
}

nb::object MakeReport(const Checkpoint& checkpoint, std::span<const LoadTarget> targets,
                      const RestoreOutcome& outcome) {
  nb::list done;
  nb::dict failed;
  nb::list untouched;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const std::string& tensor = targets[i].request.tensor;
    const nb::str name = TextToPython(tensor);
    const RequestOutcome request =
        i < outcome.requests.size() ? outcome.requests[i] : RequestOutcome();
    if (request.state == BufferState::kDone) {
      done.append(name);
    } else if (HasFailed(request, tensor)) {
      failed[name] = MakeException(request.status);
    } else {
      untouched.append(name);
    }
  }
  return nb::module_::import_("tensorthaw._report")
      .attr("LoadReport")(TextToPython(checkpoint.prefix()), nb::tuple(done), failed,
                          nb::tuple(untouched), outcome.restored_bytes, outcome.seconds);
}

void Finish(std::span<const LoadTarget> targets, const RestoreOutcome& outcome) {
  for (std::size_t i = 0; i < outcome.requests.size(); ++i) {
    if (outcome.requests[i].state == BufferState::kDone) FinishTarget(targets[i]);
    if (outcome.requests[i].state == BufferState::kPoisoned) ZeroFailed(targets[i]);
  }
}

}  // namespace

RestoreOptions LoadOptionsFromPython(nb::handle threads, bool verify, nb::handle memory_budget) {
  constexpr std::int64_t kMostThreads = 1024;
  RestoreOptions options;
  options.verify = verify;
  if (const auto number = PositiveFromPython(threads, "threads", kMostThreads)) {
    options.threads = static_cast<int>(*number);
  }
  if (const auto bytes = PositiveFromPython(memory_budget, "memory_budget",
                                            std::numeric_limits<std::int64_t>::max())) {
    options.memory_budget = static_cast<std::uint64_t>(*bytes);
  }
  return options;
}

OpenOptions OpenOptionsFromPython(nb::handle io) {
  static constexpr std::array<std::pair<std::string_view, IoMode>, 4> kModes = {
      {{"auto", IoMode::kAuto},
       {"mmap", IoMode::kMmap},
       {"pread", IoMode::kPread},
       {"direct", IoMode::kDirect}}};
  const std::string mode = TextFromPython(io, "io");
  OpenOptions options;
  bool is_known = false;
  for (const auto& [name, value] : kModes) {
    if (name != mode) continue;
    options.io = value;
    is_known = true;
  }
  if (!is_known) {
    RaiseValueError("io must be 'auto', 'mmap', 'pread' or 'direct', not " + Repr(io));
  }
  return options;
}

std::vector<std::string> NamesFromPython(nb::handle names) {
  if (PyUnicode_Check(names.ptr()) != 0 || !nb::hasattr(names, "__iter__")) {
    RaiseTypeError("names must be an iterable of names and globs, not " + Repr(names));
  }
  std::vector<std::string> texts;
  for (const nb::handle item : nb::iter(names)) {
    texts.push_back(TextFromPython(item, "names: an element"));
  }
  return texts;
}

void CheckProgress(nb::handle progress) {
  if (progress.is_none() || PyCallable_Check(progress.ptr()) != 0) return;
  RaiseTypeError("progress must be a callable or None");
}

nb::object RunLoad(const Checkpoint& checkpoint, std::vector<LoadTarget>& targets,
                   const RestoreOptions& options, nb::handle progress) {
  std::vector<Request> requests;
  requests.reserve(targets.size());
  for (const LoadTarget& target : targets) requests.push_back(target.request);
  RestoreOutcome outcome;
  try {
    RunRequests(checkpoint, requests, options, progress, outcome);
  } catch (nb::python_error& interruption) {
    Finish(targets, outcome);
    interruption.value().attr("report") = MakeReport(checkpoint, targets, outcome);
    throw;
  }
  Finish(targets, outcome);
  nb::object report = MakeReport(checkpoint, targets, outcome);
  if (outcome.status.ok()) return report;
  // Of a single tensor, even a failure of the whole file is its failure.
  const Status status = targets.size() == 1
                            ? outcome.status.WithTensor(targets.front().request.tensor)
                            : outcome.status;
  const nb::object exception = MakeException(status);
  exception.attr("report") = report;
  Raise(exception);
}

}  // namespace thaw::python
