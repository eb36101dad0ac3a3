// RecordPlaces: where the records of one V1 file lie, for a planner.
//
// Role in the flow: a step of opening. A large tensor of floats is left where it is, with a
// checksum that follows from that of its block; every other record gets a place behind the end of
// the file, where DecodedFile shows its decoded form. The blocks of strings are read here: only
// they tell how long a decoded form is. Format: docs/format/tensor_slices_v1.md §6.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V1_RECORD_PLACES_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V1_RECORD_PLACES_H_

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "io/base/result.h"
#include "io/checkpoint/bundle_v1/decoded_block.h"
#include "io/checkpoint/bundle_v1/tensor_slice_index.h"
#include "io/storage/storage.h"
#include "io/table/entry_list.h"
#include "io/table/table_blocks.h"

namespace thaw {

// One thread.
class RecordPlaces {
 public:
  // All outlive this object.
  RecordPlaces(const File& file, const TableBlocks& blocks, TensorSliceIndex* index)
      : file_(file), blocks_(blocks), index_(*index), end_(file.size()) {}

  // Places or refuses each of the records, all of this file and sorted by key.
  // Errors: as File::Visit, where the storage fails; damage is that of a tensor.
  // Throws std::bad_alloc.
  // Untrusted input: yes.
  Status PlaceAll(std::span<const SliceRecord> records);

  // The records to be decoded.
  std::vector<DecodedRecord> TakeDecoded() && { return std::move(decoded_); }

 private:
  Status Place(const SliceRecord& record);
  Result<bool> PlaceWhereItLies(const SliceRecord& record, std::uint32_t block,
                                std::uint64_t size_bytes);
  Status PlaceDecoded(const SliceRecord& record, std::uint32_t block, std::uint64_t size_bytes);
  Result<std::uint64_t> PayloadSize(const SliceRecord& record, std::uint32_t block);

  const File& file_;
  const TableBlocks& blocks_;
  TensorSliceIndex& index_;
  std::vector<DecodedRecord> decoded_;
  std::uint64_t end_;  // of all that is placed
  // The last block of strings that was read.
  BlockBuffers buffers_;
  std::optional<std::uint32_t> read_block_;
  std::optional<EntryList> entries_;
  Status read_status_;
};

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V1_RECORD_PLACES_H_
