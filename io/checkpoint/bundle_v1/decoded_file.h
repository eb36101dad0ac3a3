// DecodedFile: a V1 file as planners and executors want a data file: elements at offsets.
//
// Role in the flow: a V1 file stores elements inside records of protobuf, some of them as varints.
// To readers of extents it looks like a longer file: first come the bytes of the file itself, where
// large tensors of floats are found as they are in memory; behind its end, in the order of the
// keys, the decoded forms of all other records. It must not know tensors.
// Format: docs/format/tensor_slices_v1.md §6.

#ifndef THAW_IO_CHECKPOINT_BUNDLE_V1_DECODED_FILE_H_
#define THAW_IO_CHECKPOINT_BUNDLE_V1_DECODED_FILE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "io/checkpoint/bundle_v1/block_cache.h"
#include "io/checkpoint/bundle_v1/decoded_block.h"
#include "io/storage/storage.h"
#include "io/table/table_blocks.h"

namespace thaw {

// Thread-safe.
class DecodedFile final : public File {
 public:
  // blocks: of `file`, which this object keeps open.
  // records: by key; their offsets rise from the size of `file` without gaps.
  DecodedFile(std::unique_ptr<File> file, TableBlocks blocks, std::vector<DecodedRecord> records);

  const std::string& path() const override { return file_->path(); }
  std::uint64_t size() const override;
  IoMode mode() const override { return file_->mode(); }
  // Not 0 where there is anything to decode: an executor then visits from threads that may wait.
  std::size_t staging_size() const override;

  // Decoded bytes come in pieces of any length, record by record.
  // Errors: as File::Visit; DataLoss  a block or a record is damaged; with the block's offset in
  // the
  //         file.
  Status Visit(std::uint64_t offset, std::uint64_t length, MutableByteView staging,
               PieceSink sink) const override;
  void WillNeed(std::uint64_t offset, std::uint64_t length) const override;
  FileIdentity identity() const override { return file_->identity(); }
  Status CheckUnchanged() const override { return file_->CheckUnchanged(); }

  std::uint64_t memory_bytes() const;

 private:
  std::span<const DecodedRecord> RecordsOf(std::uint32_t block) const;
  std::uint64_t EstimateOf(std::uint32_t block) const;
  Status VisitRecords(std::uint64_t begin, std::uint64_t end, PieceSink sink) const;
  Status VisitBlock(std::size_t first, std::uint64_t begin, std::uint64_t end,
                    PieceSink sink) const;

  const std::unique_ptr<File> file_;
  const TableBlocks blocks_;
  const std::vector<DecodedRecord> records_;
  mutable BlockCache cache_;
};

}  // namespace thaw

#endif  // THAW_IO_CHECKPOINT_BUNDLE_V1_DECODED_FILE_H_
