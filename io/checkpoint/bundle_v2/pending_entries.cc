#include "io/checkpoint/bundle_v2/pending_entries.h"

#include <algorithm>
#include <bit>
#include <optional>
#include <utility>
#include <vector>

#include "io/checkpoint/bundle_v2/bundle_index.h"
#include "io/checkpoint/bundle_v2/slice_key.h"
#include "io/checkpoint/bundle_v2/slice_overlap.h"
#include "io/table/table_builder.h"
#include "io/table/table_limits.h"

namespace thaw {
namespace {

std::string Describe(std::int64_t dtype_number, Dims shape) {
  return std::string(DTypeName(static_cast<DType>(dtype_number))) + ShapeToString(shape);
}

// InvalidArgument when two slices of a tensor share an element.
Status CheckDisjoint(const BundleEntry& tensor) {
  std::vector<TensorSlice> resolved;
  for (const TensorSlice& slice : tensor.slices) {
    THAW_ASSIGN_OR_RETURN(resolved.emplace_back(), ResolveSlice(slice, tensor.shape));
  }
  THAW_ASSIGN_OR_RETURN(const std::optional<SliceOverlap> overlap, FindSliceOverlap(resolved));
  if (!overlap) return Status();
  return InvalidArgumentError("slices " + tensor.slices[overlap->first].ToString() + " and " +
                              tensor.slices[overlap->second].ToString() + " overlap");
}

}  // namespace

Status PendingEntries::CheckName(std::string_view name) const {
  if (name.empty()) return InvalidArgumentError("a tensor needs a name");
  if (values_.contains(name) || sliced_tensors_.contains(name)) {
    return InvalidArgumentError("a tensor of this name was added before");
  }
  return Status();
}

// Notes the slice in the entry of its tensor. Returns the key of the slice's own entry.
Result<std::string> PendingEntries::RegisterSlice(std::string_view name, DType dtype,
                                                  Dims full_shape, const TensorSlice& slice) {
  const auto number = static_cast<std::int64_t>(dtype);
  auto it = sliced_tensors_.find(name);
  if (it == sliced_tensors_.end()) {
    THAW_RETURN_IF_ERROR(CheckName(name));
    BundleEntry tensor;
    tensor.dtype_number = number;
    tensor.shape.assign(full_shape.begin(), full_shape.end());
    it = sliced_tensors_.emplace(std::string(name), std::move(tensor)).first;
  }
  BundleEntry& tensor = it->second;
  if (tensor.dtype_number != number || !std::ranges::equal(full_shape, tensor.shape)) {
    return InvalidArgumentError(
        "the slices of a tensor differ in dtype or full shape: " + Describe(number, full_shape) +
        " after " + Describe(tensor.dtype_number, tensor.shape));
  }
  std::string key = EncodeSliceKey(name, slice);
  if (values_.contains(key)) {
    return InvalidArgumentError("slice " + slice.ToString() + " was added before");
  }
  if (tensor.slices.size() == kMaxSlicesPerTensor) {
    return InvalidArgumentError("a tensor has at most " + std::to_string(kMaxSlicesPerTensor) +
                                " slices");
  }
  tensor.slices.push_back(slice);
  return key;
}

Result<PendingEntries::Target> PendingEntries::Register(std::string_view name, DType dtype,
                                                        Dims full_shape, const TensorSlice* slice) {
  Target target{std::string(name), Shape(full_shape.begin(), full_shape.end()), 0};
  if (target.shape.size() > kMaxRank || !NumElements(full_shape)) {
    return InvalidArgumentError("no tensor can have shape " + ShapeToString(full_shape));
  }
  if (slice != nullptr) {
    const Result<TensorSlice> resolved = ResolveSlice(*slice, full_shape);
    if (!resolved.ok()) return InvalidArgumentError(resolved.status().what());
    target.shape = SliceShape(*resolved);
    if (CoversAll(*resolved, full_shape)) slice = nullptr;
  }
  target.num_elements = static_cast<std::uint64_t>(*NumElements(target.shape));
  if (slice == nullptr) {
    THAW_RETURN_IF_ERROR(CheckName(name));
  } else {
    THAW_ASSIGN_OR_RETURN(target.key, RegisterSlice(name, dtype, full_shape, *slice));
  }
  // What no reader of ours would take back.
  if (target.key.size() > TableLimits{}.key_size) {
    return InvalidArgumentError("a name of " + std::to_string(name.size()) + " bytes is too long");
  }
  return target;
}

void PendingEntries::Add(std::string key, const BundleEntry& entry) {
  values_.emplace(std::move(key), EncodeBundleEntry(entry));
}

Status PendingEntries::AddSlicedTensors() {
  for (const auto& [name, tensor] : sliced_tensors_) {
    THAW_RETURN_IF_ERROR(CheckDisjoint(tensor).WithTensor(name));
    if (!values_.emplace(name, EncodeBundleEntry(tensor)).second) {
      return InvalidArgumentError("the key of another tensor's slice equals this name")
          .WithTensor(name);
    }
  }
  sliced_tensors_.clear();
  return Status();
}

Status PendingEntries::WriteTable(std::uint32_t num_shards,
                                  const std::function<Status(ByteView)>& append) {
  THAW_RETURN_IF_ERROR(AddSlicedTensors());
  BundleHeader header;
  header.num_shards = static_cast<std::int32_t>(num_shards);
  header.is_big_endian = std::endian::native == std::endian::big;
  header.versions.producer = kFormatVersion;

  std::string bytes;
  TableBuilder table(&bytes);
  THAW_RETURN_IF_ERROR(table.Add("", EncodeBundleHeader(header)));
  for (const auto& [key, value] : values_) {
    THAW_RETURN_IF_ERROR(table.Add(key, value));
    if (bytes.empty()) continue;  // the block is not full yet
    THAW_RETURN_IF_ERROR(append(AsBytes(bytes)));
    bytes.clear();
  }
  THAW_RETURN_IF_ERROR(table.Finish());
  return append(AsBytes(bytes));
}

}  // namespace thaw
