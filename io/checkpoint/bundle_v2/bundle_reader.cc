#include "io/checkpoint/bundle_v2/bundle_reader.h"

#include <algorithm>
#include <bit>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "io/checkpoint/bundle_v2/bundle_entry.h"
#include "io/checkpoint/bundle_v2/bundle_index.h"
#include "io/checkpoint/bundle_v2/bundle_index_builder.h"
#include "io/checkpoint/bundle_v2/object_graph_entry.h"
#include "io/checkpoint/bundle_v2/shard_files.h"
#include "io/table/table.h"

namespace thaw {
namespace {

class BundleReader final : public CheckpointReader {
 public:
  BundleReader(BundleIndex index, const BundleHeader& header, const Storage& storage,
               const std::string& prefix, const FileIdentity& index_identity, IoMode mode)
      : storage_(storage),
        index_identity_(index_identity),
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
  std::uint64_t index_bytes() const override { return index_.memory_bytes(); }

 private:
  const Storage& storage_;
  FileIdentity index_identity_;
  BundleIndex index_;
  bool is_byte_swapped_;
  ShardFiles shards_;
  ObjectGraphEntry graph_;
};

// Opens the index file. Direct I/O is for the large data files; the index is small, and read in
// pieces.
Result<std::unique_ptr<File>> OpenIndexFile(const Storage& storage, const std::string& path,
                                            IoMode mode) {
  Result<std::unique_ptr<File>> file =
      storage.Open(path, mode == IoMode::kDirect ? IoMode::kPread : mode);
  if (!file.ok()) return file.status().WithFile(path);
  return file;
}

Result<BuiltBundleIndex> ReadIndex(const File& file, const std::string& path) {
  BundleIndexBuilder builder(path);
  THAW_ASSIGN_OR_RETURN(Table table, Table::Open(file, &builder));
  return std::move(builder).Finish(std::move(table));
}

// The index of these tensors alone.
//   keys: their names and the header's.
Result<BuiltBundleIndex> ReadIndexFor(const File& file, const std::string& path,
                                      std::vector<std::string> keys) {
  const auto sort = [&keys] {
    std::ranges::sort(keys);
    const auto repeated = std::ranges::unique(keys);
    keys.erase(repeated.begin(), repeated.end());
  };
  sort();
  BundleIndexBuilder builder(path);
  THAW_ASSIGN_OR_RETURN(Table table, Table::OpenFor(file, keys, &builder));
  const std::vector<std::string> slice_keys = builder.SliceKeys(table);
  if (slice_keys.empty()) return std::move(builder).Finish(std::move(table));
  keys.insert(keys.end(), slice_keys.begin(), slice_keys.end());
  sort();
  BundleIndexBuilder with_slices(path);
  THAW_ASSIGN_OR_RETURN(Table with_slices_table, Table::OpenFor(file, keys, &with_slices));
  return std::move(with_slices).Finish(std::move(with_slices_table));
}

// Keys of slices begin so; who names one of them is told by the whole index that it is no tensor.
bool MayBeSliceKey(const std::string& name) { return name.starts_with('\0'); }

Result<BuiltBundleIndex> ReadWantedIndex(const File& file, const std::string& path,
                                         std::span<const std::string> tensors) {
  if (std::ranges::any_of(tensors, MayBeSliceKey)) return ReadIndex(file, path);
  std::vector<std::string> keys(tensors.begin(), tensors.end());
  keys.emplace_back();  // the header's
  keys.emplace_back(kObjectGraphKey);
  THAW_ASSIGN_OR_RETURN(BuiltBundleIndex built, ReadIndexFor(file, path, std::move(keys)));
  const bool has_all = std::ranges::all_of(
      tensors, [&built](const std::string& name) { return built.index.Find(name).has_value(); });
  if (!has_all) return ReadIndex(file, path);
  return built;
}

// Opens the index with `read`: Result<BuiltBundleIndex>(const File&, const std::string& path).
template <typename Read>
Result<std::shared_ptr<const CheckpointReader>> OpenWith(const Storage& storage,
                                                         const std::string& prefix, IoMode mode,
                                                         Read read) {
  const std::string path = prefix + ".index";
  try {
    THAW_ASSIGN_OR_RETURN(const std::unique_ptr<File> file, OpenIndexFile(storage, path, mode));
    THAW_ASSIGN_OR_RETURN(BuiltBundleIndex built, read(*file, path));
    return std::shared_ptr<const CheckpointReader>(std::make_shared<BundleReader>(
        std::move(built.index), built.header, storage, prefix, file->identity(), mode));
  } catch (const std::bad_alloc&) {
    return ResourceExhaustedError("no memory for the index").WithFile(path);
  }
}

}  // namespace

Result<std::shared_ptr<const CheckpointReader>> OpenBundleV2(const Storage& storage,
                                                             const std::string& prefix,
                                                             IoMode mode) {
  return OpenWith(storage, prefix, mode, ReadIndex);
}

Result<std::shared_ptr<const CheckpointReader>> OpenBundleV2For(
    const Storage& storage, const std::string& prefix, IoMode mode,
    std::span<const std::string> tensors) {
  return OpenWith(storage, prefix, mode, [tensors](const File& file, const std::string& path) {
    return ReadWantedIndex(file, path, tensors);
  });
}

}  // namespace thaw
