#include "io/checkpoint/safetensors/safetensors_reader.h"

#include <algorithm>
#include <bit>
#include <new>
#include <utility>
#include <vector>

#include "io/checkpoint/safetensors/safetensors_header.h"
#include "io/checkpoint/safetensors/safetensors_index.h"
#include "io/json/json_document.h"

namespace thaw {
namespace {

constexpr std::string_view kIndexSuffix = ".safetensors.index.json";

struct StoredTensor {
  SafetensorsTensor header;
  StoredPart part;
};

struct DataFile {
  std::string path;
  std::unique_ptr<File> file;
};

class SafetensorsReader final : public CheckpointReader {
 public:
  // `tensors`: in byte order of their names, each once.
  SafetensorsReader(std::string path, std::vector<DataFile> files,
                    std::vector<StoredTensor> tensors)
      : path_(std::move(path)), files_(std::move(files)), tensors_(std::move(tensors)) {
    for (const StoredTensor& tensor : tensors_) {
      index_bytes_ += sizeof tensor + tensor.header.name.size() +
                      tensor.header.shape.size() * sizeof(std::int64_t);
      if (!tensor.header.dtype->is_readable) errors_.push_back(NotRead(tensor));
    }
  }

  const std::string& prefix() const override { return path_; }
  CheckpointFormat format() const override { return CheckpointFormat::kSafetensors; }

  std::size_t num_tensors() const override { return tensors_.size(); }
  TensorInfo tensor(std::size_t index) const override {
    const StoredTensor& tensor = tensors_[index];
    const SafetensorsDType& dtype = *tensor.header.dtype;
    TensorInfo info = {tensor.header.name, dtype.dtype, tensor.header.shape, {&tensor.part, 1}};
    if (!dtype.is_readable) info.foreign_dtype = dtype.name;
    return info;
  }
  std::optional<std::size_t> Find(std::string_view name) const override {
    const auto found = std::ranges::lower_bound(tensors_, name, {}, NameOf);
    if (found == tensors_.end() || NameOf(*found) != name) return std::nullopt;
    return static_cast<std::size_t>(found - tensors_.begin());
  }
  std::span<const EntryError> entry_errors() const override { return errors_; }

  std::uint32_t num_shards() const override { return static_cast<std::uint32_t>(files_.size()); }
  std::string shard_path(std::uint32_t shard) const override { return files_[shard].path; }
  Result<const File*> OpenShard(std::uint32_t shard) const override {
    return static_cast<const File*>(files_[shard].file.get());
  }

  // The format is little-endian.
  bool is_byte_swapped() const override { return std::endian::native == std::endian::big; }
  std::uint64_t index_bytes() const override { return index_bytes_; }

 private:
  static std::string_view NameOf(const StoredTensor& tensor) { return tensor.header.name; }

  static EntryError NotRead(const StoredTensor& tensor) {
    const SafetensorsDType& dtype = *tensor.header.dtype;
    const std::string why =
        dtype.bits < 8 ? ": its elements share bytes" : ": TensorFlow has no such type";
    return {
        tensor.header.name, EntryProblem::kNotRead,
        UnimplementedError("tensors of dtype " + std::string(dtype.name) + " are not read" + why)
            .WithTfClass(Status::kNoTfClass),
        tensor.part.extent};
  }

  std::string path_;
  std::vector<DataFile> files_;
  std::vector<StoredTensor> tensors_;
  std::vector<EntryError> errors_;
  std::uint64_t index_bytes_ = 0;
};

// Opens one file and moves its tensors to the end of *tensors.
Result<DataFile> OpenDataFile(const Storage& storage, const std::string& path, IoMode mode,
                              std::uint32_t number, std::vector<StoredTensor>* tensors) {
  // Headers are small and read in pieces: not by direct I/O.
  Result<std::unique_ptr<File>> file =
      storage.Open(path, mode == IoMode::kDirect ? IoMode::kPread : mode);
  if (!file.ok()) return file.status().WithFile(path);
  THAW_ASSIGN_OR_RETURN(SafetensorsFileHeader header, ReadSafetensorsHeader(**file));
  for (SafetensorsTensor& tensor : header.tensors) {
    const StoredPart part = {
        {number, header.data_offset + tensor.begin, tensor.end - tensor.begin}, {}, nullptr};
    tensors->push_back({std::move(tensor), part});
  }
  if (mode == IoMode::kDirect) {
    const std::uint64_t size = (*file)->size();
    file = storage.Open(path, mode);
    if (!file.ok()) return file.status().WithFile(path);
    if ((*file)->size() != size) {
      return FailedPreconditionError("the file was changed while it was opened").WithFile(path);
    }
  }
  return DataFile{path, *std::move(file)};
}

Result<std::string> ReadIndexText(const Storage& storage, const std::string& path) {
  Result<std::unique_ptr<File>> file = storage.Open(path, IoMode::kPread);
  if (!file.ok()) return file.status().WithFile(path);
  if ((*file)->size() > kMaxJsonBytes) {
    return DataLossError("larger than " + std::to_string(kMaxJsonBytes >> 20) + " MiB")
        .WithFile(path);
  }
  std::string text((*file)->size(), '\0');
  const Status read = (*file)->Read(0, std::as_writable_bytes(std::span(text)));
  if (!read.ok()) return read.WithFile(path);
  return text;
}

// The index and the headers must say the same: each tensor in the file that the index names, and no
// other tensor in any file.
Status CompareWithIndex(const SafetensorsIndex& index, const std::string& index_path,
                        const std::vector<DataFile>& files,
                        const std::vector<StoredTensor>& tensors) {
  std::size_t num_found = 0;
  for (const StoredTensor& tensor : tensors) {
    const std::string& name = tensor.header.name;
    const auto listed = index.file_of.find(name);
    const std::uint32_t file = tensor.part.extent.shard;
    if (listed == index.file_of.end()) {
      return DataLossError("'" + files[file].path +
                           "' holds the tensor, the index does not name it")
          .WithFile(index_path)
          .WithTensor(name);
    }
    if (listed->second != file) {
      return DataLossError("'" + files[file].path + "' holds the tensor, the index says '" +
                           index.files[listed->second] + "'")
          .WithFile(index_path)
          .WithTensor(name);
    }
    ++num_found;
  }
  if (num_found == index.file_of.size()) return Status();
  for (const auto& [name, file] : index.file_of) {
    if (std::ranges::binary_search(
            tensors, name, {},
            [](const StoredTensor& t) -> std::string_view { return t.header.name; })) {
      continue;
    }
    return DataLossError("the index says that '" + index.files[file] +
                         "' holds the tensor, which it does not")
        .WithFile(index_path)
        .WithTensor(name);
  }
  return Status();
}

Result<std::shared_ptr<const CheckpointReader>> OpenFiles(const Storage& storage,
                                                          const std::string& path, IoMode mode) {
  std::vector<DataFile> files;
  std::vector<StoredTensor> tensors;
  if (!path.ends_with(kIndexSuffix)) {
    THAW_ASSIGN_OR_RETURN(DataFile file, OpenDataFile(storage, path, mode, 0, &tensors));
    files.push_back(std::move(file));
  } else {
    THAW_ASSIGN_OR_RETURN(const std::string text, ReadIndexText(storage, path));
    THAW_ASSIGN_OR_RETURN(const SafetensorsIndex index, ParseSafetensorsIndex(text, path));
    const std::string folder = path.substr(0, path.rfind('/') + 1);
    for (const std::string& name : index.files) {
      const auto number = static_cast<std::uint32_t>(files.size());
      Result<DataFile> file = OpenDataFile(storage, folder + name, mode, number, &tensors);
      if (!file.ok()) return file.status().WithHint("the index '" + path + "' names this file");
      files.push_back(*std::move(file));
    }
    std::ranges::sort(tensors, {},
                      [](const StoredTensor& t) -> std::string_view { return t.header.name; });
    THAW_RETURN_IF_ERROR(CompareWithIndex(index, path, files, tensors));
  }
  return std::shared_ptr<const CheckpointReader>(
      std::make_shared<SafetensorsReader>(path, std::move(files), std::move(tensors)));
}

}  // namespace

Result<std::shared_ptr<const CheckpointReader>> OpenSafetensors(const Storage& storage,
                                                                const std::string& path,
                                                                IoMode mode) {
  try {
    return OpenFiles(storage, path, mode);
  } catch (const std::bad_alloc&) {
    return ResourceExhaustedError("no memory for the headers").WithFile(path);
  }
}

}  // namespace thaw
