#include "io/checkpoint/bundle_v2/bundle_index.h"

#include <algorithm>

namespace thaw {

TensorInfo BundleIndex::tensor(std::size_t index) const {
  const Record& record = content_.records[index];
  return {name(record), record.dtype, dims(record),
          std::span(content_.parts).subspan(record.first_part, record.num_parts)};
}

std::optional<std::size_t> BundleIndex::Find(std::string_view wanted) const {
  const auto found = std::partition_point(content_.records.begin(), content_.records.end(),
                                          [&](const Record& r) { return name(r) < wanted; });
  if (found == content_.records.end() || name(*found) != wanted) return std::nullopt;
  return static_cast<std::size_t>(found - content_.records.begin());
}

std::uint64_t BundleIndex::memory_bytes() const {
  std::uint64_t bytes =
      table_.memory_bytes() + content_.records.size() * sizeof(Record) +
      content_.dims.size() * sizeof(std::int64_t) + content_.parts.size() * sizeof(StoredPart) +
      content_.slices.size() * sizeof(TensorSlice) + content_.errors.size() * sizeof(EntryError);
  for (const TensorSlice& slice : content_.slices)
    bytes += slice.dims.capacity() * sizeof(SliceDim);
  return bytes;
}

}  // namespace thaw
