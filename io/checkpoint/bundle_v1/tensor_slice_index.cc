#include "io/checkpoint/bundle_v1/tensor_slice_index.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "io/checkpoint/bundle_v1/element_field.h"
#include "io/checkpoint/bundle_v2/bundle_index.h"
#include "io/checkpoint/bundle_v2/entry_check.h"
#include "io/checkpoint/bundle_v2/slice_key.h"
#include "io/checkpoint/bundle_v2/slice_overlap.h"

namespace thaw {

// Outline: (1) join what the files say of each name; (2) check each tensor and give it its parts;
// (3) list the records of the parts.
class TensorSliceIndex::Builder {
 public:
  Builder(std::span<const TensorSliceMeta> metas, std::span<const std::string> paths,
          TensorSliceIndex* index)
      : metas_(metas), paths_(paths), index_(*index) {}

  void Run() {
    for (std::uint32_t file = 0; file < metas_.size(); ++file) {
      // TensorFlow registers slices: a tensor without any is as if it were not listed.
      for (const SavedTensor& tensor : metas_[file].tensors) {
        if (!tensor.slices.empty()) Join(tensor, file);
      }
    }
    for (auto& [name, draft] : drafts_) AddTensor(name, &draft);
    for (std::size_t part = 0; part < index_.parts_.size(); ++part) {
      index_.parts_[part].slice = is_whole_[part] ? nullptr : &index_.slices_[part];
    }
    std::ranges::sort(index_.records_, {},
                      [](const SliceRecord& record) { return std::tie(record.file, record.key); });
  }

 private:
  struct Draft {
    const SavedTensor* first = nullptr;  // as it was first listed
    std::uint32_t file = 0;
    std::vector<std::pair<std::uint32_t, const TensorSlice*>> slices;  // with their files
    Status fault;                                                      // the first
  };

  void Join(const SavedTensor& tensor, std::uint32_t file);
  void AddTensor(std::string_view name, Draft* draft);
  Status CheckTensor(std::string_view name, const Draft& draft, Tensor* tensor) const;
  Status ResolveSlices(const Draft& draft, Dims shape, std::vector<TensorSlice>* resolved) const;
  static Status CheckDisjoint(const Draft& draft, const std::vector<TensorSlice>& resolved);
  void AddParts(const Draft& draft, const std::vector<TensorSlice>& resolved, Tensor* tensor);
  void AddError(std::string_view name, const Draft& draft, EntryProblem problem,
                const Status& status);

  std::span<const TensorSliceMeta> metas_;
  std::span<const std::string> paths_;
  TensorSliceIndex& index_;
  std::map<std::string_view, Draft> drafts_;
  std::vector<bool> is_whole_;  // by part
};

namespace {

Status Incompatible(const char* what, const std::string& existing, const std::string& added) {
  return DataLossError(std::string("Incompatible tensor ") + what +
                       " detected: existing = " + existing + ", new = " + added)
      .WithTfClass("InternalError");
}

std::string NumberedDType(std::int64_t number) {
  const std::optional<DType> dtype = DTypeFromNumber(number);
  return dtype ? std::string(DTypeName(*dtype)) : "dtype " + std::to_string(number);
}

Status Overlapping(const TensorSlice& existing, const TensorSlice& added) {
  return DataLossError("Overlapping slices: existing slice = " + existing.ToString() +
                       ", new slice = " + added.ToString())
      .WithTfClass("InternalError");
}

}  // namespace

// --- Step 1

void TensorSliceIndex::Builder::Join(const SavedTensor& tensor, std::uint32_t file) {
  Draft& draft = drafts_[tensor.name];
  if (draft.first == nullptr) {
    draft.first = &tensor;
    draft.file = file;
  } else if (draft.fault.ok() && draft.first->shape != tensor.shape) {
    draft.fault =
        Incompatible("shapes", ShapeToString(draft.first->shape), ShapeToString(tensor.shape));
  } else if (draft.fault.ok() && draft.first->dtype_number != tensor.dtype_number) {
    draft.fault = Incompatible("types", NumberedDType(draft.first->dtype_number),
                               NumberedDType(tensor.dtype_number));
  }
  for (const TensorSlice& slice : tensor.slices) draft.slices.emplace_back(file, &slice);
}

// --- Step 2

void TensorSliceIndex::Builder::AddTensor(std::string_view name, Draft* draft) {
  Tensor& tensor = index_.tensors_.emplace_back();
  tensor.name = name;
  std::vector<TensorSlice> resolved;
  Status status = CheckTensor(name, *draft, &tensor);
  if (status.ok()) status = ResolveSlices(*draft, tensor.shape, &resolved);
  if (status.ok()) status = CheckDisjoint(*draft, resolved);
  if (!status.ok()) return AddError(name, *draft, EntryProblem::kBadEntry, status);
  AddParts(*draft, resolved, &tensor);
  const Status covered = CheckSlicesCover(resolved, tensor.shape);
  if (!covered.ok()) AddError(name, *draft, EntryProblem::kMissingSlice, covered);
}

Status TensorSliceIndex::Builder::CheckTensor(std::string_view name, const Draft& draft,
                                              Tensor* tensor) const {
  const Status shape = StoredNumElements(draft.first->shape).status();
  if (!shape.ok()) return shape.WithTfClass("InvalidArgumentError");
  tensor->shape = draft.first->shape;
  THAW_ASSIGN_OR_RETURN(tensor->dtype, StoredDType(draft.first->dtype_number));
  if (!draft.fault.ok()) return draft.fault;
  if (name.empty()) {
    return UnimplementedError("a tensor whose name is empty").WithTfClass(Status::kNoTfClass);
  }
  if (!ElementFieldOf(tensor->dtype)) {
    return DataLossError("Restoring data type " + std::string(DTypeName(tensor->dtype)) +
                         " not yet supported: V1 files have no form for it")
        .WithTfClass("UnimplementedError");
  }
  std::uint64_t size_bytes = 0;
  if (!CheckedMul(static_cast<std::uint64_t>(*NumElements(tensor->shape)),
                  std::max<std::size_t>(ElementSize(tensor->dtype), 1), &size_bytes) ||
      size_bytes > INT64_MAX) {
    return DataLossError("no tensor of shape " + ShapeToString(tensor->shape) + " fits in memory");
  }
  if (draft.slices.size() > kMaxSlicesPerTensor) {
    return UnimplementedError("a tensor in " + std::to_string(draft.slices.size()) +
                              " slices exceeds the limit of " + std::to_string(kMaxSlicesPerTensor))
        .WithTfClass(Status::kNoTfClass);
  }
  return Status();
}

Status TensorSliceIndex::Builder::ResolveSlices(const Draft& draft, Dims shape,
                                                std::vector<TensorSlice>* resolved) const {
  resolved->reserve(draft.slices.size());
  for (const auto& [file, slice] : draft.slices) {
    if (!IsWellFormedSlice(*slice)) {
      return DataLossError("slice " + slice->ToString() + " has a negative number")
          .WithTfClass("InvalidArgumentError");
    }
    Result<TensorSlice> one = ResolveSlice(*slice, shape);
    if (!one.ok()) {
      return DataLossError(one.status().what()).WithTfClass("InternalError");
    }
    resolved->push_back(*std::move(one));
  }
  return Status();
}

// A slice without elements shares none, but for TensorFlow the same slice overlaps itself.
Status TensorSliceIndex::Builder::CheckDisjoint(const Draft& draft,
                                                const std::vector<TensorSlice>& resolved) {
  std::vector<std::string> empty;
  for (std::size_t i = 0; i < resolved.size(); ++i) {
    if (NumElements(SliceShape(resolved[i])).value_or(0) != 0) continue;
    empty.push_back(draft.slices[i].second->ToString());
  }
  std::ranges::sort(empty);
  if (std::ranges::adjacent_find(empty) != empty.end()) {
    return DataLossError("Overlapping slices: slice " + *std::ranges::adjacent_find(empty) +
                         " is listed twice")
        .WithTfClass("InternalError");
  }
  THAW_ASSIGN_OR_RETURN(const std::optional<SliceOverlap> overlap, FindSliceOverlap(resolved));
  if (!overlap) return Status();
  return Overlapping(*draft.slices[overlap->first].second, *draft.slices[overlap->second].second);
}

// --- Step 3

void TensorSliceIndex::Builder::AddParts(const Draft& draft,
                                         const std::vector<TensorSlice>& resolved, Tensor* tensor) {
  tensor->first_part = index_.parts_.size();
  tensor->num_parts = resolved.size();
  const bool is_whole = resolved.size() == 1 && CoversAll(resolved.front(), tensor->shape);
  for (std::size_t i = 0; i < resolved.size(); ++i) {
    const auto& [file, slice] = draft.slices[i];
    SliceRecord& record = index_.records_.emplace_back();
    record.key = EncodeSliceKey(tensor->name, *slice);
    record.file = file;
    record.tensor = static_cast<std::uint32_t>(index_.tensors_.size() - 1);
    record.part = index_.parts_.size();
    record.dtype = tensor->dtype;
    record.num_elements =
        static_cast<std::uint64_t>(NumElements(SliceShape(resolved[i])).value_or(0));
    record.rank = slice->rank();
    index_.parts_.emplace_back();
    index_.slices_.push_back(*slice);
    is_whole_.push_back(is_whole);
  }
}

void TensorSliceIndex::Builder::AddError(std::string_view name, const Draft& draft,
                                         EntryProblem problem, const Status& status) {
  index_.errors_.push_back(
      {std::string(name), problem, status.WithFile(paths_[draft.file]).WithTensor(name), Extent()});
}

// ---

TensorSliceIndex::TensorSliceIndex(std::span<const TensorSliceMeta> metas,
                                   std::span<const std::string> paths) {
  Builder(metas, paths, this).Run();
}

void TensorSliceIndex::Place(const SliceRecord& record, const Extent& extent,
                             std::optional<std::uint32_t> crc32c) {
  parts_[record.part].extent = extent;
  parts_[record.part].crc32c = crc32c;
}

void TensorSliceIndex::Refuse(const SliceRecord& record, const Status& status) {
  Tensor& tensor = tensors_[record.tensor];
  if (tensor.num_parts == 0) return;  // one reason is enough
  tensor.num_parts = 0;
  errors_.push_back(
      {tensor.name, EntryProblem::kUnreadable, status.WithTensor(tensor.name), Extent()});
}

void TensorSliceIndex::Finish() {
  records_ = {};
  std::ranges::stable_sort(errors_, {}, &EntryError::tensor);
}

TensorInfo TensorSliceIndex::tensor(std::size_t index) const {
  const Tensor& tensor = tensors_[index];
  return {tensor.name, tensor.dtype, tensor.shape,
          std::span(parts_).subspan(tensor.first_part, tensor.num_parts)};
}

std::optional<std::size_t> TensorSliceIndex::Find(std::string_view name) const {
  const auto found = std::ranges::lower_bound(
      tensors_, name, {}, [](const Tensor& tensor) { return std::string_view(tensor.name); });
  if (found == tensors_.end() || found->name != name) return std::nullopt;
  return static_cast<std::size_t>(found - tensors_.begin());
}

std::uint64_t TensorSliceIndex::memory_bytes() const {
  std::uint64_t bytes =
      tensors_.capacity() * sizeof(Tensor) + parts_.capacity() * sizeof(StoredPart) +
      slices_.capacity() * sizeof(TensorSlice) + errors_.capacity() * sizeof(EntryError);
  for (const Tensor& tensor : tensors_) {
    bytes += tensor.name.capacity() + tensor.shape.capacity() * sizeof(std::int64_t);
  }
  for (const TensorSlice& slice : slices_) bytes += slice.dims.capacity() * sizeof(SliceDim);
  return bytes;
}

}  // namespace thaw
