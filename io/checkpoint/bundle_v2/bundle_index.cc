#include "io/checkpoint/bundle_v2/bundle_index.h"

#include <algorithm>
#include <string>
#include <utility>

#include "io/checkpoint/bundle_v2/bundle_entry.h"
#include "io/checkpoint/bundle_v2/entry_check.h"
#include "io/checkpoint/bundle_v2/extent_overlap.h"
#include "io/checkpoint/bundle_v2/slice_key.h"
#include "io/checkpoint/bundle_v2/slice_overlap.h"

namespace thaw {

// Outline: (1) decode every entry into a record, those of slices like any other; (2) for each
// tensor in slices, find the records of its slices, move their extents over to it and mark them
// hidden; (3) drop what is hidden; (4) look for extents that overlap.
class BundleIndex::Builder {
 public:
  Builder(const Table& table, std::uint32_t num_shards, const std::string& index_path,
          BundleIndex* index)
      : table_(table), num_shards_(num_shards), index_path_(index_path), index_(*index) {}

  void Run() {
    DecodeEntries();
    is_hidden_.resize(index_.records_.size());
    for (const SlicedTensor& tensor : sliced_) CollectSlices(tensor);
    ReportFaults(entry_faults_);
    ReportFaults(slice_faults_);
    DropHidden();
    ReportExtentOverlaps();
    std::stable_sort(index_.errors_.begin(), index_.errors_.end(),
                     [](const EntryError& a, const EntryError& b) { return a.tensor < b.tensor; });
  }

 private:
  // A tensor that is stored in slices; its slices are index_.slices_[first_slice, + num_slices).
  struct SlicedTensor {
    std::size_t record;
    std::size_t first_slice;
    std::size_t num_slices;
    // The parent's own placement, which counts for a slice that is full.
    BundleEntry own;
  };

  // Why a record is bad; in order of records, at most one for each.
  struct Fault {
    std::size_t record;
    EntryProblem problem;
    Status status;
    Extent extent;
  };

  // What is wrong with the slices of a tensor; an OK status: nothing.
  struct SliceFault {
    EntryProblem problem;
    Status status;
  };

  void DecodeEntries();
  Status AddEntry(const BundleEntry& entry, std::size_t record);

  void CollectSlices(const SlicedTensor& tensor);
  SliceFault CollectSlicesInto(const SlicedTensor& tensor, std::vector<StoredPart>* parts);
  Result<StoredPart> OwnPart(const SlicedTensor& tensor, const TensorSlice& slice,
                             const TensorSlice& resolved) const;
  Result<StoredPart> PartOf(const SlicedTensor& tensor, const TensorSlice& slice,
                            const TensorSlice& resolved, std::size_t stored_record) const;
  std::optional<std::size_t> HideSlice(std::string_view name, const TensorSlice& slice);
  const Fault* FaultOf(std::size_t record) const;

  void DropHidden();
  void ReportFaults(const std::vector<Fault>& faults);
  void AddError(std::string_view tensor, EntryProblem problem, const Status& status,
                const Extent& extent);
  void ReportExtentOverlaps();

  const Table& table_;
  std::uint32_t num_shards_;
  const std::string& index_path_;
  BundleIndex& index_;

  std::vector<SlicedTensor> sliced_;
  std::vector<Fault> entry_faults_;  // from step 1
  std::vector<Fault> slice_faults_;  // from step 2
  std::vector<bool> is_hidden_;
  std::string slice_key_;
};

namespace {

Status BadSlice(const TensorSlice& slice, const std::string& what) {
  return DataLossError("slice " + slice.ToString() + ": " + what);
}

}  // namespace

// --- Step 1

void BundleIndex::Builder::DecodeEntries() {
  const std::size_t num_records = table_.size() - 1;
  index_.records_.reserve(num_records);
  index_.parts_.reserve(num_records);
  index_.dims_.reserve(2 * num_records);

  BundleEntry entry;
  for (std::size_t record = 0; record < num_records; ++record) {
    index_.records_.emplace_back().name = table_.key(record + 1);
    Status status = DecodeBundleEntry(table_.value(record + 1), &entry);
    Extent extent;
    if (status.ok()) {
      status = AddEntry(entry, record);
      extent = ExtentOf(entry);
    }
    if (!status.ok()) entry_faults_.push_back({record, EntryProblem::kBadEntry, status, extent});
  }
}

// Fills in the last record as far as the entry is sound.
Status BundleIndex::Builder::AddEntry(const BundleEntry& entry, std::size_t record_index) {
  Record& record = index_.records_.back();
  THAW_ASSIGN_OR_RETURN(record.dtype, StoredDType(entry.dtype_number));
  THAW_ASSIGN_OR_RETURN(const std::int64_t elements, StoredNumElements(entry.shape));
  record.rank = static_cast<std::uint16_t>(entry.shape.size());
  record.is_sliced = !entry.slices.empty();
  record.first_dim = index_.dims_.size();
  index_.dims_.insert(index_.dims_.end(), entry.shape.begin(), entry.shape.end());

  if (record.is_sliced) {
    if (entry.slices.size() > kMaxSlicesPerTensor) {
      return UnimplementedError("a tensor in " + std::to_string(entry.slices.size()) +
                                " slices exceeds the limit of " +
                                std::to_string(kMaxSlicesPerTensor))
          .WithTfClass(Status::kNoTfClass);
    }
    SlicedTensor sliced{record_index, index_.slices_.size(), entry.slices.size(), entry};
    sliced.own.slices.clear();
    index_.slices_.insert(index_.slices_.end(), entry.slices.begin(), entry.slices.end());
    sliced_.push_back(std::move(sliced));
    return Status();
  }
  THAW_ASSIGN_OR_RETURN(const StoredPart part,
                        StoredPlace(entry, record.dtype, elements, num_shards_));
  record.first_part = index_.parts_.size();
  record.num_parts = 1;
  index_.parts_.push_back(part);
  return Status();
}

// --- Step 2

void BundleIndex::Builder::CollectSlices(const SlicedTensor& tensor) {
  std::vector<StoredPart> parts;
  const SliceFault fault = CollectSlicesInto(tensor, &parts);
  if (!fault.status.ok()) {
    slice_faults_.push_back({tensor.record, fault.problem, fault.status, Extent()});
    if (fault.problem != EntryProblem::kMissingSlice) parts.clear();
  }
  Record& record = index_.records_[tensor.record];
  record.first_part = index_.parts_.size();
  record.num_parts = parts.size();
  index_.parts_.insert(index_.parts_.end(), parts.begin(), parts.end());
}

// Hides the entries of all slices, whatever else is wrong. kMissingSlice: nothing is wrong but that
// a slice has no entry, or that some elements are in no slice.
BundleIndex::Builder::SliceFault BundleIndex::Builder::CollectSlicesInto(
    const SlicedTensor& tensor, std::vector<StoredPart>* parts) {
  const Record& record = index_.records_[tensor.record];
  const Dims shape = index_.dims(record);
  Status first_fault;
  Status first_missing;
  const auto note = [](Status status, Status* first) {
    if (first->ok()) *first = std::move(status);
  };
  std::vector<TensorSlice> all_resolved;
  all_resolved.reserve(tensor.num_slices);
  for (std::size_t i = 0; i < tensor.num_slices; ++i) {
    const TensorSlice& slice = index_.slices_[tensor.first_slice + i];
    const std::optional<std::size_t> stored = HideSlice(record.name, slice);
    const auto resolved = ResolveSlice(slice, shape);
    if (!IsWellFormedSlice(slice) || !resolved.ok()) {
      note(BadSlice(slice, "it does not fit the shape " + ShapeToString(shape)), &first_fault);
      continue;
    }
    all_resolved.push_back(*resolved);
    if (!stored && !slice.is_full()) {
      note(BadSlice(slice, "it is listed, but has no entry").WithTfClass("NotFoundError"),
           &first_missing);
      continue;
    }
    const auto part = slice.is_full() ? OwnPart(tensor, slice, *resolved)
                                      : PartOf(tensor, slice, *resolved, *stored);
    if (part.ok()) {
      parts->push_back(*part);
    } else {
      note(part.status(), &first_fault);
    }
  }
  if (!first_fault.ok()) return {EntryProblem::kBadEntry, first_fault};

  const auto overlap = FindSliceOverlap(all_resolved);
  if (!overlap.ok()) return {EntryProblem::kBadEntry, overlap.status()};
  if (*overlap) {
    const auto& [first, second] = **overlap;
    return {EntryProblem::kOverlap,
            DataLossError("overlapping slices: " + all_resolved[first].ToString() + " and " +
                          all_resolved[second].ToString())
                .WithTfClass("InternalError")};
  }
  return {EntryProblem::kMissingSlice,
          first_missing.ok() ? CheckSlicesCover(all_resolved, shape) : first_missing};
}

// The part that holds a full slice: the tensor's own entry places it.
Result<StoredPart> BundleIndex::Builder::OwnPart(const SlicedTensor& tensor,
                                                 const TensorSlice& slice,
                                                 const TensorSlice& resolved) const {
  const std::int64_t elements = NumElements(SliceShape(resolved)).value_or(0);
  const DType dtype = index_.records_[tensor.record].dtype;
  THAW_ASSIGN_OR_RETURN(StoredPart part, StoredPlace(tensor.own, dtype, elements, num_shards_));
  part.slice = &slice;
  return part;
}

// The part that holds any other slice, whose entry is record `stored_record`.
Result<StoredPart> BundleIndex::Builder::PartOf(const SlicedTensor& tensor,
                                                const TensorSlice& slice,
                                                const TensorSlice& resolved,
                                                std::size_t stored_record) const {
  const Record& parent = index_.records_[tensor.record];
  const Shape shape = SliceShape(resolved);
  if (const Fault* fault = FaultOf(stored_record)) {
    return fault->status.WithContext("slice " + slice.ToString());
  }
  const Record& stored = index_.records_[stored_record];
  if (stored.is_sliced) return BadSlice(slice, "its own entry lists slices");
  if (stored.dtype != parent.dtype) {
    return BadSlice(slice, "its dtype is " + std::string(DTypeName(stored.dtype)) +
                               ", that of the tensor " + std::string(DTypeName(parent.dtype)));
  }
  if (!std::ranges::equal(index_.dims(stored), shape)) {
    return BadSlice(slice, "its entry has the shape " + ShapeToString(index_.dims(stored)));
  }
  StoredPart part = index_.parts_[stored.first_part];
  part.slice = &slice;
  return part;
}

// The record of a slice's entry, which is no tensor of its own.
std::optional<std::size_t> BundleIndex::Builder::HideSlice(std::string_view name,
                                                           const TensorSlice& slice) {
  slice_key_.clear();
  AppendSliceKey(name, slice, &slice_key_);
  const auto position = table_.Find(slice_key_);
  if (!position) return std::nullopt;
  is_hidden_[*position - 1] = true;
  return *position - 1;
}

const BundleIndex::Builder::Fault* BundleIndex::Builder::FaultOf(std::size_t record) const {
  const auto fault = std::partition_point(entry_faults_.begin(), entry_faults_.end(),
                                          [&](const Fault& f) { return f.record < record; });
  return fault != entry_faults_.end() && fault->record == record ? &*fault : nullptr;
}

// --- Steps 3 and 4

// Turns faults into errors, while records still have their first numbers. What is wrong with the
// entry of a slice was reported for its tensor.
void BundleIndex::Builder::ReportFaults(const std::vector<Fault>& faults) {
  for (const Fault& fault : faults) {
    if (is_hidden_[fault.record]) continue;
    AddError(index_.records_[fault.record].name, fault.problem, fault.status, fault.extent);
  }
}

void BundleIndex::Builder::AddError(std::string_view tensor, EntryProblem problem,
                                    const Status& status, const Extent& extent) {
  index_.errors_.push_back(
      {std::string(tensor), problem, status.WithFile(index_path_).WithTensor(tensor), extent});
}

void BundleIndex::Builder::DropHidden() {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < index_.records_.size(); ++i) {
    if (!is_hidden_[i]) index_.records_[kept++] = index_.records_[i];
  }
  index_.records_.resize(kept);
}

void BundleIndex::Builder::ReportExtentOverlaps() {
  std::vector<OwnedExtent> extents;
  extents.reserve(index_.parts_.size());
  for (std::size_t i = 0; i < index_.records_.size(); ++i) {
    const Record& record = index_.records_[i];
    for (std::size_t part = 0; part < record.num_parts; ++part) {
      extents.push_back(
          {index_.parts_[record.first_part + part].extent, static_cast<std::uint32_t>(i)});
    }
  }
  for (const auto& [extent, other] : FindExtentOverlaps(std::move(extents))) {
    const Status status =
        DataLossError("its " + std::to_string(extent.extent.length) + " bytes overlap the " +
                      std::to_string(other.extent.length) + " bytes at offset " +
                      std::to_string(other.extent.offset) + " of tensor '" +
                      std::string(index_.records_[other.owner].name) + "'")
            .WithShard(extent.extent.shard)
            .WithOffset(extent.extent.offset)
            .WithTfClass(Status::kNoTfClass);
    AddError(index_.records_[extent.owner].name, EntryProblem::kOverlap, status, extent.extent);
  }
}

BundleIndex::BundleIndex(const Table& table, std::uint32_t num_shards,
                         const std::string& index_path) {
  Builder(table, num_shards, index_path, this).Run();
}

TensorInfo BundleIndex::tensor(std::size_t index) const {
  const Record& record = records_[index];
  return {record.name, record.dtype, dims(record),
          std::span(parts_).subspan(record.first_part, record.num_parts)};
}

std::optional<std::size_t> BundleIndex::Find(std::string_view name) const {
  const auto found = std::partition_point(records_.begin(), records_.end(),
                                          [&](const Record& r) { return r.name < name; });
  if (found == records_.end() || found->name != name) return std::nullopt;
  return static_cast<std::size_t>(found - records_.begin());
}

std::uint64_t BundleIndex::memory_bytes() const {
  std::uint64_t bytes =
      records_.capacity() * sizeof(Record) + dims_.capacity() * sizeof(std::int64_t) +
      parts_.capacity() * sizeof(StoredPart) + slices_.capacity() * sizeof(TensorSlice) +
      errors_.capacity() * sizeof(EntryError);
  for (const TensorSlice& slice : slices_) bytes += slice.dims.capacity() * sizeof(SliceDim);
  return bytes;
}

}  // namespace thaw
