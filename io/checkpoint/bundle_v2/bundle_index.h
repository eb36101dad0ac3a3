// BundleIndex: all tensors of a bundle, or those of them that were asked for.
//
// Role in the flow: what the reader answers from. The builder beside it makes it from the table's
// entries. It must not open files.
// Format: docs/format/tensor_bundle_v2.md §3 to §5.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V2_BUNDLE_INDEX_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V2_BUNDLE_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "io/base/shape.h"
#include "io/base/slice.h"
#include "io/checkpoint/checkpoint_reader.h"
#include "io/table/table.h"

namespace thaw {

// More slices than that are refused.
inline constexpr std::size_t kMaxSlicesPerTensor = std::size_t{1} << 20;

// Immutable. Thread-safe. Its memory is a few flat arrays, whatever the number of tensors: for one
// that is stored whole its name and 68 bytes, and 8 for each dimension.
class BundleIndex {
 public:
  BundleIndex(BundleIndex&&) = default;
  BundleIndex& operator=(BundleIndex&&) = default;

  std::size_t size() const { return content_.records.size(); }
  TensorInfo tensor(std::size_t index) const;
  std::optional<std::size_t> Find(std::string_view name) const;
  std::span<const EntryError> entry_errors() const { return content_.errors; }
  std::uint64_t memory_bytes() const;

 private:
  friend class BundleIndexBuilder;

  // Ranges in Content's vectors. A table has fewer bytes, and so fewer of either, than 32 bits
  // count.
  struct Record {
    std::uint32_t key = 0;  // in table_
    std::uint32_t first_dim = 0;
    std::uint32_t first_part = 0;
    std::uint32_t num_parts = 0;
    DType dtype = DType::kInvalid;
    std::uint8_t rank = 0;
    bool is_sliced = false;
  };

  struct Content {
    std::vector<Record> records;
    std::vector<std::int64_t> dims;
    std::vector<StoredPart> parts;
    std::vector<TensorSlice> slices;  // what the parts point to
    std::vector<EntryError> errors;
  };

  BundleIndex(Table table, Content content)
      : table_(std::move(table)), content_(std::move(content)) {}

  std::string_view name(const Record& record) const { return table_.key(record.key); }
  Dims dims(const Record& record) const {
    return Dims(content_.dims).subspan(record.first_dim, record.rank);
  }

  Table table_;  // holds the names
  Content content_;
};

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V2_BUNDLE_INDEX_H_
