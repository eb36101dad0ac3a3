#include "io/checkpoint/bundle_v2/bundle_index_builder.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "io/checkpoint/bundle_v2/entry_check.h"
#include "io/checkpoint/bundle_v2/extent_overlap.h"
#include "io/checkpoint/bundle_v2/shard_files.h"
#include "io/checkpoint/bundle_v2/slice_key.h"
#include "io/checkpoint/bundle_v2/slice_overlap.h"
#include "io/checkpoint/format_versions.h"

namespace thaw {
namespace {

Status BadSlice(const TensorSlice& slice, const std::string& what) {
  return DataLossError("slice " + slice.ToString() + ": " + what);
}

}  // namespace

// --- Step 1

void BundleIndexBuilder::Expect(std::size_t num_entries) {
  content_.records.reserve(num_entries);
  content_.parts.reserve(num_entries);
  content_.dims.reserve(2 * num_entries);
}

void BundleIndexBuilder::Visit(std::string_view key, ByteView value) {
  if (!has_begun_) {
    has_begun_ = true;
    header_status_ = TakeHeader(key, value);
    return;
  }
  if (!header_status_.ok()) return;
  const std::size_t record = content_.records.size();
  content_.records.emplace_back().key = static_cast<std::uint32_t>(record + 1);
  Status status = DecodeBundleEntry(value, &entry_);
  Extent extent;
  if (status.ok()) {
    status = AddEntry(record);
    extent = ExtentOf(entry_);
  }
  if (!status.ok()) entry_faults_.push_back({record, EntryProblem::kBadEntry, status, extent});
}

Status BundleIndexBuilder::TakeHeader(std::string_view key, ByteView value) {
  // The header's key is the empty string, which is below all others.
  if (!key.empty()) {
    return DataLossError("the index has no header: failed to seek to header entry")
        .WithTfClass(Status::kNoTfClass);
  }
  THAW_ASSIGN_OR_RETURN(header_, DecodeBundleHeader(value));
  THAW_RETURN_IF_ERROR(CheckVersions(header_.versions));
  if (header_.num_shards < 1 || header_.num_shards > static_cast<std::int32_t>(kMaxShards)) {
    return DataLossError("the header names " + std::to_string(header_.num_shards) +
                         " data files; there are 1 to " + std::to_string(kMaxShards))
        .WithHint("a V1 checkpoint, or not a checkpoint, was renamed to .index")
        .WithTfClass("NotFoundError");
  }
  return Status();
}

// Fills in the last record as far as the entry is sound.
Status BundleIndexBuilder::AddEntry(std::size_t record_index) {
  Record& record = content_.records.back();
  THAW_ASSIGN_OR_RETURN(record.dtype, StoredDType(entry_.dtype_number));
  THAW_ASSIGN_OR_RETURN(const std::int64_t elements, StoredNumElements(entry_.shape));
  record.rank = static_cast<std::uint8_t>(entry_.shape.size());
  record.is_sliced = !entry_.slices.empty();
  record.first_dim = static_cast<std::uint32_t>(content_.dims.size());
  content_.dims.insert(content_.dims.end(), entry_.shape.begin(), entry_.shape.end());

  if (record.is_sliced) {
    if (entry_.slices.size() > kMaxSlicesPerTensor) {
      return UnimplementedError("a tensor in " + std::to_string(entry_.slices.size()) +
                                " slices exceeds the limit of " +
                                std::to_string(kMaxSlicesPerTensor))
          .WithTfClass(Status::kNoTfClass);
    }
    SlicedTensor sliced{record_index, content_.slices.size(), entry_.slices.size(), entry_};
    sliced.own.slices.clear();
    content_.slices.insert(content_.slices.end(), entry_.slices.begin(), entry_.slices.end());
    sliced_.push_back(std::move(sliced));
    return Status();
  }
  THAW_ASSIGN_OR_RETURN(
      const StoredPart part,
      StoredPlace(entry_, record.dtype, elements, static_cast<std::uint32_t>(header_.num_shards)));
  record.first_part = static_cast<std::uint32_t>(content_.parts.size());
  record.num_parts = 1;
  content_.parts.push_back(part);
  return Status();
}

std::vector<std::string> BundleIndexBuilder::SliceKeys(const Table& table) const {
  std::vector<std::string> keys;
  for (const SlicedTensor& tensor : sliced_) {
    const std::string_view name = table.key(content_.records[tensor.record].key);
    for (std::size_t i = 0; i < tensor.num_slices; ++i) {
      keys.push_back(EncodeSliceKey(name, content_.slices[tensor.first_slice + i]));
    }
  }
  std::ranges::sort(keys);
  const auto repeated = std::ranges::unique(keys);
  keys.erase(repeated.begin(), repeated.end());
  return keys;
}

// --- Step 2

void BundleIndexBuilder::CollectSlices(const SlicedTensor& tensor, const Table& table) {
  std::vector<StoredPart> parts;
  const SliceFault fault = CollectSlicesInto(tensor, table, &parts);
  if (!fault.status.ok()) {
    slice_faults_.push_back({tensor.record, fault.problem, fault.status, Extent()});
    if (fault.problem != EntryProblem::kMissingSlice) parts.clear();
  }
  Record& record = content_.records[tensor.record];
  record.first_part = static_cast<std::uint32_t>(content_.parts.size());
  record.num_parts = static_cast<std::uint32_t>(parts.size());
  content_.parts.insert(content_.parts.end(), parts.begin(), parts.end());
}

// Hides the entries of all slices, whatever else is wrong. kMissingSlice: nothing is wrong but that
// a slice has no entry, or that some elements are in no slice.
BundleIndexBuilder::SliceFault BundleIndexBuilder::CollectSlicesInto(
    const SlicedTensor& tensor, const Table& table, std::vector<StoredPart>* parts) {
  const Record& record = content_.records[tensor.record];
  const Dims shape = dims(record);
  Status first_fault;
  Status first_missing;
  const auto note = [](Status status, Status* first) {
    if (first->ok()) *first = std::move(status);
  };
  std::vector<TensorSlice> all_resolved;
  all_resolved.reserve(tensor.num_slices);
  for (std::size_t i = 0; i < tensor.num_slices; ++i) {
    const TensorSlice& slice = content_.slices[tensor.first_slice + i];
    const std::optional<std::size_t> stored = HideSlice(table.key(record.key), slice, table);
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
Result<StoredPart> BundleIndexBuilder::OwnPart(const SlicedTensor& tensor, const TensorSlice& slice,
                                               const TensorSlice& resolved) const {
  const std::int64_t elements = NumElements(SliceShape(resolved)).value_or(0);
  const DType dtype = content_.records[tensor.record].dtype;
  THAW_ASSIGN_OR_RETURN(
      StoredPart part,
      StoredPlace(tensor.own, dtype, elements, static_cast<std::uint32_t>(header_.num_shards)));
  part.slice = &slice;
  return part;
}

// The part that holds any other slice, whose entry is record `stored_record`.
Result<StoredPart> BundleIndexBuilder::PartOf(const SlicedTensor& tensor, const TensorSlice& slice,
                                              const TensorSlice& resolved,
                                              std::size_t stored_record) const {
  const Record& parent = content_.records[tensor.record];
  const Shape shape = SliceShape(resolved);
  if (const Fault* fault = FaultOf(stored_record)) {
    return fault->status.WithContext("slice " + slice.ToString());
  }
  const Record& stored = content_.records[stored_record];
  if (stored.is_sliced) return BadSlice(slice, "its own entry lists slices");
  if (stored.dtype != parent.dtype) {
    return BadSlice(slice, "its dtype is " + std::string(DTypeName(stored.dtype)) +
                               ", that of the tensor " + std::string(DTypeName(parent.dtype)));
  }
  if (!std::ranges::equal(dims(stored), shape)) {
    return BadSlice(slice, "its entry has the shape " + ShapeToString(dims(stored)));
  }
  StoredPart part = content_.parts[stored.first_part];
  part.slice = &slice;
  return part;
}

// The record of a slice's entry, which is no tensor of its own.
std::optional<std::size_t> BundleIndexBuilder::HideSlice(std::string_view name,
                                                         const TensorSlice& slice,
                                                         const Table& table) {
  const auto position = table.Find(EncodeSliceKey(name, slice));
  if (!position) return std::nullopt;
  is_hidden_[*position - 1] = true;
  return *position - 1;
}

const BundleIndexBuilder::Fault* BundleIndexBuilder::FaultOf(std::size_t record) const {
  const auto fault = std::partition_point(entry_faults_.begin(), entry_faults_.end(),
                                          [&](const Fault& f) { return f.record < record; });
  return fault != entry_faults_.end() && fault->record == record ? &*fault : nullptr;
}

// --- Steps 3 and 4

// Turns faults into errors, while records still have their first numbers. What is wrong with the
// entry of a slice was reported for its tensor.
void BundleIndexBuilder::ReportFaults(const std::vector<Fault>& faults, const Table& table) {
  for (const Fault& fault : faults) {
    if (is_hidden_[fault.record]) continue;
    AddError(table.key(content_.records[fault.record].key), fault.problem, fault.status,
             fault.extent);
  }
}

void BundleIndexBuilder::AddError(std::string_view tensor, EntryProblem problem,
                                  const Status& status, const Extent& extent) {
  content_.errors.push_back(
      {std::string(tensor), problem, status.WithFile(index_path_).WithTensor(tensor), extent});
}

void BundleIndexBuilder::DropHidden() {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < content_.records.size(); ++i) {
    if (!is_hidden_[i]) content_.records[kept++] = content_.records[i];
  }
  content_.records.resize(kept);
}

// Whether each extent begins behind all before it in its data file, as writers have it that store
// tensors in the order of their names: then none overlap.
bool BundleIndexBuilder::ExtentsRise() const {
  std::vector<std::uint64_t> ends(static_cast<std::size_t>(header_.num_shards));
  for (const Record& record : content_.records) {
    for (std::uint32_t part = 0; part < record.num_parts; ++part) {
      const Extent& extent = content_.parts[record.first_part + part].extent;
      if (extent.length == 0) continue;
      if (extent.offset < ends[extent.shard]) return false;
      ends[extent.shard] = extent.offset + extent.length;
    }
  }
  return true;
}

void BundleIndexBuilder::ReportExtentOverlaps(const Table& table) {
  if (ExtentsRise()) return;
  std::vector<OwnedExtent> extents;
  extents.reserve(content_.parts.size());
  for (std::size_t i = 0; i < content_.records.size(); ++i) {
    const Record& record = content_.records[i];
    for (std::uint32_t part = 0; part < record.num_parts; ++part) {
      extents.push_back(
          {content_.parts[record.first_part + part].extent, static_cast<std::uint32_t>(i)});
    }
  }
  for (const auto& [extent, other] : FindExtentOverlaps(std::move(extents))) {
    const std::string_view name = table.key(content_.records[extent.owner].key);
    const std::string_view other_name = table.key(content_.records[other.owner].key);
    const Status status =
        DataLossError("its " + std::to_string(extent.extent.length) + " bytes overlap the " +
                      std::to_string(other.extent.length) + " bytes at offset " +
                      std::to_string(other.extent.offset) + " of tensor '" +
                      std::string(other_name) + "'")
            .WithShard(extent.extent.shard)
            .WithOffset(extent.extent.offset)
            .WithTfClass(Status::kNoTfClass);
    AddError(name, EntryProblem::kOverlap, status, extent.extent);
  }
}

Result<BuiltBundleIndex> BundleIndexBuilder::Finish(Table table) && {
  if (!has_begun_) {
    return DataLossError("the index is empty: failed to seek to header entry")
        .WithTfClass("InternalError")
        .WithFile(index_path_);
  }
  if (!header_status_.ok()) return header_status_.WithFile(index_path_);
  is_hidden_.resize(content_.records.size());
  for (const SlicedTensor& tensor : sliced_) CollectSlices(tensor, table);
  ReportFaults(entry_faults_, table);
  ReportFaults(slice_faults_, table);
  DropHidden();
  ReportExtentOverlaps(table);
  std::stable_sort(content_.errors.begin(), content_.errors.end(),
                   [](const EntryError& a, const EntryError& b) { return a.tensor < b.tensor; });
  return BuiltBundleIndex{std::move(header_), BundleIndex(std::move(table), std::move(content_))};
}

}  // namespace thaw
