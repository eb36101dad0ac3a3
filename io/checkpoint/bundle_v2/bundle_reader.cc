#include "io/checkpoint/bundle_v2/bundle_reader.h"

#include <bit>
#include <new>
#include <utility>
#include <vector>

#include "io/checkpoint/bundle_v2/bundle_entry.h"
#include "io/checkpoint/bundle_v2/bundle_index.h"
#include "io/checkpoint/bundle_v2/object_graph_entry.h"
#include "io/checkpoint/bundle_v2/shard_files.h"
#include "io/table/table.h"

namespace thaw {
namespace {

class BundleReader final : public CheckpointReader {
 public:
  BundleReader(Table table, BundleIndex index, const BundleHeader& header, const Storage& storage,
               const std::string& prefix, const FileIdentity& index_identity, IoMode mode)
      : storage_(storage),
        index_identity_(index_identity),
        table_(std::move(table)),
        index_(std::move(index)),
        is_byte_swapped_(header.is_big_endian != (std::endian::native == std::endian::big)),
        shards_(storage, prefix, static_cast<std::uint32_t>(header.num_shards), mode) {}

  const std::string& prefix() const override { return shards_.prefix(); }
  CheckpointFormat format() const override { return CheckpointFormat::kTfV2; }

  std::size_t num_tensors() const override { return index_.size(); }
  TensorInfo tensor(std::size_t index) const override { return index_.tensor(index); }
  std::optional<std::size_t> Find(std::string_view name) const override {
    return index_.Find(name);
  }
  std::span<const EntryError> entry_errors() const override { return index_.entry_errors(); }

  std::uint32_t num_shards() const override { return shards_.num_shards(); }
  std::string shard_path(std::uint32_t shard) const override { return shards_.path(shard); }
  Result<const File*> OpenShard(std::uint32_t shard) const override { return shards_.Open(shard); }

  bool IsInPlace() const override {
    const Result<FileIdentity> now = storage_.Identify(prefix() + ".index");
    return now.ok() && *now == index_identity_;
  }

  Result<const ObjectGraph*> object_graph() const override { return graph_.Get(*this); }

  bool is_byte_swapped() const override { return is_byte_swapped_; }
  std::uint64_t index_bytes() const override {
    return table_.memory_bytes() + index_.memory_bytes();
  }

 private:
  const Storage& storage_;
  FileIdentity index_identity_;
  Table table_;  // holds the names
  BundleIndex index_;
  bool is_byte_swapped_;
  ShardFiles shards_;
  ObjectGraphEntry graph_;
};

Result<BundleHeader> ReadHeader(const Table& table) {
  if (table.size() == 0) {
    return DataLossError("the index is empty: failed to seek to header entry")
        .WithTfClass("InternalError");
  }
  // The header's key is the empty string, which is below all others.
  if (!table.key(0).empty()) {
    return DataLossError("the index has no header: failed to seek to header entry")
        .WithTfClass(Status::kNoTfClass);
  }
  THAW_ASSIGN_OR_RETURN(BundleHeader header, DecodeBundleHeader(table.value(0)));
  THAW_RETURN_IF_ERROR(CheckVersions(header.versions));
  if (header.num_shards < 1 || header.num_shards > static_cast<std::int32_t>(kMaxShards)) {
    return DataLossError("the header names " + std::to_string(header.num_shards) +
                         " data files; there are 1 to " + std::to_string(kMaxShards))
        .WithHint("a V1 checkpoint, or not a checkpoint, was renamed to .index")
        .WithTfClass("NotFoundError");
  }
  return header;
}

Result<std::shared_ptr<const CheckpointReader>> OpenIndex(const Storage& storage,
                                                          const std::string& prefix, IoMode mode) {
  const std::string path = prefix + ".index";
  // Direct I/O is for the large data files; the index is small, and read in pieces.
  const IoMode index_mode = mode == IoMode::kDirect ? IoMode::kPread : mode;
  Result<std::unique_ptr<File>> file = storage.Open(path, index_mode);
  if (!file.ok()) return file.status().WithFile(path);
  THAW_ASSIGN_OR_RETURN(Table table, Table::Open(**file));
  const Result<BundleHeader> header = ReadHeader(table);
  if (!header.ok()) return header.status().WithFile(path);
  BundleIndex index(table, static_cast<std::uint32_t>(header->num_shards), path);
  return std::shared_ptr<const CheckpointReader>(std::make_shared<BundleReader>(
      std::move(table), std::move(index), *header, storage, prefix, (*file)->identity(), mode));
}

}  // namespace

Result<std::shared_ptr<const CheckpointReader>> OpenBundleV2(const Storage& storage,
                                                             const std::string& prefix,
                                                             IoMode mode) {
  try {
    return OpenIndex(storage, prefix, mode);
  } catch (const std::bad_alloc&) {
    return ResourceExhaustedError("no memory for the index").WithFile(prefix + ".index");
  }
}

}  // namespace thaw
