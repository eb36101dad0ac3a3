#include "engine/plan/planner.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/plan/chunking.h"
#include "engine/plan/request_check.h"
#include "io/checkpoint/object_graph/tensor_lookup.h"

namespace thaw {
namespace {

// Where a tensor lies, as RestoreV2 orders its work: a tensor stored in slices has no place of its
// own and comes first.
using FilePosition = std::pair<std::uint32_t, std::uint64_t>;

FilePosition PositionOf(const TensorInfo& tensor) {
  if (tensor.parts.empty() || tensor.is_sliced()) return {0, 0};
  return {tensor.parts.front().extent.shard, tensor.parts.front().extent.offset};
}

// A failure that waits until those of a higher rank are known to be absent.
struct Failure {
  FilePosition position;
  Status status;

  friend bool operator<(const Failure& a, const Failure& b) { return a.position < b.position; }
};

// Units are drafted one per target, in the order of the requests; Arrange puts them in order and
// joins those that can share a read.
class Planner {
 public:
  Planner(const CheckpointReader& reader, std::span<const Request> requests,
          const PlanOptions& options)
      : reader_(reader), requests_(requests), options_(options) {}

  Result<Plan> Build() {
    plan_.buffers.resize(requests_.size());
    plan_.units.reserve(requests_.size());
    plan_.targets.reserve(requests_.size());
    for (std::uint32_t r = 0; r < requests_.size(); ++r) {
      plan_.buffers[r] = requests_[r].buffer.data();
      THAW_RETURN_IF_ERROR(AddRequest(r));
    }
    THAW_RETURN_IF_ERROR(FirstFailure());
    THAW_RETURN_IF_ERROR(CheckDestinationsDisjoint());
    Arrange();
    CutIntoChunks(ChunkBytes(), &plan_);
    return std::move(plan_);
  }

 private:
  // Drafts the units of one request. Of a V2 checkpoint it fails at once only for a missing name,
  // which comes before all other failures.
  Status AddRequest(std::uint32_t r) {
    const Request& request = requests_[r];
    const std::optional<std::size_t> index = Find(request.tensor);
    if (!index) return Refuse(r, KeyNotFoundError(reader_, request.tensor));
    const TensorInfo tensor = reader_.tensor(*index);
    const EntryError* error = EntryErrorOf(tensor.name);
    // The slices that are there are of use without the missing one.
    if (error != nullptr &&
        (error->problem != EntryProblem::kMissingSlice || tensor.parts.empty())) {
      return Refuse(r, error->status.WithFile(reader_.prefix()).WithTensor(tensor.name));
    }

    const Kernel* kernel = nullptr;
    const Status dtypes = CheckDType(reader_, tensor, request, &kernel);
    if (!dtypes.ok()) return Fail(r, tensor, dtypes, &dtype_failures_);
    const std::size_t num_drafted = plan_.units.size();
    Status receiver;
    const Status placed = Place(r, static_cast<std::uint32_t>(*index), tensor, kernel, &receiver);
    if (placed.ok() && receiver.ok()) return Status();
    plan_.units.resize(num_drafted);
    plan_.targets.resize(num_drafted);
    if (!placed.ok()) return Fail(r, tensor, placed, &placement_failures_);
    return FailReceiver(r, tensor, receiver);
  }

  // Requests often come in the order of the names, so the successor of the last hit is tried first.
  std::optional<std::size_t> Find(std::string_view name) {
    if (next_ >= reader_.num_tensors() || reader_.tensor(next_).name != name) {
      const std::optional<std::size_t> found = FindTensor(reader_, name).index;
      if (!found) return std::nullopt;
      next_ = *found;
    }
    return next_++;
  }

  const EntryError* EntryErrorOf(std::string_view name) const {
    const std::span<const EntryError> errors = reader_.entry_errors();
    const auto found = std::ranges::lower_bound(errors, name, {}, &EntryError::tensor);
    return found == errors.end() || found->tensor != name ? nullptr : &*found;
  }

  Status Refuse(std::uint32_t r, Status status) {
    status = status.WithVariable(requests_[r].requester);
    if (!options_.isolate_requests) return status;
    plan_.refusals.push_back({r, std::move(status)});
    return Status();
  }

  Status At(std::uint32_t r, const TensorInfo& tensor, const Status& status) const {
    return status.WithFile(reader_.prefix())
        .WithTensor(tensor.name)
        .WithVariable(requests_[r].requester);
  }

  // Of a V1 checkpoint TensorFlow restores tensor by tensor, so the first failure is the answer.
  Status Fail(std::uint32_t r, const TensorInfo& tensor, const Status& status,
              std::vector<Failure>* failures) {
    const Status placed = At(r, tensor, status);
    if (options_.isolate_requests || reader_.format() == CheckpointFormat::kTfV1) {
      return Refuse(r, placed);
    }
    failures->push_back({PositionOf(tensor), placed});
    return Status();
  }

  // The value was found, but has no place: of all requests this fails last, whatever the format.
  Status FailReceiver(std::uint32_t r, const TensorInfo& tensor, const Status& status) {
    const Status placed = At(r, tensor, status);
    if (options_.isolate_requests) return Refuse(r, placed);
    receiver_failures_.push_back({PositionOf(tensor), placed});
    return Status();
  }

  // All dtypes that differ, then the first of the failures to find a value, then the first of those
  // to take it, each in the order of the file.
  Status FirstFailure() {
    if (!dtype_failures_.empty()) {
      std::stable_sort(dtype_failures_.begin(), dtype_failures_.end());
      if (dtype_failures_.size() == 1) return dtype_failures_.front().status;
      std::string lines;
      for (const Failure& failure : dtype_failures_) {
        lines += (lines.empty() ? "" : "\n") + failure.status.what();
      }
      return InvalidArgumentError(lines).WithFile(reader_.prefix());
    }
    for (const auto* failures : {&placement_failures_, &receiver_failures_}) {
      if (!failures->empty()) {
        return std::min_element(failures->begin(), failures->end())->status;
      }
    }
    return Status();
  }

  // Drafts one unit and target for each stored part that the request needs. `*receiver`: whether
  // the request's buffer takes them.
  Status Place(std::uint32_t r, std::uint32_t index, const TensorInfo& tensor, const Kernel* kernel,
               Status* receiver) {
    const Request& request = requests_[r];
    THAW_ASSIGN_OR_RETURN(std::optional<TensorSlice> slice, FindWanted(tensor, request));
    if (!slice) {
      *receiver = CheckReceiver(tensor.shape, request);
    } else {
      *receiver = CheckReceiver(SliceShape(*slice), request);
      if (CoversAll(*slice, tensor.shape)) slice.reset();
    }
    if (!slice && !tensor.is_sliced()) {
      if (tensor.parts.size() != 1) return InternalError("a tensor without a stored part");
      return AddWhole(r, index, tensor, kernel);
    }
    return AddSlices(r, index, tensor, kernel, slice);
  }

  Status AddWhole(std::uint32_t r, std::uint32_t index, const TensorInfo& tensor,
                  const Kernel* kernel) {
    const StoredPart& part = tensor.parts.front();
    THAW_ASSIGN_OR_RETURN(const std::uint64_t num_elements,
                          CheckPart(tensor, part, NumElements(tensor.shape)));
    // A target's span counts bytes, and elements for strings.
    const std::uint64_t span = kernel ? part.extent.length : num_elements;
    AddDraft(index, part, num_elements, {.request = r, .kernel = kernel, .end = span});
    return Status();
  }

  // TensorFlow's rule: the stored slices do not overlap (the reader has seen to it), so they
  // suffice if their common elements with the wanted slice are as many as it has.
  Status AddSlices(std::uint32_t r, std::uint32_t index, const TensorInfo& tensor,
                   const Kernel* kernel, const std::optional<TensorSlice>& slice) {
    const TensorSlice full = *ResolveSlice(TensorSlice::Full(tensor.shape.size()), tensor.shape);
    const TensorSlice& wanted = slice ? *slice : full;
    std::uint64_t num_found = 0;
    for (const StoredPart& part : tensor.parts) {
      TensorSlice box = full;
      if (part.slice != nullptr) {
        THAW_ASSIGN_OR_RETURN(box, ResolveSlice(*part.slice, tensor.shape));
      }
      const std::optional<TensorSlice> common = Intersect(box, wanted);
      if (!common) continue;
      THAW_ASSIGN_OR_RETURN(const std::uint64_t num_elements,
                            CheckPart(tensor, part, NumElements(SliceShape(box))));
      const std::uint64_t source_element = kernel ? ElementSize(tensor.dtype) : 1;
      const std::uint64_t target_element = kernel ? ElementSize(requests_[r].dtype) : 1;
      AddDraft(index, part, num_elements,
               MakeTarget(r, kernel,
                          MakeSliceCopy(box, wanted, *common, source_element, target_element)));
      num_found += static_cast<std::uint64_t>(*NumElements(SliceShape(*common)));
    }
    if (num_found == static_cast<std::uint64_t>(*NumElements(SliceShape(wanted)))) return Status();
    if (const EntryError* error = EntryErrorOf(tensor.name)) return error->status;
    return InvalidArgumentError("Does not have sufficient slices for partitioned tensor " +
                                std::string(tensor.name) +
                                " to restore in slice_spec: " + wanted.ToString());
  }

  Target MakeTarget(std::uint32_t r, const Kernel* kernel, SliceCopy copy) {
    Target target = {
        .request = r, .kernel = kernel, .begin = copy.source_begin(), .end = copy.source_end()};
    if (copy.is_plain()) {
      target.destination = copy.first.destination;
    } else {
      target.slice_copy = static_cast<std::uint32_t>(plan_.slice_copies.size());
      plan_.slice_copies.push_back(std::move(copy));
    }
    return target;
  }

  void AddDraft(std::uint32_t index, const StoredPart& part, std::uint64_t num_elements,
                const Target& target) {
    plan_.units.push_back({.offset = part.extent.offset,
                           .length = part.extent.length,
                           .num_elements = num_elements,
                           .shard = part.extent.shard,
                           .tensor = index,
                           .crc32c = part.crc32c.value_or(0),
                           .num_targets = 1,
                           .is_checked = options_.verify && part.crc32c.has_value(),
                           .is_string = target.kernel == nullptr});
    plan_.targets.push_back(target);
  }

  // The number of elements of a stored part, whose size must be theirs (at least a byte for each
  // string). The reader has compared them, too; all addresses rely on it.
  static Result<std::uint64_t> CheckPart(const TensorInfo& tensor, const StoredPart& part,
                                         std::optional<std::int64_t> elements) {
    const bool is_fixed = IsFixedSize(tensor.dtype);
    std::uint64_t size = 0;
    if (elements && CheckedMul(static_cast<std::uint64_t>(*elements),
                               is_fixed ? ElementSize(tensor.dtype) : 1, &size)) {
      const std::uint64_t stored = part.extent.length;
      if (is_fixed ? stored == size : stored >= size) return static_cast<std::uint64_t>(*elements);
    }
    return DataLossError("Invalid size in bundle entry: stored size " +
                         std::to_string(part.extent.length) + "; expected size " +
                         std::to_string(size))
        .WithShard(part.extent.shard)
        .WithOffset(part.extent.offset);
  }

  // Refuses requests that write to the same memory: their result would depend on timing.
  Status CheckDestinationsDisjoint() const {
    struct Range {
      const std::byte* begin;
      const std::byte* end;
      std::uint32_t request;
    };
    std::vector<Range> ranges;
    ranges.reserve(requests_.size());
    for (std::uint32_t r = 0; r < requests_.size(); ++r) {
      const Request& request = requests_[r];
      if (request.strings != nullptr) {
        const auto* receiver = reinterpret_cast<const std::byte*>(request.strings);
        ranges.push_back({receiver, receiver + sizeof(*request.strings), r});
      } else if (!request.buffer.empty()) {
        ranges.push_back({request.buffer.data(), request.buffer.data() + request.buffer.size(), r});
      }
    }
    const auto by_address = [](const Range& a, const Range& b) {
      return std::less<>()(a.begin, b.begin);
    };
    if (!std::is_sorted(ranges.begin(), ranges.end(), by_address)) {
      std::sort(ranges.begin(), ranges.end(), by_address);
    }
    const auto overlap = std::adjacent_find(
        ranges.begin(), ranges.end(),
        [](const Range& a, const Range& b) { return std::less<>()(b.begin, a.end); });
    if (overlap == ranges.end()) return Status();
    return InvalidArgumentError("the buffers of tensors '" + requests_[overlap->request].tensor +
                                "' and '" + requests_[(overlap + 1)->request].tensor +
                                "' overlap in memory")
        .WithTfClass(Status::kNoTfClass);
  }

  // Puts the drafts in the order of the files, then joins neighbours that are the same stored part
  // and want different spans of it: it is read once for all of them.
  void Arrange() {
    SortDrafts();
    std::size_t num_units = 0;
    for (std::size_t i = 0; i < plan_.units.size(); ++i) {
      if (num_units > 0 && CanJoin(plan_.units[num_units - 1], i)) {
        ++plan_.units[num_units - 1].num_targets;
        continue;
      }
      plan_.units[num_units] = plan_.units[i];
      plan_.units[num_units].first_target = static_cast<std::uint32_t>(i);
      ++num_units;
    }
    plan_.units.resize(num_units);
  }

  bool CanJoin(const Unit& unit, std::size_t draft) const {
    const Unit& other = plan_.units[draft];
    return unit.shard == other.shard && unit.offset == other.offset &&
           unit.length == other.length && unit.tensor == other.tensor &&
           plan_.targets[draft - 1].end <= plan_.targets[draft].begin;
  }

  void SortDrafts() {
    const auto key = [this](std::size_t i) {
      const Unit& unit = plan_.units[i];
      return std::make_tuple(unit.shard, unit.offset, unit.length, plan_.targets[i].begin);
    };
    const auto before = [&key](std::size_t a, std::size_t b) { return key(a) < key(b); };
    bool is_sorted = true;
    for (std::size_t i = 1; i < plan_.units.size() && is_sorted; ++i) is_sorted = !before(i, i - 1);
    if (is_sorted) return;

    std::vector<std::uint32_t> order(plan_.units.size());
    std::iota(order.begin(), order.end(), 0u);
    std::stable_sort(order.begin(), order.end(), before);
    std::vector<Unit> units;
    std::vector<Target> targets;
    units.reserve(order.size());
    targets.reserve(order.size());
    for (const std::uint32_t i : order) {
      units.push_back(plan_.units[i]);
      targets.push_back(plan_.targets[i]);
    }
    plan_.units = std::move(units);
    plan_.targets = std::move(targets);
  }

  std::uint64_t ChunkBytes() const {
    if (options_.chunk_bytes != 0) return (options_.chunk_bytes + 4095) / 4096 * 4096;
    std::uint64_t num_bytes = 0;
    for (const Unit& unit : plan_.units) num_bytes += unit.length;
    return ChooseChunkBytes(num_bytes, options_.threads);
  }

  const CheckpointReader& reader_;
  const std::span<const Request> requests_;
  const PlanOptions options_;
  Plan plan_;
  std::size_t next_ = 0;  // the tensor after the one found last
  std::vector<Failure> dtype_failures_;
  std::vector<Failure> placement_failures_;
  std::vector<Failure> receiver_failures_;
};

}  // namespace

Result<Plan> BuildPlan(const CheckpointReader& reader, std::span<const Request> requests,
                       const PlanOptions& options) {
  if (requests.size() > std::numeric_limits<std::uint32_t>::max() / 2) {
    return InvalidArgumentError("too many requests");
  }
  return Planner(reader, requests, options).Build();
}

}  // namespace thaw
