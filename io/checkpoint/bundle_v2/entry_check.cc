#include "io/checkpoint/bundle_v2/entry_check.h"

#include <limits>
#include <optional>
#include <string>

#include "io/base/bytes.h"
#include "io/base/crc32c.h"
#include "io/checkpoint/bundle_v2/string_payload.h"

namespace thaw {
namespace {

// Bytes of that many elements: exact for fixed-size types, the fewest possible for others.
// nullopt: more than 64 bits can count.
std::optional<std::uint64_t> ExpectedSize(DType dtype, std::uint64_t elements) {
  if (dtype == DType::kString) return elements == 0 ? 0 : MinStringPayloadSize(elements);
  // A length of one byte at least, and a checksum of four (docs/format/tensor_bundle_v2.md §8).
  const std::uint64_t width = dtype == DType::kVariant ? 5 : ElementSize(dtype);
  std::uint64_t size = 0;
  if (!CheckedMul(elements, width, &size)) return std::nullopt;
  return size;
}

}  // namespace

Extent ExtentOf(const BundleEntry& entry) {
  const bool is_known = entry.shard_id >= 0 && entry.offset >= 0 && entry.size >= 0;
  if (!is_known) return Extent();
  return {static_cast<std::uint32_t>(entry.shard_id), static_cast<std::uint64_t>(entry.offset),
          static_cast<std::uint64_t>(entry.size)};
}

Result<DType> StoredDType(std::int64_t number) {
  const auto dtype = DTypeFromNumber(number);
  if (!dtype) {
    return DataLossError("unknown dtype number " + std::to_string(number))
        .WithTfClass("InvalidArgumentError");
  }
  if (*dtype == DType::kResource) {
    return DataLossError("a tensor of dtype resource cannot be stored");
  }
  return *dtype;
}

Result<std::int64_t> StoredNumElements(const Shape& shape) {
  if (shape.size() > kMaxRank) {
    return DataLossError("invalid tensor shape: " + std::to_string(shape.size()) +
                         " dimensions, the most is " + std::to_string(kMaxRank));
  }
  const auto elements = NumElements(shape);
  if (!elements) return DataLossError("invalid tensor shape: " + ShapeToString(shape));
  return *elements;
}

Result<StoredPart> StoredPlace(const BundleEntry& entry, DType dtype, std::int64_t elements,
                               std::uint32_t num_shards) {
  if (entry.shard_id < 0 || entry.shard_id >= num_shards) {
    return DataLossError("shard_id " + std::to_string(entry.shard_id) + " of " +
                         std::to_string(num_shards) + " data files")
        .WithTfClass("NotFoundError");
  }
  if (entry.offset < 0 || entry.size < 0 ||
      entry.offset > std::numeric_limits<std::int64_t>::max() - entry.size) {
    return DataLossError("impossible place in the data file: offset " +
                         std::to_string(entry.offset) + ", size " + std::to_string(entry.size))
        .WithShard(entry.shard_id)
        .WithTfClass("InvalidArgumentError");
  }
  const Extent extent = ExtentOf(entry);
  const auto expected = ExpectedSize(dtype, static_cast<std::uint64_t>(elements));
  const bool is_right =
      expected && (IsFixedSize(dtype) ? extent.length == *expected : extent.length >= *expected);
  if (!is_right) {
    return DataLossError("invalid size in the entry: stored size " + std::to_string(entry.size) +
                         ", expected " + (IsFixedSize(dtype) ? "" : "at least ") +
                         (expected ? std::to_string(*expected) : "more than 64 bits can count"))
        .WithShard(entry.shard_id)
        .WithOffset(extent.offset);
  }
  return StoredPart{extent, UnmaskCrc(entry.masked_crc32c), nullptr};
}

}  // namespace thaw
