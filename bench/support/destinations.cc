#include "bench/support/destinations.h"

#include <algorithm>
#include <utility>

namespace thaw {

Result<Destinations> Destinations::Create(const Checkpoint& checkpoint,
                                          const std::optional<DTypePair>& conversion,
                                          std::uint64_t least_bytes) {
  Destinations made;
  std::vector<std::uint64_t> offsets;
  std::vector<std::uint64_t> sizes;
  std::uint64_t end = 0;
  for (std::size_t i = 0; i < checkpoint.num_tensors(); ++i) {
    const TensorInfo tensor = checkpoint.tensor(i);
    Request& request = made.requests_.emplace_back();
    request.tensor = tensor.name;
    request.shape.assign(tensor.shape.begin(), tensor.shape.end());
    request.dtype = tensor.dtype;
    if (conversion && conversion->from == tensor.dtype) {
      request.dtype = conversion->to;
      request.allow_conversion = true;
    }
    std::uint64_t elements = 1;
    for (const std::int64_t extent : tensor.shape) elements *= static_cast<std::uint64_t>(extent);
    if (tensor.dtype == DType::kString) {
      made.strings_.push_back(std::make_unique<std::vector<std::string>>(elements));
      request.strings = made.strings_.back().get();
    } else if (!IsFixedSize(request.dtype)) {
      return UnimplementedError("tensors of dtype " + std::string(DTypeNameOf(tensor)) +
                                " cannot be restored into a buffer")
          .WithTensor(std::string(tensor.name));
    }
    for (const StoredPart& part : tensor.parts) made.stored_bytes_ += part.extent.length;
    offsets.push_back(end);
    sizes.push_back(elements * ElementSize(request.dtype));
    end += (sizes.back() + 63) / 64 * 64;
  }
  const std::uint64_t size = std::max({end, least_bytes, std::uint64_t{1}});
  THAW_ASSIGN_OR_RETURN(made.memory_, HugeBuffer::Allocate(size));
  for (std::size_t i = 0; i < made.requests_.size(); ++i) {
    made.requests_[i].buffer = made.memory_.bytes().subspan(offsets[i], sizes[i]);
  }
  return made;
}

}  // namespace thaw
