#include "tests/support/random_restore.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "engine/kernels/dtype_conversions.h"

namespace thaw {
namespace {

constexpr std::array kDTypes = {DType::kFloat32, DType::kFloat64,   DType::kInt32,
                                DType::kUInt8,   DType::kComplex64, DType::kInt64,
                                DType::kBool,    DType::kBFloat16,  DType::kComplex128};

std::string SwapElements(std::string bytes, DType dtype) {
  const std::size_t unit = SwapUnit(dtype);
  for (std::size_t i = 0; i < bytes.size(); i += unit) {
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                 bytes.begin() + static_cast<std::ptrdiff_t>(i + unit));
  }
  return bytes;
}

std::string Convert(const std::string& bytes, DType from, DType to) {
  const Kernel* kernel = FindKernelAt(IsaLevel::kPortable, from, to, false);
  std::string converted(bytes.size() / ElementSize(from) * ElementSize(to), '\0');
  kernel->transfer_unchecked(reinterpret_cast<std::byte*>(converted.data()), AsBytes(bytes).data(),
                             bytes.size(), 0);
  return converted;
}

}  // namespace

RandomRestore::RandomRestore(unsigned seed)
    : random_(seed), checkpoint_(1 + seed % 3, seed % 2 == 1) {
  const std::int64_t num_tensors = Draw(1, 14);
  for (int i = 0; i < num_tensors; ++i) {
    if (Draw(0, 7) == 0) {
      AddStrings(i);
    } else {
      AddTensor(i);
    }
  }
  // Buffers are given out in another order than the file has.
  std::vector<std::size_t> order(requests_.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::shuffle(order.begin(), order.end(), random_);
  std::vector<Request> requests;
  std::deque<std::string> expected;
  std::deque<std::vector<std::string>> expected_strings;
  for (const std::size_t i : order) {
    requests.push_back(requests_[i]);
    expected.push_back(expected_[i]);
    expected_strings.push_back(expected_strings_[i]);
  }
  requests_ = std::move(requests);
  expected_ = std::move(expected);
  expected_strings_ = std::move(expected_strings);
}

TensorSlice RandomRestore::RandomBox(const Shape& shape) {
  TensorSlice box;
  for (const std::int64_t dim : shape) {
    const std::int64_t length = Draw(1, dim);
    box.dims.push_back({Draw(0, dim - length), length});
  }
  return box;
}

void RandomRestore::AddTensor(int number) {
  const std::string name = "t" + std::to_string(number);
  const DType dtype = kDTypes[static_cast<std::size_t>(Draw(0, kDTypes.size() - 1))];
  Shape shape(static_cast<std::size_t>(Draw(0, 4)));
  const std::int64_t widest = shape.size() <= 2 ? 90 : 12;
  for (std::int64_t& dim : shape) dim = Draw(1, widest);
  if (!shape.empty() && Draw(0, 15) == 0) shape[0] = 0;
  std::string bytes(static_cast<std::size_t>(*NumElements(shape)) * ElementSize(dtype), '\0');
  for (char& c : bytes) c = static_cast<char>(random_());
  const std::string stored = checkpoint_.is_byte_swapped() ? SwapElements(bytes, dtype) : bytes;
  const auto shard = static_cast<std::uint32_t>(Draw(0, checkpoint_.num_shards() - 1));
  if (Draw(0, 3) == 0) checkpoint_.AddHole(static_cast<std::size_t>(Draw(1, 100)), shard);
  names_.push_back(name);

  if (!shape.empty() && shape[0] > 1 && Draw(0, 2) == 0) {
    const std::int64_t cut = Draw(1, shape[0] - 1);
    TensorSlice first = TensorSlice::Full(shape.size());
    TensorSlice second = first;
    first.dims[0] = {0, cut};
    second.dims[0] = {cut, shape[0] - cut};
    checkpoint_.AddSliced(name, dtype, shape, stored, {second, first}, shard);
  } else {
    checkpoint_.Add(name, dtype, shape, stored, shard);
  }

  const std::int64_t num_requests = bytes.empty() ? 1 : Draw(1, 3);
  for (int i = 0; i < num_requests; ++i) {
    if (shape.empty() || bytes.empty() || Draw(0, 1) == 0) {
      AddRequest(name, dtype, shape, bytes);
      continue;
    }
    const TensorSlice box = RandomBox(shape);
    AddRequest(name, dtype, SliceShape(box), CutSlice(bytes, shape, box, ElementSize(dtype)));
    requests_.back().slice_spec = ShapeAndSliceToString(shape, box);
  }
}

void RandomRestore::AddRequest(const std::string& tensor, DType dtype, const Shape& shape,
                               const std::string& elements) {
  Request& request = requests_.emplace_back();
  request.tensor = tensor;
  request.dtype = dtype;
  request.shape = shape;
  request.allow_conversion = true;
  expected_strings_.emplace_back();
  expected_.push_back(elements);
  if (dtype == DType::kFloat32 && Draw(0, 1) == 0) {
    request.dtype = DType::kBFloat16;
    expected_.back() = Convert(elements, dtype, request.dtype);
  }
  buffers_.emplace_back(expected_.back().size(), kCanary);
  request.buffer = buffers_.back();
}

void RandomRestore::AddStrings(int number) {
  const std::string name = "s" + std::to_string(number);
  std::vector<std::string> texts(static_cast<std::size_t>(Draw(0, 20)));
  for (std::string& text : texts) {
    text.resize(static_cast<std::size_t>(Draw(0, 200)));
    for (char& c : text) c = static_cast<char>(random_());
  }
  const Shape shape = {static_cast<std::int64_t>(texts.size())};
  checkpoint_.AddStrings(name, shape, texts);
  names_.push_back(name);
  Request& request = requests_.emplace_back();
  request.tensor = name;
  request.dtype = DType::kString;
  request.shape = shape;
  request.strings = &strings_.emplace_back(1, "canary");
  expected_.emplace_back();
  expected_strings_.push_back(texts);
}

std::string RandomRestore::DamageOneByte(unsigned seed) {
  std::mt19937 random(seed);
  for (int attempt = 0; attempt < 1000; ++attempt) {
    const std::string& name = names_[random() % names_.size()];
    const std::vector<StoredPart>& parts = checkpoint_.parts(name);
    const Extent& extent = parts[random() % parts.size()].extent;
    if (extent.length == 0) continue;
    char& byte = checkpoint_.shard(extent.shard)[extent.offset + random() % extent.length];
    byte = static_cast<char>(byte ^ (1 << (random() % 8)));
    return name;
  }
  return "";
}

bool RandomRestore::IsExpected(std::size_t r) const {
  if (requests_[r].strings != nullptr) return *requests_[r].strings == expected_strings_[r];
  return std::ranges::equal(requests_[r].buffer, std::as_bytes(std::span(expected_[r])));
}

bool RandomRestore::IsFilledWith(std::size_t r, std::byte value) const {
  if (requests_[r].strings != nullptr) {
    return *requests_[r].strings == std::vector<std::string>{"canary"};
  }
  return std::all_of(requests_[r].buffer.begin(), requests_[r].buffer.end(),
                     [value](std::byte b) { return b == value; });
}

}  // namespace thaw
