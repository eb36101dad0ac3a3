#include "engine/verify.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <new>
#include <optional>
#include <tuple>
#include <unordered_set>
#include <utility>

#include "engine/exec/executor.h"
#include "engine/kernels/dtype_conversions.h"
#include "engine/plan/chunking.h"
#include "engine/thread_count.h"
#include "io/checkpoint/bundle_v2/variant_payload.h"

namespace thaw {
namespace {

// What damage a failure means; nullopt: it says nothing about the checkpoint.
std::optional<Damage> DamageOf(const Status& status) {
  switch (status.code()) {
    case StatusCode::kDataLoss:
      return Damage::kChecksum;
    case StatusCode::kOutOfRange:
      return Damage::kTruncated;
    case StatusCode::kNotFound:
      return Damage::kMissingShard;
    default:
      return std::nullopt;
  }
}

Damage DamageOf(EntryProblem problem) {
  switch (problem) {
    case EntryProblem::kOverlap:
      return Damage::kOverlap;
    case EntryProblem::kMissingSlice:
      return Damage::kMissingSlice;
    case EntryProblem::kUnreadable:
      return Damage::kChecksum;
    case EntryProblem::kBadEntry:
    case EntryProblem::kNotRead:  // no damage
      break;
  }
  return Damage::kBadEntry;
}

// One stored part to be summed.
struct Part {
  std::uint32_t tensor = 0;  // index in the reader
  StoredPart stored;
  std::uint64_t num_elements = 0;
};

class Verifier {
 public:
  Verifier(const CheckpointReader& reader, const RestoreOptions& options)
      : reader_(reader), options_(options) {}

  Result<VerifyReport> Run() {
    const auto start = std::chrono::steady_clock::now();
    AddEntryErrors();
    CollectParts();
    THAW_RETURN_IF_ERROR(SumParts());
    for (const Part& part : variants_) THAW_RETURN_IF_ERROR(SumVariant(part));
    std::sort(report_.damaged.begin(), report_.damaged.end(),
              [](const DamagedTensor& a, const DamagedTensor& b) {
                return std::tie(a.tensor, a.file, a.offset) < std::tie(b.tensor, b.file, b.offset);
              });
    report_.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::move(report_);
  }

 private:
  void AddEntryErrors() {
    for (const EntryError& error : reader_.entry_errors()) {
      if (error.problem == EntryProblem::kNotRead) continue;
      std::string file = error.status.file();
      if (file.empty()) file = reader_.shard_path(error.extent.shard);
      report_.damaged.push_back({.tensor = error.tensor,
                                 .damage = DamageOf(error.problem),
                                 .file = std::move(file),
                                 .offset = error.extent.offset,
                                 .bytes = error.extent.length,
                                 .status = error.status});
    }
  }

  // The parts of all tensors whose entries are sound, in the order of the files.
  void CollectParts() {
    std::unordered_set<std::string_view> unsound;
    for (const EntryError& error : reader_.entry_errors()) unsound.insert(error.tensor);
    for (std::uint32_t t = 0; t < reader_.num_tensors(); ++t) {
      const TensorInfo tensor = reader_.tensor(t);
      if (unsound.contains(tensor.name)) continue;
      ++report_.tensors_checked;
      report_.tensors_without_checksum += std::ranges::any_of(
          tensor.parts, [](const StoredPart& part) { return !part.crc32c.has_value(); });
      for (const StoredPart& stored : tensor.parts) {
        auto& parts = tensor.dtype == DType::kVariant ? variants_ : parts_;
        parts.push_back({t, stored, NumElementsOf(tensor, stored)});
      }
    }
    std::sort(parts_.begin(), parts_.end(), [](const Part& a, const Part& b) {
      const Extent& x = a.stored.extent;
      const Extent& y = b.stored.extent;
      return std::tie(x.shard, x.offset, x.length) < std::tie(y.shard, y.offset, y.length);
    });
  }

  // The reader has checked that these numbers fit.
  static std::uint64_t NumElementsOf(const TensorInfo& tensor, const StoredPart& stored) {
    Shape shape(tensor.shape.begin(), tensor.shape.end());
    if (stored.slice != nullptr) {
      const Result<TensorSlice> slice = ResolveSlice(*stored.slice, tensor.shape);
      if (slice.ok()) shape = SliceShape(*slice);
    }
    return static_cast<std::uint64_t>(NumElements(shape).value_or(0));
  }

  // A plan whose targets want nothing: all bytes are read for the checksums alone, or where there
  // is none, for what reading them finds out. Each part is a request, so that the executor says of
  // each how it ended.
  Plan MakePlan(int threads) const {
    Plan plan;
    plan.buffers.resize(parts_.size());
    for (std::uint32_t p = 0; p < parts_.size(); ++p) {
      const Part& part = parts_[p];
      const DType dtype = reader_.tensor(part.tensor).dtype;
      plan.units.push_back({.offset = part.stored.extent.offset,
                            .length = part.stored.extent.length,
                            .num_elements = part.num_elements,
                            .shard = part.stored.extent.shard,
                            .tensor = part.tensor,
                            .crc32c = part.stored.crc32c.value_or(0),
                            .first_target = p,
                            .num_targets = 1,
                            .is_checked = part.stored.crc32c.has_value(),
                            .is_string = dtype == DType::kString,
                            .is_read_whole = true});
      plan.targets.push_back({.request = p, .kernel = FindKernel(dtype, dtype, false)});
    }
    std::uint64_t num_bytes = 0;
    for (const Unit& unit : plan.units) num_bytes += unit.length;
    CutIntoChunks(ChooseChunkBytes(num_bytes, threads), &plan);
    return plan;
  }

  Status SumParts() {
    const int threads = ThreadCount(options_.threads);
    Plan plan = MakePlan(threads);
    std::vector<std::string> no_strings;
    Request nothing;
    nothing.shape = {0};
    nothing.strings = &no_strings;
    const std::vector<Request> requests(parts_.size(), nothing);
    const Executor& executor = options_.inline_executor ? InlineExecutor() : GraphExecutor();
    const Settlement settlement = executor.Run(std::move(plan), reader_, requests,
                                               {.threads = threads,
                                                .memory_budget = options_.memory_budget,
                                                .cancel = options_.cancel,
                                                .progress = options_.progress});
    for (std::uint32_t p = 0; p < parts_.size(); ++p) {
      THAW_RETURN_IF_ERROR(Note(parts_[p], settlement.requests[p].status));
    }
    // What befell the run as a whole: the files were changed, or there was no memory.
    if (!DamageOf(settlement.status)) return settlement.status;
    return Status();
  }

  Status SumVariant(const Part& part) {
    const Result<const File*> file = reader_.OpenShard(part.stored.extent.shard);
    if (!file.ok()) return Note(part, file.status());
    const Extent& extent = part.stored.extent;
    if (!RangeFits(extent.offset, extent.length, (*file)->size())) {
      return Note(part, OutOfRangeError("the data file ends before the tensor does"));
    }
    const std::unique_ptr<std::byte[]> memory(new (std::nothrow) std::byte[extent.length]);
    if (memory == nullptr) return ResourceExhaustedError("no memory for a variant tensor");
    const MutableByteView payload(memory.get(), extent.length);
    if (const Status read = (*file)->Read(extent.offset, payload); !read.ok()) {
      return Note(part, read);
    }
    if (!part.stored.crc32c) return Note(part, Status());
    return Note(part, CheckVariantPayload(payload, part.num_elements, *part.stored.crc32c,
                                          reader_.is_byte_swapped()));
  }

  // Counts the part, or lists it as damaged. Fails when `status` is no damage.
  Status Note(const Part& part, const Status& status) {
    const Extent& extent = part.stored.extent;
    const std::optional<Damage> damage = DamageOf(status);
    if (!status.ok() && !damage) return status;
    // A part with a wrong checksum was read, too.
    if (status.ok() || damage == Damage::kChecksum) report_.bytes_checked += extent.length;
    if (status.ok()) return Status();
    report_.damaged.push_back({.tensor = std::string(reader_.tensor(part.tensor).name),
                               .damage = *damage,
                               .file = reader_.shard_path(extent.shard),
                               .offset = PlaceInFile(extent, status),
                               .bytes = extent.length,
                               .status = status});
    return Status();
  }

  // Elements that a V1 file holds in another form than in memory have no offset in it; the status
  // names that of their block.
  std::uint64_t PlaceInFile(const Extent& extent, const Status& status) const {
    if (reader_.format() != CheckpointFormat::kTfV1) return extent.offset;
    return status.offset().value_or(extent.offset);
  }

  const CheckpointReader& reader_;
  const RestoreOptions& options_;
  std::vector<Part> parts_;
  std::vector<Part> variants_;
  VerifyReport report_;
};

}  // namespace

std::string_view DamageName(Damage damage) {
  switch (damage) {
    case Damage::kChecksum:
      return "checksum";
    case Damage::kTruncated:
      return "truncated";
    case Damage::kMissingShard:
      return "missing_shard";
    case Damage::kBadEntry:
      return "bad_entry";
    case Damage::kOverlap:
      return "overlap";
    case Damage::kMissingSlice:
      return "missing_slice";
  }
  return "checksum";
}

Result<VerifyReport> Verify(const Checkpoint& checkpoint, const RestoreOptions& options) {
  try {
    return Verifier(*checkpoint.reader(), options).Run();
  } catch (const std::bad_alloc&) {
    return ResourceExhaustedError("no memory to plan the work");
  }
}

}  // namespace thaw
