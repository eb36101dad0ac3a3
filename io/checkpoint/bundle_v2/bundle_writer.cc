#include "io/checkpoint/bundle_v2/bundle_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <filesystem>
#include <map>
#include <new>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "io/base/crc32c.h"
#include "io/checkpoint/bundle_v2/buffered_output.h"
#include "io/checkpoint/bundle_v2/bundle_entry.h"
#include "io/checkpoint/bundle_v2/bundle_index.h"
#include "io/checkpoint/bundle_v2/shard_files.h"
#include "io/checkpoint/bundle_v2/slice_key.h"
#include "io/checkpoint/bundle_v2/slice_overlap.h"
#include "io/checkpoint/bundle_v2/string_payload_head.h"
#include "io/storage/atomic_file.h"
#include "io/storage/descriptor.h"
#include "io/table/table_builder.h"
#include "io/table/table_limits.h"

namespace thaw {
namespace {

// Makes the folder of the prefix when only its last component is missing, as TensorFlow does, and
// puts its name on disk.
Status MakeFolder(const std::filesystem::path& folder) {
  std::error_code error;
  if (folder.empty() || !std::filesystem::create_directory(folder, error)) {
    // Whatever else is wrong with the folder shows when the first file is made in it.
    return Status();
  }
  const std::filesystem::path parent = folder.parent_path().empty() ? "." : folder.parent_path();
  const Descriptor descriptor(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!descriptor.is_open() || ::fsync(descriptor.get()) != 0) {
    return ErrnoError(errno, "cannot put a new folder on disk").WithFile(parent.string());
  }
  return Status();
}

// InvalidArgument when two slices of a tensor share an element.
Status CheckDisjoint(const BundleEntry& tensor) {
  std::vector<TensorSlice> resolved;
  for (const TensorSlice& slice : tensor.slices) {
    THAW_ASSIGN_OR_RETURN(resolved.emplace_back(), ResolveSlice(slice, tensor.shape));
  }
  THAW_ASSIGN_OR_RETURN(const std::optional<SliceOverlap> overlap, FindSliceOverlap(resolved));
  if (!overlap) return Status();
  return InvalidArgumentError("slices " + tensor.slices[overlap->first].ToString() + " and " +
                              tensor.slices[overlap->second].ToString() + " overlap");
}

}  // namespace

class BundleWriter::Impl {
 public:
  Impl(std::string prefix, const BundleWriterOptions& options)
      : prefix_(std::move(prefix)), options_(options) {}

  Status Open();
  Status Begin(std::string_view name, DType dtype, Dims full_shape, const TensorSlice* slice);
  Status Append(ByteView bytes);
  Status End();
  Status AddStrings(std::string_view name, Dims shape, std::span<const std::string> values);
  Status Finish();

  // Runs one step of the public interface unless an earlier one failed.
  template <typename Step>
  Status Guarded(Step step);

 private:
  // The tensor or slice whose bytes are being appended.
  struct OpenTensor {
    std::string name;  // of the full tensor
    std::string key;   // in the index
    BundleEntry entry;
    std::uint64_t written = 0;  // bytes
    std::uint32_t crc32c = 0;   // of them
  };

  Status BeginEntry(std::string_view name, std::string key, DType dtype, Dims shape,
                    std::uint64_t size_bytes);
  Result<std::string> RegisterSlice(std::string_view name, DType dtype, Dims full_shape,
                                    const TensorSlice& slice);
  Status CheckName(std::string_view name) const;
  Status WriteIndex();
  Status Publish();

  const std::string prefix_;
  const BundleWriterOptions options_;
  std::optional<BufferedOutput> index_;
  std::vector<BufferedOutput> shards_;
  std::optional<OpenTensor> open_;
  std::map<std::string, std::string, std::less<>> values_;          // by key, encoded
  std::map<std::string, BundleEntry, std::less<>> sliced_tensors_;  // by name
  bool is_finished_ = false;
  Status failure_;
};

template <typename Step>
Status BundleWriter::Impl::Guarded(Step step) {
  if (failure_.ok() && is_finished_) {
    return FailedPreconditionError("this bundle is finished").WithFile(prefix_);
  }
  if (!failure_.ok()) return failure_;
  try {
    failure_ = step().WithFile(prefix_);
  } catch (const std::bad_alloc&) {
    failure_ = ResourceExhaustedError("no memory for the index").WithFile(prefix_);
  }
  return failure_;
}

Status BundleWriter::Impl::Open() {
  const std::filesystem::path path(prefix_);
  if (path.filename().empty()) {
    return InvalidArgumentError("the prefix of a checkpoint needs a name");
  }
  if (options_.num_shards == 0 || options_.num_shards > kMaxShards) {
    return InvalidArgumentError("a checkpoint has 1 to 99999 data files");
  }
  if (options_.alignment == 0) {
    return InvalidArgumentError("the alignment of tensors is at least 1");
  }
  THAW_RETURN_IF_ERROR(MakeFolder(path.parent_path()));
  const IfExists if_exists = options_.overwrite ? IfExists::kReplace : IfExists::kKeep;
  THAW_ASSIGN_OR_RETURN(auto index, AtomicFile::Create(prefix_ + ".index", if_exists));
  index_.emplace(std::move(index));
  for (std::uint32_t shard = 0; shard < options_.num_shards; ++shard) {
    THAW_ASSIGN_OR_RETURN(
        auto file,
        AtomicFile::Create(DataFilePath(prefix_, shard, options_.num_shards), if_exists));
    shards_.emplace_back(std::move(file));
  }
  return Status();
}

Status BundleWriter::Impl::CheckName(std::string_view name) const {
  if (name.empty()) return InvalidArgumentError("a tensor needs a name");
  if (values_.contains(name) || sliced_tensors_.contains(name)) {
    return InvalidArgumentError("a tensor of this name was added before").WithTensor(name);
  }
  return Status();
}

// Starts an entry in the emptiest data file.
Status BundleWriter::Impl::BeginEntry(std::string_view name, std::string key, DType dtype,
                                      Dims shape, std::uint64_t size_bytes) {
  // What no reader of ours would take back.
  if (key.size() > TableLimits{}.key_size) {
    return InvalidArgumentError("a name of " + std::to_string(name.size()) + " bytes is too long");
  }
  const auto shard = std::min_element(
      shards_.begin(), shards_.end(),
      [](const BufferedOutput& a, const BufferedOutput& b) { return a.size() < b.size(); });
  std::uint64_t end = 0;
  if (!CheckedAdd(shard->size(), size_bytes, &end) || end > INT64_MAX) {
    return InvalidArgumentError("a data file would exceed 2^63 bytes").WithTensor(name);
  }
  OpenTensor open;
  open.name = name;
  open.key = std::move(key);
  open.entry.dtype_number = static_cast<std::int64_t>(dtype);
  open.entry.shape.assign(shape.begin(), shape.end());
  open.entry.shard_id = shard - shards_.begin();
  open.entry.offset = static_cast<std::int64_t>(shard->size());
  open.entry.size = static_cast<std::int64_t>(size_bytes);
  open_ = std::move(open);
  return Status();
}

// Notes the slice in the entry of its tensor. Returns the key of the slice's own entry.
Result<std::string> BundleWriter::Impl::RegisterSlice(std::string_view name, DType dtype,
                                                      Dims full_shape, const TensorSlice& slice) {
  const auto number = static_cast<std::int64_t>(dtype);
  auto it = sliced_tensors_.find(name);
  if (it == sliced_tensors_.end()) {
    THAW_RETURN_IF_ERROR(CheckName(name));
    BundleEntry tensor;
    tensor.dtype_number = number;
    tensor.shape.assign(full_shape.begin(), full_shape.end());
    it = sliced_tensors_.emplace(std::string(name), std::move(tensor)).first;
  } else if (it->second.dtype_number != number ||
             !std::equal(full_shape.begin(), full_shape.end(), it->second.shape.begin(),
                         it->second.shape.end())) {
    return InvalidArgumentError(
               "the slices of a tensor differ in dtype or full shape: " +
               std::string(DTypeName(dtype)) + ShapeToString(full_shape) + " after " +
               std::string(DTypeName(static_cast<DType>(it->second.dtype_number))) +
               ShapeToString(it->second.shape))
        .WithTensor(name);
  }
  std::string key = EncodeSliceKey(name, slice);
  if (values_.contains(key)) {
    return InvalidArgumentError("slice " + slice.ToString() + " was added before").WithTensor(name);
  }
  if (it->second.slices.size() == kMaxSlicesPerTensor) {
    return InvalidArgumentError("a tensor has at most " + std::to_string(kMaxSlicesPerTensor) +
                                " slices")
        .WithTensor(name);
  }
  it->second.slices.push_back(slice);
  return key;
}

Status BundleWriter::Impl::Begin(std::string_view name, DType dtype, Dims full_shape,
                                 const TensorSlice* slice) {
  if (open_) return FailedPreconditionError("the tensor before is not ended").WithTensor(name);
  if (!IsFixedSize(dtype)) {
    return InvalidArgumentError("elements of dtype " + std::string(DTypeName(dtype)) +
                                " have no fixed size")
        .WithTensor(name);
  }
  Shape shape(full_shape.begin(), full_shape.end());
  std::string key(name);
  if (slice != nullptr) {
    const Result<TensorSlice> resolved = ResolveSlice(*slice, full_shape);
    if (!resolved.ok()) {
      return InvalidArgumentError(resolved.status().what()).WithTensor(name);
    }
    shape = SliceShape(*resolved);
    if (CoversAll(*resolved, full_shape)) slice = nullptr;
  }
  const std::optional<std::int64_t> elements = NumElements(shape);
  std::uint64_t size_bytes = 0;
  if (shape.size() > kMaxRank || !elements || !NumElements(full_shape) ||
      !CheckedMul(static_cast<std::uint64_t>(*elements), ElementSize(dtype), &size_bytes)) {
    return InvalidArgumentError("no tensor can have shape " + ShapeToString(full_shape))
        .WithTensor(name);
  }
  if (slice != nullptr) {
    THAW_ASSIGN_OR_RETURN(key, RegisterSlice(name, dtype, full_shape, *slice));
  } else {
    THAW_RETURN_IF_ERROR(CheckName(name));
  }
  return BeginEntry(name, std::move(key), dtype, shape, size_bytes);
}

Status BundleWriter::Impl::Append(ByteView bytes) {
  if (!open_) return FailedPreconditionError("no tensor was begun");
  const auto size = static_cast<std::uint64_t>(open_->entry.size);
  if (bytes.size() > size - open_->written) {
    return InvalidArgumentError("more than the " + std::to_string(size) +
                                " bytes that the shape and the dtype give")
        .WithTensor(open_->name);
  }
  open_->crc32c = Crc32cExtend(open_->crc32c, bytes);
  open_->written += bytes.size();
  return shards_[static_cast<std::size_t>(open_->entry.shard_id)].Append(bytes);
}

Status BundleWriter::Impl::End() {
  if (!open_) return FailedPreconditionError("no tensor was begun");
  if (open_->written != static_cast<std::uint64_t>(open_->entry.size)) {
    return InvalidArgumentError(std::to_string(open_->written) + " bytes instead of the " +
                                std::to_string(open_->entry.size) +
                                " that the shape and the dtype give")
        .WithTensor(open_->name);
  }
  open_->entry.masked_crc32c = MaskCrc(open_->crc32c);
  THAW_RETURN_IF_ERROR(
      shards_[static_cast<std::size_t>(open_->entry.shard_id)].PadTo(options_.alignment));
  values_.emplace(std::move(open_->key), EncodeBundleEntry(open_->entry));
  open_.reset();
  return Status();
}

Status BundleWriter::Impl::AddStrings(std::string_view name, Dims shape,
                                      std::span<const std::string> values) {
  if (open_) return FailedPreconditionError("the tensor before is not ended").WithTensor(name);
  THAW_RETURN_IF_ERROR(CheckName(name));
  const std::optional<std::int64_t> elements = NumElements(shape);
  if (shape.size() > kMaxRank || !elements ||
      static_cast<std::uint64_t>(*elements) != values.size()) {
    return InvalidArgumentError(std::to_string(values.size()) + " strings for shape " +
                                ShapeToString(shape))
        .WithTensor(name);
  }
  const StringPayloadHead head = EncodeStringPayloadHead(values);
  std::uint64_t size_bytes = head.bytes.size();
  for (const std::string& value : values) size_bytes += value.size();

  THAW_RETURN_IF_ERROR(BeginEntry(name, std::string(name), DType::kString, shape, size_bytes));
  THAW_RETURN_IF_ERROR(Append(AsBytes(head.bytes)));
  open_->crc32c = head.crc32c;
  for (const std::string& value : values) THAW_RETURN_IF_ERROR(Append(AsBytes(value)));
  return End();
}

Status BundleWriter::Impl::WriteIndex() {
  std::string bytes;
  TableBuilder table(&bytes);
  BundleHeader header;
  header.num_shards = static_cast<std::int32_t>(options_.num_shards);
  header.is_big_endian = std::endian::native == std::endian::big;
  header.producer = kBundleVersion;
  THAW_RETURN_IF_ERROR(table.Add("", EncodeBundleHeader(header)));
  for (const auto& [key, value] : values_) {
    THAW_RETURN_IF_ERROR(table.Add(key, value));
    if (bytes.empty()) continue;
    THAW_RETURN_IF_ERROR(index_->Append(AsBytes(bytes)));
    bytes.clear();
  }
  THAW_RETURN_IF_ERROR(table.Finish());
  return index_->Append(AsBytes(bytes));
}

// The index goes in last: who finds it finds all data files. After a failure none of them stays.
Status BundleWriter::Impl::Publish() {
  for (BufferedOutput& shard : shards_) THAW_RETURN_IF_ERROR(shard.Seal());
  THAW_RETURN_IF_ERROR(index_->Seal());
  if (options_.overwrite && ::unlink(index_->path().c_str()) != 0 && errno != ENOENT) {
    return ErrnoError(errno, "cannot remove the index that is replaced").WithFile(index_->path());
  }
  Status status;
  std::size_t num_published = 0;
  while (status.ok() && num_published < shards_.size()) {
    status = shards_[num_published].Publish();
    if (status.ok()) ++num_published;
  }
  if (status.ok()) status = index_->Publish();
  if (status.ok()) return status;
  for (std::size_t i = 0; i < num_published; ++i) ::unlink(shards_[i].path().c_str());
  return status;
}

Status BundleWriter::Impl::Finish() {
  if (open_) {
    return FailedPreconditionError("a tensor was begun and not ended").WithTensor(open_->name);
  }
  for (auto& [name, tensor] : sliced_tensors_) {
    THAW_RETURN_IF_ERROR(CheckDisjoint(tensor).WithTensor(name));
    if (!values_.emplace(name, EncodeBundleEntry(tensor)).second) {
      return InvalidArgumentError("the key of a slice equals this name").WithTensor(name);
    }
  }
  THAW_RETURN_IF_ERROR(WriteIndex());
  THAW_RETURN_IF_ERROR(Publish());
  is_finished_ = true;
  return Status();
}

BundleWriter::BundleWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
BundleWriter::BundleWriter(BundleWriter&&) noexcept = default;
BundleWriter& BundleWriter::operator=(BundleWriter&&) noexcept = default;
BundleWriter::~BundleWriter() = default;

Result<BundleWriter> BundleWriter::Create(std::string prefix, const BundleWriterOptions& options) {
  auto impl = std::make_unique<Impl>(std::move(prefix), options);
  THAW_RETURN_IF_ERROR(impl->Guarded([&] { return impl->Open(); }));
  return BundleWriter(std::move(impl));
}

Status BundleWriter::Add(std::string_view name, DType dtype, Dims shape, ByteView elements) {
  return impl_->Guarded([&] {
    THAW_RETURN_IF_ERROR(impl_->Begin(name, dtype, shape, nullptr));
    THAW_RETURN_IF_ERROR(impl_->Append(elements));
    return impl_->End();
  });
}

Status BundleWriter::AddStrings(std::string_view name, Dims shape,
                                std::span<const std::string> values) {
  return impl_->Guarded([&] { return impl_->AddStrings(name, shape, values); });
}

Status BundleWriter::AddSlice(std::string_view full_name, Dims full_shape, const TensorSlice& slice,
                              DType dtype, ByteView elements) {
  return impl_->Guarded([&] {
    THAW_RETURN_IF_ERROR(impl_->Begin(full_name, dtype, full_shape, &slice));
    THAW_RETURN_IF_ERROR(impl_->Append(elements));
    return impl_->End();
  });
}

Status BundleWriter::BeginTensor(std::string_view name, DType dtype, Dims shape) {
  return impl_->Guarded([&] { return impl_->Begin(name, dtype, shape, nullptr); });
}

Status BundleWriter::BeginSlice(std::string_view full_name, Dims full_shape,
                                const TensorSlice& slice, DType dtype) {
  return impl_->Guarded([&] { return impl_->Begin(full_name, dtype, full_shape, &slice); });
}

Status BundleWriter::AppendBytes(ByteView elements) {
  return impl_->Guarded([&] { return impl_->Append(elements); });
}

Status BundleWriter::EndTensor() {
  return impl_->Guarded([&] { return impl_->End(); });
}

Status BundleWriter::Finish() {
  return impl_->Guarded([&] { return impl_->Finish(); });
}

}  // namespace thaw
