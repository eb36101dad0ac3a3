// BundleIndex: all tensors of a bundle, from the entries of its table.
//
// Role in the flow: between the table (bytes) and the reader (the interface). It decides which
// entries make a tensor, and what is wrong with those that do not. It must not open files.
// Format: docs/format/tensor_bundle_v2.md §3 to §5.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V2_BUNDLE_INDEX_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V2_BUNDLE_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/base/shape.h"
#include "io/base/slice.h"
#include "io/checkpoint/checkpoint_reader.h"
#include "io/table/table.h"

namespace thaw {

// More slices than that are refused.
inline constexpr std::size_t kMaxSlicesPerTensor = std::size_t{1} << 20;

// Immutable. Thread-safe. Its memory is a few flat arrays, whatever the number of tensors.
// Lifetime: names are views of the table's memory; the rest is its own.
class BundleIndex {
 public:
  // Entries 1 and up of the table, whose entry 0 is the header. Faults end up in entry_errors().
  //   num_shards: of the header. index_path: for the errors. Throws std::bad_alloc.
  // A tensor that has a bad entry is listed with what is known of it and without parts; one that
  // lacks a slice, with the parts that are there.
  // Untrusted input: yes.
  BundleIndex(const Table& table, std::uint32_t num_shards, const std::string& index_path);

  BundleIndex(BundleIndex&&) = default;
  BundleIndex& operator=(BundleIndex&&) = default;

  std::size_t size() const { return records_.size(); }
  TensorInfo tensor(std::size_t index) const;
  std::optional<std::size_t> Find(std::string_view name) const;
  std::span<const EntryError> entry_errors() const { return errors_; }
  std::uint64_t memory_bytes() const;

 private:
  class Builder;

  // Ranges in dims_ and parts_.
  struct Record {
    std::string_view name;
    DType dtype = DType::kInvalid;
    std::uint16_t rank = 0;
    bool is_sliced = false;
    std::size_t first_dim = 0;
    std::size_t first_part = 0;
    std::size_t num_parts = 0;
  };

  Dims dims(const Record& record) const {
    return Dims(dims_).subspan(record.first_dim, record.rank);
  }

  std::vector<Record> records_;
  std::vector<std::int64_t> dims_;
  std::vector<StoredPart> parts_;
  // What the parts point to.
  std::vector<TensorSlice> slices_;
  std::vector<EntryError> errors_;
};

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V2_BUNDLE_INDEX_H_
