#include "io/checkpoint/bundle_v1/tensor_slice_reader.h"

#include <algorithm>
#include <limits>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "io/checkpoint/bundle_v1/decoded_block.h"
#include "io/checkpoint/bundle_v1/decoded_file.h"
#include "io/checkpoint/bundle_v1/record_places.h"
#include "io/checkpoint/bundle_v1/tensor_slice_index.h"
#include "io/checkpoint/bundle_v1/tensor_slice_meta.h"
#include "io/checkpoint/bundle_v2/bundle_entry.h"
#include "io/checkpoint/tensor_slice_files.h"
#include "io/table/table_blocks.h"

namespace thaw {
namespace {

class TensorSliceReader final : public CheckpointReader {
 public:
  TensorSliceReader(const Storage& storage, std::string prefix, TensorSliceIndex index,
                    std::vector<std::unique_ptr<DecodedFile>> files)
      : storage_(storage),
        prefix_(std::move(prefix)),
        index_(std::move(index)),
        files_(std::move(files)) {}

  const std::string& prefix() const override { return prefix_; }
  CheckpointFormat format() const override { return CheckpointFormat::kTfV1; }

  std::size_t num_tensors() const override { return index_.size(); }
  TensorInfo tensor(std::size_t index) const override { return index_.tensor(index); }
  std::optional<std::size_t> Find(std::string_view name) const override {
    return index_.Find(name);
  }
  std::span<const EntryError> entry_errors() const override { return index_.entry_errors(); }

  std::uint32_t num_shards() const override { return static_cast<std::uint32_t>(files_.size()); }
  std::string shard_path(std::uint32_t shard) const override { return files_[shard]->path(); }
  Result<const File*> OpenShard(std::uint32_t shard) const override {
    return static_cast<const File*>(files_[shard].get());
  }

  bool IsInPlace() const override {
    return std::all_of(files_.begin(), files_.end(), [this](const auto& file) {
      const Result<FileIdentity> now = storage_.Identify(file->path());
      return now.ok() && *now == file->identity();
    });
  }

  // Elements are handed out in this machine's order.
  bool is_byte_swapped() const override { return false; }
  std::uint64_t index_bytes() const override {
    std::uint64_t bytes = index_.memory_bytes();
    for (const auto& file : files_) bytes += file->memory_bytes();
    return bytes;
  }

 private:
  const Storage& storage_;
  const std::string prefix_;
  const TensorSliceIndex index_;
  const std::vector<std::unique_ptr<DecodedFile>> files_;
};

// A file whose list of tensors was read.
struct OpenedFile {
  std::unique_ptr<File> file;
  TableBlocks blocks;
  TensorSliceMeta meta;
};

// An index file that lost its name parses as a list without tensors, so TensorFlow takes it for a
// V1 checkpoint that is empty.
bool IsHeaderOfBundle(ByteView value, const TensorSliceMeta& meta) {
  if (!meta.tensors.empty() || meta.versions.producer != 0) return false;
  const Result<BundleHeader> header = DecodeBundleHeader(value);
  return header.ok() && header->num_shards > 0;
}

Result<TensorSliceMeta> ReadMeta(const TableBlocks& blocks, std::uint64_t file_size) {
  if (blocks.size() == 0) return DataLossError("the table is empty");
  EntryList entries(blocks.limits(), file_size);
  BlockBuffers buffers;
  THAW_RETURN_IF_ERROR(blocks.ReadEntries(0, &buffers, &entries));
  // The key of the list is the empty string, which is below all others.
  if (!entries.key(0).empty()) return DataLossError("the first key is not the empty one");
  THAW_ASSIGN_OR_RETURN(TensorSliceMeta meta, DecodeTensorSliceMeta(entries.value(0)));
  if (IsHeaderOfBundle(entries.value(0), meta)) {
    return DataLossError("the index file of a V2 checkpoint under another name")
        .WithHint("give it back its name, which ends in .index")
        .WithTfClass(Status::kNoTfClass);
  }
  return meta;
}

Result<OpenedFile> OpenFile(const Storage& storage, const std::string& path, IoMode mode) {
  Result<std::unique_ptr<File>> file = storage.Open(path, mode);
  if (!file.ok()) return file.status().WithTfClass("DataLossError");
  Result<TableBlocks> blocks = TableBlocks::Open(**file, TensorSliceTableLimits());
  if (!blocks.ok()) return blocks.status().WithTfClass("DataLossError");
  Result<TensorSliceMeta> meta = ReadMeta(*blocks, (*file)->size());
  if (!meta.ok()) {
    return meta.status()
        .WithContext("no list of tensors and slices at the beginning of the file")
        .WithTfClass("InternalError");
  }
  THAW_RETURN_IF_ERROR(CheckVersions(meta->versions));
  BlockBuffers buffers;
  THAW_RETURN_IF_ERROR(blocks->CheckMetaindex(&buffers));
  return OpenedFile{*std::move(file), *std::move(blocks), *std::move(meta)};
}

// Finds the records of all slices, file by file.
Result<std::vector<std::unique_ptr<DecodedFile>>> PlaceRecords(std::vector<OpenedFile> opened,
                                                               TensorSliceIndex* index) {
  std::vector<std::unique_ptr<DecodedFile>> files;
  std::span<const SliceRecord> rest = index->records();
  for (std::uint32_t f = 0; f < opened.size(); ++f) {
    std::size_t num_records = 0;
    while (num_records < rest.size() && rest[num_records].file == f) ++num_records;
    RecordPlaces places(*opened[f].file, opened[f].blocks, index);
    THAW_RETURN_IF_ERROR(places.PlaceAll(rest.first(num_records)).WithFile(opened[f].file->path()));
    rest = rest.subspan(num_records);
    files.push_back(std::make_unique<DecodedFile>(
        std::move(opened[f].file), std::move(opened[f].blocks), std::move(places).TakeDecoded()));
  }
  index->Finish();
  return files;
}

Result<std::shared_ptr<const CheckpointReader>> OpenFiles(const Storage& storage,
                                                          const std::string& path, IoMode mode) {
  THAW_ASSIGN_OR_RETURN(const std::vector<std::string> paths, FindTensorSliceFiles(storage, path));
  if (paths.empty()) return NotFoundError("Failed to find any matching files").WithFile(path);
  std::vector<OpenedFile> opened;
  std::vector<TensorSliceMeta> metas;
  for (const std::string& one : paths) {
    Result<OpenedFile> file = OpenFile(storage, one, mode);
    if (!file.ok()) return file.status().WithFile(one);
    metas.push_back(std::move(file->meta));
    opened.push_back(*std::move(file));
  }
  TensorSliceIndex index(metas, paths);
  metas.clear();
  THAW_ASSIGN_OR_RETURN(auto files, PlaceRecords(std::move(opened), &index));
  return std::shared_ptr<const CheckpointReader>(
      std::make_shared<TensorSliceReader>(storage, path, std::move(index), std::move(files)));
}

}  // namespace

Result<std::shared_ptr<const CheckpointReader>> OpenTensorSlices(const Storage& storage,
                                                                 const std::string& path,
                                                                 IoMode mode) {
  try {
    return OpenFiles(storage, path, mode);
  } catch (const std::bad_alloc&) {
    return ResourceExhaustedError("no memory for the list of tensors").WithFile(path);
  }
}

}  // namespace thaw
