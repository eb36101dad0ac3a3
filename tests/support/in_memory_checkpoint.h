// InMemoryCheckpoint: a checkpoint that a test makes tensor by tensor, without any file format.
//
// Role in the flow: stands for a reader in the tests of planner and executors. Its data files lie
// in any Storage, so that faults, staging and real files can be put behind it.

#ifndef THAW_TESTS_SUPPORT_IN_MEMORY_CHECKPOINT_H_
#define THAW_TESTS_SUPPORT_IN_MEMORY_CHECKPOINT_H_

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "io/checkpoint/checkpoint_reader.h"

namespace thaw {

class InMemoryCheckpoint final : public CheckpointReader {
 public:
  explicit InMemoryCheckpoint(std::uint32_t num_shards = 1, bool byte_swapped = false)
      : shards_(num_shards), files_(num_shards), byte_swapped_(byte_swapped) {}

  // Appends `bytes` (elements in the file's byte order) to a shard. Tensors may be added in any
  // order; Open sorts them.
  void Add(const std::string& name, DType dtype, const Shape& shape, std::string_view bytes,
           std::uint32_t shard = 0);
  // Stores the tensor in parts, each cut from `bytes`, the whole tensor.
  void AddSliced(const std::string& name, DType dtype, const Shape& shape, std::string_view bytes,
                 const std::vector<TensorSlice>& slices, std::uint32_t shard = 0);
  // Encodes `strings` as a bundle does.
  void AddStrings(const std::string& name, const Shape& shape,
                  const std::vector<std::string>& strings, std::uint32_t shard = 0);
  // Bytes that no tensor owns.
  void AddHole(std::size_t size, std::uint32_t shard = 0) { shards_[shard].append(size, '\xee'); }
  void AddEntryError(EntryError error) { errors_.push_back(std::move(error)); }

  // The contents of the shards; a test may damage them before Open writes them.
  std::string& shard(std::uint32_t index) { return shards_[index]; }
  // Where the parts of a tensor lie.
  std::vector<StoredPart>& parts(const std::string& name);
  void ForgetChecksums();

  // Ends the making: files are opened from `storage`, under shard_path(), when first asked for.
  void Open(std::shared_ptr<const Storage> storage, IoMode mode,
            const std::string& prefix = "ckpt");

  const std::string& prefix() const override { return prefix_; }
  CheckpointFormat format() const override { return CheckpointFormat::kTfV2; }
  std::size_t num_tensors() const override { return tensors_.size(); }
  TensorInfo tensor(std::size_t index) const override;
  std::optional<std::size_t> Find(std::string_view name) const override;
  std::span<const EntryError> entry_errors() const override { return errors_; }
  std::uint32_t num_shards() const override { return static_cast<std::uint32_t>(shards_.size()); }
  std::string shard_path(std::uint32_t index) const override;
  Result<const File*> OpenShard(std::uint32_t index) const override;
  bool is_byte_swapped() const override { return byte_swapped_; }
  std::uint64_t index_bytes() const override { return 0; }

 private:
  struct Tensor {
    std::string name;
    DType dtype;
    Shape shape;
    std::vector<StoredPart> parts;
    std::deque<TensorSlice> slices;  // the parts point into it
  };

  StoredPart Append(std::string_view bytes, std::uint32_t shard, std::uint32_t crc);

  std::vector<std::string> shards_;
  std::map<std::string, Tensor, std::less<>> making_;
  std::vector<const Tensor*> tensors_;
  std::vector<EntryError> errors_;
  std::shared_ptr<const Storage> storage_;
  IoMode mode_ = IoMode::kAuto;
  std::string prefix_ = "ckpt";
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<File>> files_;
  bool byte_swapped_;
};

// The elements of `slice` (resolved) of a row-major tensor, one by one: the reference that tests
// compare with.
std::string CutSlice(std::string_view tensor, Dims shape, const TensorSlice& slice,
                     std::size_t element_size);

}  // namespace thaw

#endif  // THAW_TESTS_SUPPORT_IN_MEMORY_CHECKPOINT_H_
