#include "tools/values/tensor_values.h"

#include <fmt/format.h>

#include <algorithm>

namespace thaw {
namespace {

// Every byte of the tensor is in its files, so what the index claims can be allocated.
Status CheckFilesHold(const CheckpointReader& reader, const TensorInfo& tensor) {
  for (const StoredPart& part : tensor.parts) {
    THAW_ASSIGN_OR_RETURN(const File* file, reader.OpenShard(part.extent.shard));
    if (RangeFits(part.extent.offset, part.extent.length, file->size())) continue;
    return OutOfRangeError(
               fmt::format("the data file ends at byte {}, before the tensor does", file->size()))
        .WithFile(file->path())
        .WithTensor(tensor.name)
        .WithShard(part.extent.shard)
        .WithOffset(part.extent.offset);
  }
  return Status();
}

// The elements of `all` (a whole tensor of shape `full`) that lie in `slice`.
std::vector<std::string> CutStrings(std::vector<std::string> all, Dims full,
                                    const TensorSlice& slice) {
  if (CoversAll(slice, full)) return all;
  std::vector<std::string> cut;
  for (std::size_t i = 0; i < all.size(); ++i) {
    std::size_t rest = i;
    bool inside = true;
    for (std::size_t d = full.size(); d-- > 0;) {
      const auto size = static_cast<std::size_t>(full[d]);
      const auto index = static_cast<std::int64_t>(rest % size);
      rest /= size;
      inside &= slice.dims[d].start <= index && index - slice.dims[d].start < slice.dims[d].length;
    }
    if (inside) cut.push_back(std::move(all[i]));
  }
  return cut;
}

}  // namespace

Result<TensorValues> ReadTensor(const Checkpoint& checkpoint, const TensorInfo& tensor,
                                const SliceArgument& part, const RestoreOptions& options) {
  const bool is_string = tensor.dtype == DType::kString;
  if (!is_string && !IsFixedSize(tensor.dtype)) {
    return UnimplementedError(
               fmt::format("values of dtype {} cannot be shown", DTypeNameOf(tensor)))
        .WithTensor(tensor.name);
  }
  THAW_RETURN_IF_ERROR(CheckFilesHold(*checkpoint.reader(), tensor));
  TensorValues values{.dtype = tensor.dtype, .shape = part.shape, .bytes = {}, .strings = {}};
  const Shape slice_shape = SliceShape(part.slice);
  const std::int64_t num_elements = NumElements(slice_shape).value_or(0);
  if (num_elements == 0) return values;

  Request request;
  request.tensor = tensor.name;
  request.dtype = tensor.dtype;
  if (is_string) {
    request.shape.assign(tensor.shape.begin(), tensor.shape.end());
    request.strings = &values.strings;
  } else {
    if (!CoversAll(part.slice, tensor.shape)) {
      request.slice_spec = ShapeAndSliceToString(tensor.shape, part.slice);
    }
    request.shape = slice_shape;
    values.bytes.resize(static_cast<std::size_t>(num_elements) * ElementSize(tensor.dtype));
    request.buffer = values.bytes;
  }
  const RestoreOutcome outcome = Restore(checkpoint, {&request, 1}, options);
  THAW_RETURN_IF_ERROR(outcome.status);
  if (is_string) values.strings = CutStrings(std::move(values.strings), tensor.shape, part.slice);
  return values;
}

}  // namespace thaw
