#include "tests/support/in_memory_checkpoint.h"

#include <algorithm>

#include "io/base/crc32c.h"

namespace thaw {
namespace {

void AppendVarint(std::uint64_t value, std::string* out) {
  for (; value >= 0x80; value >>= 7) out->push_back(static_cast<char>(value | 0x80));
  out->push_back(static_cast<char>(value));
}

std::string FixedWidth(std::uint32_t value, bool byte_swapped) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
  if (byte_swapped) std::reverse(bytes.begin(), bytes.end());
  return bytes;
}

}  // namespace

StoredPart InMemoryCheckpoint::Append(std::string_view bytes, std::uint32_t shard,
                                      std::uint32_t crc) {
  StoredPart part;
  part.extent = {shard, shards_[shard].size(), bytes.size()};
  part.crc32c = crc;
  shards_[shard].append(bytes);
  return part;
}

void InMemoryCheckpoint::Add(const std::string& name, DType dtype, const Shape& shape,
                             std::string_view bytes, std::uint32_t shard) {
  Tensor& tensor = making_[name] = {name, dtype, shape, {}, {}};
  tensor.parts.push_back(Append(bytes, shard, Crc32c(AsBytes(bytes))));
}

void InMemoryCheckpoint::AddSliced(const std::string& name, DType dtype, const Shape& shape,
                                   std::string_view bytes, const std::vector<TensorSlice>& slices,
                                   std::uint32_t shard) {
  Tensor& tensor = making_[name] = {name, dtype, shape, {}, {}};
  for (const TensorSlice& slice : slices) {
    const std::string cut = CutSlice(bytes, shape, *ResolveSlice(slice, shape), ElementSize(dtype));
    tensor.parts.push_back(Append(cut, shard, Crc32c(AsBytes(cut))));
    tensor.parts.back().slice = &tensor.slices.emplace_back(slice);
  }
}

void InMemoryCheckpoint::AddStrings(const std::string& name, const Shape& shape,
                                    const std::vector<std::string>& strings, std::uint32_t shard) {
  std::string payload;
  std::uint32_t lengths_crc = 0;
  for (const std::string& text : strings) {
    AppendVarint(text.size(), &payload);
    const std::string fixed = FixedWidth(static_cast<std::uint32_t>(text.size()), byte_swapped_);
    lengths_crc = Crc32cExtend(lengths_crc, AsBytes(fixed));
  }
  const std::string checksum = FixedWidth(MaskCrc(lengths_crc), byte_swapped_);
  std::uint32_t crc = Crc32cExtend(lengths_crc, AsBytes(checksum));
  payload += checksum;
  for (const std::string& text : strings) {
    crc = Crc32cExtend(crc, AsBytes(text));
    payload += text;
  }
  Tensor& tensor = making_[name] = {name, DType::kString, shape, {}, {}};
  tensor.parts.push_back(Append(payload, shard, crc));
}

std::vector<StoredPart>& InMemoryCheckpoint::parts(const std::string& name) {
  return making_.at(name).parts;
}

void InMemoryCheckpoint::ForgetChecksums() {
  for (auto& [name, tensor] : making_) {
    for (StoredPart& part : tensor.parts) part.crc32c.reset();
  }
}

void InMemoryCheckpoint::Open(std::shared_ptr<const Storage> storage, IoMode mode,
                              const std::string& prefix) {
  storage_ = std::move(storage);
  mode_ = mode;
  prefix_ = prefix;
  tensors_.clear();
  for (const auto& [name, tensor] : making_) tensors_.push_back(&tensor);
}

TensorInfo InMemoryCheckpoint::tensor(std::size_t index) const {
  const Tensor& tensor = *tensors_[index];
  return {tensor.name, tensor.dtype, tensor.shape, tensor.parts};
}

std::optional<std::size_t> InMemoryCheckpoint::Find(std::string_view name) const {
  const auto found =
      std::lower_bound(tensors_.begin(), tensors_.end(), name,
                       [](const Tensor* tensor, std::string_view n) { return tensor->name < n; });
  if (found == tensors_.end() || (*found)->name != name) return std::nullopt;
  return static_cast<std::size_t>(found - tensors_.begin());
}

std::string InMemoryCheckpoint::shard_path(std::uint32_t index) const {
  return prefix_ + ".data-" + std::to_string(index);
}

Result<const File*> InMemoryCheckpoint::OpenShard(std::uint32_t index) const {
  const std::lock_guard lock(mutex_);
  if (files_[index] == nullptr) {
    THAW_ASSIGN_OR_RETURN(files_[index], storage_->Open(shard_path(index), mode_));
  }
  return files_[index].get();
}

std::string CutSlice(std::string_view tensor, Dims shape, const TensorSlice& slice,
                     std::size_t element_size) {
  std::string cut;
  const std::size_t num_elements = static_cast<std::size_t>(*NumElements(shape));
  for (std::size_t e = 0; e < num_elements; ++e) {
    std::size_t rest = e;
    bool is_inside = true;
    for (std::size_t d = shape.size(); d-- > 0;) {
      const auto size = static_cast<std::size_t>(shape[d]);
      const auto coordinate = static_cast<std::int64_t>(rest % size);
      rest /= size;
      is_inside &= coordinate >= slice.dims[d].start &&
                   coordinate < slice.dims[d].start + slice.dims[d].length;
    }
    if (is_inside) cut.append(tensor.substr(e * element_size, element_size));
  }
  return cut;
}

}  // namespace thaw
