// DecodedBlock: what the records of one block of a V1 file hold, decoded.
//
// Role in the flow: the unit in which a V1 file is read: a block has one checksum, and its bytes
// are read once for all its records. It must not know who wants them, nor keep the file open.
// Format: docs/format/tensor_slices_v1.md.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V1_DECODED_BLOCK_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V1_DECODED_BLOCK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "io/base/bytes.h"
#include "io/base/dtype.h"
#include "io/base/result.h"
#include "io/table/table_blocks.h"

namespace thaw {

// A record whose decoded form has a place in a DecodedFile.
struct DecodedRecord {
  // `block` of a record that no block can hold.
  static constexpr std::uint32_t kNoBlock = UINT32_MAX;

  std::string key;
  std::uint32_t block = kNoBlock;
  DType dtype = DType::kInvalid;
  std::uint64_t num_elements = 0;
  std::uint64_t offset = 0;  // of the decoded form in the DecodedFile
  std::uint64_t length = 0;

  std::uint64_t end() const { return offset + length; }
};

// Immutable. Thread-safe.
class DecodedBlock {
 public:
  // Reads a block of the table and decodes the records that are wanted of it. What is wrong with
  // one record is its Status, what is wrong with the block that of each.
  //   records: all of that block, by key. A record whose decoded form would not have the length it
  //     has a place for is refused; memory is taken only for what the block really holds.
  // Errors: Unavailable, ResourceExhausted, PermissionDenied: another try may succeed.
  // Untrusted input: yes.
  static Result<std::shared_ptr<const DecodedBlock>> Decode(const TableBlocks& blocks,
                                                            std::uint32_t block,
                                                            std::span<const DecodedRecord> records);

  // By position in `records`. The bytes are there when the status is OK.
  const Status& status(std::size_t record) const { return outcomes_[record].status; }
  ByteView bytes(std::size_t record) const {
    return {memory_.get() + outcomes_[record].begin, outcomes_[record].length};
  }

  std::uint64_t size_bytes() const { return size_; }  // of all records that are there
  std::uint64_t memory_bytes() const { return size_ + outcomes_.size() * sizeof(Outcome); }

 private:
  struct Outcome {
    Status status;
    std::uint64_t begin = 0;  // in memory_
    std::uint64_t length = 0;
  };

  Status DecodeAll(const TableBlocks& blocks, std::uint32_t block,
                   std::span<const DecodedRecord> records);

  std::vector<Outcome> outcomes_;
  std::unique_ptr<std::byte[]> memory_;
  std::uint64_t size_ = 0;
};

// How far a V1 table may go beyond the index of a V2 checkpoint: its values are tensors.
TableLimits TensorSliceTableLimits();

// The value of `key`, which a block was found to be the only one to hold.
// Errors: DataLoss  there is none (TensorFlow's class: InvalidArgumentError).
Result<ByteView> FindSavedSlice(const EntryList& entries, std::string_view key);

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V1_DECODED_BLOCK_H_
