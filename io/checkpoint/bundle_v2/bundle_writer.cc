#include "io/checkpoint/bundle_v2/bundle_writer.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <optional>
#include <utility>
#include <vector>

#include "io/base/crc32c.h"
#include "io/base/file_path.h"
#include "io/checkpoint/bundle_v2/buffered_output.h"
#include "io/checkpoint/bundle_v2/bundle_entry.h"
#include "io/checkpoint/bundle_v2/pending_entries.h"
#include "io/checkpoint/bundle_v2/shard_files.h"
#include "io/checkpoint/bundle_v2/string_payload_head.h"
#include "io/storage/atomic_file.h"
#include "io/storage/local_files.h"

namespace thaw {

class BundleWriter::Impl {
 public:
  Impl(std::string prefix, const BundleWriterOptions& options)
      : prefix_(std::move(prefix)), options_(options) {}

  Status Open();
  Status Begin(std::string_view name, DType dtype, Dims full_shape, const TensorSlice* slice);
  Status Append(ByteView bytes);
  Status End();
  Status AddStrings(std::string_view name, Dims full_shape, const TensorSlice* slice,
                    std::span<const std::string> values);
  Status Finish();

  // Runs one step of the public interface unless an earlier one failed. A failure leaves no files.
  //   tensor: which tensor the step is about; empty: the open one, if any.
  template <typename Step>
  Status Guarded(std::string_view tensor, Step step);

 private:
  // The tensor or slice whose bytes are being appended.
  struct OpenTensor {
    std::string name;  // of the full tensor
    std::string key;   // in the index
    BundleEntry entry;
    std::uint64_t written = 0;  // bytes
    std::uint32_t crc32c = 0;   // of them
  };

  Status BeginEntry(std::string_view name, PendingEntries::Target target, DType dtype,
                    std::uint64_t size_bytes);
  Status Publish();

  const std::string prefix_;
  const BundleWriterOptions options_;
  std::optional<BufferedOutput> index_;
  std::vector<BufferedOutput> shards_;
  std::optional<OpenTensor> open_;
  PendingEntries entries_;
  bool is_finished_ = false;
  Status failure_;
};

template <typename Step>
Status BundleWriter::Impl::Guarded(std::string_view tensor, Step step) {
  if (!failure_.ok()) return failure_;
  if (is_finished_) return FailedPreconditionError("this bundle is finished").WithFile(prefix_);
  try {
    failure_ = step();
  } catch (const std::bad_alloc&) {
    failure_ = ResourceExhaustedError("no memory for the index");
  }
  if (failure_.ok()) return failure_;
  if (tensor.empty() && open_) tensor = open_->name;
  failure_ = failure_.WithFile(prefix_);
  if (!tensor.empty()) failure_ = failure_.WithTensor(tensor);
  shards_.clear();
  index_.reset();
  return failure_;
}

Status BundleWriter::Impl::Open() {
  if (prefix_.empty()) return InvalidArgumentError("an empty prefix names no checkpoint");
  if (options_.num_shards == 0 || options_.num_shards > kMaxShards) {
    return InvalidArgumentError("a checkpoint has 1 to 99999 data files");
  }
  if (options_.alignment == 0) {
    return InvalidArgumentError("the alignment of tensors is at least 1");
  }
  THAW_RETURN_IF_ERROR(MakeLastFolder(DirectoryOf(prefix_)));
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

// Starts an entry in the emptiest data file.
Status BundleWriter::Impl::BeginEntry(std::string_view name, PendingEntries::Target target,
                                      DType dtype, std::uint64_t size_bytes) {
  const auto shard = std::min_element(
      shards_.begin(), shards_.end(),
      [](const BufferedOutput& a, const BufferedOutput& b) { return a.size() < b.size(); });
  std::uint64_t end = 0;
  if (!CheckedAdd(shard->size(), size_bytes, &end) || end > INT64_MAX) {
    return InvalidArgumentError("a data file would exceed 2^63 bytes");
  }
  OpenTensor open;
  open.name = name;
  open.key = std::move(target.key);
  open.entry.dtype_number = static_cast<std::int64_t>(dtype);
  open.entry.shape = std::move(target.shape);
  open.entry.shard_id = shard - shards_.begin();
  open.entry.offset = static_cast<std::int64_t>(shard->size());
  open.entry.size = static_cast<std::int64_t>(size_bytes);
  open_ = std::move(open);
  return Status();
}

Status BundleWriter::Impl::Begin(std::string_view name, DType dtype, Dims full_shape,
                                 const TensorSlice* slice) {
  if (open_) return FailedPreconditionError("the tensor before is not ended");
  if (!IsFixedSize(dtype)) {
    return InvalidArgumentError("elements of dtype " + std::string(DTypeName(dtype)) +
                                " have no fixed size");
  }
  THAW_ASSIGN_OR_RETURN(PendingEntries::Target target,
                        entries_.Register(name, dtype, full_shape, slice));
  std::uint64_t size_bytes = 0;
  if (!CheckedMul(target.num_elements, ElementSize(dtype), &size_bytes)) {
    return InvalidArgumentError("no tensor can have shape " + ShapeToString(full_shape));
  }
  return BeginEntry(name, std::move(target), dtype, size_bytes);
}

Status BundleWriter::Impl::Append(ByteView bytes) {
  if (!open_) return FailedPreconditionError("no tensor was begun");
  const auto size = static_cast<std::uint64_t>(open_->entry.size);
  if (bytes.size() > size - open_->written) {
    return InvalidArgumentError("more than the " + std::to_string(size) +
                                " bytes that the shape and the dtype give");
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
                                " that the shape and the dtype give");
  }
  open_->entry.masked_crc32c = MaskCrc(open_->crc32c);
  THAW_RETURN_IF_ERROR(
      shards_[static_cast<std::size_t>(open_->entry.shard_id)].PadTo(options_.alignment));
  entries_.Add(std::move(open_->key), open_->entry);
  open_.reset();
  return Status();
}

Status BundleWriter::Impl::AddStrings(std::string_view name, Dims full_shape,
                                      const TensorSlice* slice,
                                      std::span<const std::string> values) {
  if (open_) return FailedPreconditionError("the tensor before is not ended");
  THAW_ASSIGN_OR_RETURN(PendingEntries::Target target,
                        entries_.Register(name, DType::kString, full_shape, slice));
  if (target.num_elements != values.size()) {
    return InvalidArgumentError(std::to_string(values.size()) + " strings for shape " +
                                ShapeToString(target.shape));
  }
  const StringPayloadHead head = EncodeStringPayloadHead(values);
  std::uint64_t size_bytes = head.bytes.size();
  for (const std::string& value : values) size_bytes += value.size();

  THAW_RETURN_IF_ERROR(BeginEntry(name, std::move(target), DType::kString, size_bytes));
  THAW_RETURN_IF_ERROR(Append(AsBytes(head.bytes)));
  open_->crc32c = head.crc32c;
  for (const std::string& value : values) THAW_RETURN_IF_ERROR(Append(AsBytes(value)));
  return End();
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
    return FailedPreconditionError("a tensor was begun and not ended");
  }
  THAW_RETURN_IF_ERROR(entries_.WriteTable(options_.num_shards,
                                           [&](ByteView bytes) { return index_->Append(bytes); }));
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
  THAW_RETURN_IF_ERROR(impl->Guarded({}, [&] { return impl->Open(); }));
  return BundleWriter(std::move(impl));
}

Status BundleWriter::Add(std::string_view name, DType dtype, Dims shape, ByteView elements) {
  return impl_->Guarded(name, [&] {
    THAW_RETURN_IF_ERROR(impl_->Begin(name, dtype, shape, nullptr));
    THAW_RETURN_IF_ERROR(impl_->Append(elements));
    return impl_->End();
  });
}

Status BundleWriter::AddStrings(std::string_view name, Dims shape,
                                std::span<const std::string> values) {
  return impl_->Guarded(name, [&] { return impl_->AddStrings(name, shape, nullptr, values); });
}

Status BundleWriter::AddSlice(std::string_view full_name, Dims full_shape, const TensorSlice& slice,
                              DType dtype, ByteView elements) {
  return impl_->Guarded(full_name, [&] {
    THAW_RETURN_IF_ERROR(impl_->Begin(full_name, dtype, full_shape, &slice));
    THAW_RETURN_IF_ERROR(impl_->Append(elements));
    return impl_->End();
  });
}

Status BundleWriter::AddStringSlice(std::string_view full_name, Dims full_shape,
                                    const TensorSlice& slice, std::span<const std::string> values) {
  return impl_->Guarded(full_name,
                        [&] { return impl_->AddStrings(full_name, full_shape, &slice, values); });
}

Status BundleWriter::BeginTensor(std::string_view name, DType dtype, Dims shape) {
  return impl_->Guarded(name, [&] { return impl_->Begin(name, dtype, shape, nullptr); });
}

Status BundleWriter::BeginSlice(std::string_view full_name, Dims full_shape,
                                const TensorSlice& slice, DType dtype) {
  return impl_->Guarded(full_name,
                        [&] { return impl_->Begin(full_name, dtype, full_shape, &slice); });
}

Status BundleWriter::AppendBytes(ByteView elements) {
  return impl_->Guarded({}, [&] { return impl_->Append(elements); });
}

Status BundleWriter::EndTensor() {
  return impl_->Guarded({}, [&] { return impl_->End(); });
}

Status BundleWriter::Finish() {
  return impl_->Guarded({}, [&] { return impl_->Finish(); });
}

}  // namespace thaw
