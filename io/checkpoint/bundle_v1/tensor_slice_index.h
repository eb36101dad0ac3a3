// TensorSliceIndex: all tensors of a V1 checkpoint, from the lists that its files begin with.
//
// Role in the flow: between those lists and the reader. It merges them by TensorFlow's rules, says
// what is wrong with a tensor, and knows which record of which file each slice is. Where the
// records lie the reader finds out, and tells it. It must not open files.
// Format: docs/format/tensor_slices_v1.md §2, §5.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V1_TENSOR_SLICE_INDEX_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V1_TENSOR_SLICE_INDEX_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/base/shape.h"
#include "io/base/slice.h"
#include "io/checkpoint/bundle_v1/tensor_slice_meta.h"
#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

// The record of one slice.
struct SliceRecord {
  std::string key;  // in the table of its file
  std::uint32_t file = 0;
  std::uint32_t tensor = 0;
  std::size_t part = 0;  // of all tensors' parts
  DType dtype = DType::kInvalid;
  std::uint64_t num_elements = 0;
  std::size_t rank = 0;
};

// Thread-compatible; immutable once all records have their places.
class TensorSliceIndex {
 public:
  // metas: of the files, which `paths` names. Throws std::bad_alloc.
  // A tensor that is not sound has an entry error and no parts; one of which elements are missing,
  // the parts that are there.
  // Untrusted input: yes.
  TensorSliceIndex(std::span<const TensorSliceMeta> metas, std::span<const std::string> paths);

  TensorSliceIndex(TensorSliceIndex&&) = default;
  TensorSliceIndex& operator=(TensorSliceIndex&&) = default;

  // The records of all sound tensors, sorted by file and key.
  std::span<const SliceRecord> records() const { return records_; }

  // Where the bytes of the slice of `record` are.
  void Place(const SliceRecord& record, const Extent& extent,
             std::optional<std::uint32_t> crc32c = std::nullopt);
  // They could not be found; the tensor is listed without any part.
  void Refuse(const SliceRecord& record, const Status& status);
  // To be called when every record is placed or refused. Gives up the records.
  void Finish();

  std::size_t size() const { return tensors_.size(); }
  TensorInfo tensor(std::size_t index) const;
  std::optional<std::size_t> Find(std::string_view name) const;
  std::span<const EntryError> entry_errors() const { return errors_; }
  std::uint64_t memory_bytes() const;

 private:
  class Builder;

  struct Tensor {
    std::string name;
    DType dtype = DType::kInvalid;
    Shape shape;
    std::size_t first_part = 0;
    std::size_t num_parts = 0;
  };

  std::vector<Tensor> tensors_;  // by name
  std::vector<StoredPart> parts_;
  std::vector<TensorSlice> slices_;  // of the parts, which point to them
  std::vector<SliceRecord> records_;
  std::vector<EntryError> errors_;
};

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V1_TENSOR_SLICE_INDEX_H_
