#include "io/checkpoint/bundle_v1/tensor_slice_writer.h"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <new>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "io/base/utf8.h"
#include "io/checkpoint/bundle_v1/saved_slice_encoding.h"
#include "io/checkpoint/bundle_v1/tensor_slice_meta.h"
#include "io/checkpoint/bundle_v2/buffered_output.h"
#include "io/checkpoint/bundle_v2/slice_key.h"
#include "io/checkpoint/bundle_v2/slice_overlap.h"
#include "io/checkpoint/tensor_slice_files.h"
#include "io/storage/atomic_file.h"
#include "io/table/table_builder.h"
#include "io/table/table_limits.h"

namespace thaw {
namespace {

constexpr std::uint32_t kMaxFiles = 99'999;  // the numbers in the names have five digits

// What all slices of one tensor agree on.
struct PendingTensor {
  DType dtype = DType::kInvalid;
  Shape shape;
  std::vector<TensorSlice> resolved;  // in every file
};

// One file under construction.
struct PendingFile {
  explicit PendingFile(std::unique_ptr<AtomicFile> file) : output(std::move(file)) {}

  BufferedOutput output;
  std::uint64_t num_bytes = 0;                 // of the records
  std::map<std::string, std::string> records;  // by key
  // Name and slice of each, in the order in which they were added.
  std::vector<std::pair<std::string, TensorSlice>> added;
};

std::string Describe(DType dtype, Dims shape) {
  return std::string(DTypeName(dtype)) + ShapeToString(shape);
}

}  // namespace

class TensorSliceWriter::Impl {
 public:
  Impl(std::string prefix, const TensorSliceWriterOptions& options)
      : prefix_(std::move(prefix)),
        checkpoint_path_(options.num_shards == 0
                             ? prefix_
                             : TensorSliceFilePattern(prefix_, options.num_shards)),
        options_(options) {}

  const std::string& checkpoint_path() const { return checkpoint_path_; }

  Status Open();
  Status Add(std::string_view name, DType dtype, Dims full_shape, const TensorSlice* slice,
             ByteView elements);
  Status AddStrings(std::string_view name, Dims full_shape, const TensorSlice* slice,
                    std::span<const std::string> values);
  Status Finish();

  // Runs one step of the public interface unless an earlier one failed. A failure leaves no files.
  template <typename Step>
  Status Guarded(std::string_view tensor, Step step);

 private:
  // Where a slice that was found in order goes.
  struct Target {
    std::string key;
    TensorSlice slice;  // as it is listed
    std::uint64_t num_elements = 0;
  };

  Result<Target> Register(std::string_view name, DType dtype, Dims full_shape,
                          const TensorSlice* slice);
  Status Store(std::string_view name, Target target, Result<std::string> record);
  Status CheckDisjoint() const;
  TensorSliceMeta MetaOf(const PendingFile& file) const;
  Status Write(PendingFile* file) const;
  Status Publish();

  const std::string prefix_;
  const std::string checkpoint_path_;
  const TensorSliceWriterOptions options_;
  std::vector<PendingFile> files_;
  std::map<std::string, PendingTensor, std::less<>> tensors_;
  bool is_finished_ = false;
  Status failure_;
};

template <typename Step>
Status TensorSliceWriter::Impl::Guarded(std::string_view tensor, Step step) {
  if (!failure_.ok()) return failure_;
  if (is_finished_) {
    return FailedPreconditionError("this checkpoint is finished").WithFile(prefix_);
  }
  try {
    failure_ = step();
  } catch (const std::bad_alloc&) {
    failure_ = ResourceExhaustedError("no memory for the records");
  }
  if (failure_.ok()) return failure_;
  failure_ = failure_.WithFile(prefix_);
  if (!tensor.empty()) failure_ = failure_.WithTensor(tensor);
  files_.clear();
  return failure_;
}

Status TensorSliceWriter::Impl::Open() {
  if (std::filesystem::path(prefix_).filename().empty()) {
    return InvalidArgumentError("the prefix of a checkpoint needs a name");
  }
  if (options_.num_shards > kMaxFiles) {
    return InvalidArgumentError("a checkpoint has at most 99999 files");
  }
  const IfExists if_exists = options_.overwrite ? IfExists::kReplace : IfExists::kKeep;
  for (std::uint32_t shard = 0; shard < std::max(options_.num_shards, 1u); ++shard) {
    const std::string path = options_.num_shards == 0
                                 ? prefix_
                                 : TensorSliceFilePath(prefix_, shard, options_.num_shards);
    THAW_ASSIGN_OR_RETURN(auto file, AtomicFile::Create(path, if_exists));
    files_.emplace_back(std::move(file));
  }
  return Status();
}

// Notes the slice with its tensor.
Result<TensorSliceWriter::Impl::Target> TensorSliceWriter::Impl::Register(
    std::string_view name, DType dtype, Dims full_shape, const TensorSlice* slice) {
  THAW_RETURN_IF_ERROR(CheckSaveable(dtype));
  if (name.empty()) return InvalidArgumentError("a tensor needs a name");
  if (!IsValidUtf8(name)) {
    return InvalidArgumentError("a name in a V1 checkpoint is UTF-8; TensorFlow could not open it")
        .WithTfClass(Status::kNoTfClass);
  }
  if (full_shape.size() > kMaxRank || !NumElements(full_shape)) {
    return InvalidArgumentError("no tensor can have shape " + ShapeToString(full_shape));
  }
  Target target{"", slice == nullptr ? TensorSlice::Full(full_shape.size()) : *slice, 0};
  Result<TensorSlice> resolved = ResolveSlice(target.slice, full_shape);
  if (!resolved.ok()) {
    return InvalidArgumentError(resolved.status().what()).WithTfClass("InternalError");
  }
  target.num_elements = static_cast<std::uint64_t>(*NumElements(SliceShape(*resolved)));

  auto& tensor = tensors_.try_emplace(std::string(name)).first->second;
  if (tensor.resolved.empty()) {
    tensor.dtype = dtype;
    tensor.shape.assign(full_shape.begin(), full_shape.end());
  } else if (tensor.dtype != dtype || !std::ranges::equal(tensor.shape, full_shape)) {
    return InvalidArgumentError("the slices of a tensor differ in dtype or full shape: " +
                                Describe(dtype, full_shape) + " after " +
                                Describe(tensor.dtype, tensor.shape))
        .WithTfClass("InternalError");
  }
  target.key = EncodeSliceKey(name, target.slice);
  const auto is_taken = [&](const PendingFile& file) { return file.records.contains(target.key); };
  if (std::any_of(files_.begin(), files_.end(), is_taken)) {
    return InvalidArgumentError("slice " + target.slice.ToString() + " was added before")
        .WithTfClass(Status::kNoTfClass);
  }
  // What no reader of ours would take back.
  if (target.key.size() > TableLimits{}.key_size) {
    return InvalidArgumentError("a name of " + std::to_string(name.size()) + " bytes is too long")
        .WithTfClass(Status::kNoTfClass);
  }
  tensor.resolved.push_back(*std::move(resolved));
  return target;
}

Status TensorSliceWriter::Impl::Add(std::string_view name, DType dtype, Dims full_shape,
                                    const TensorSlice* slice, ByteView elements) {
  if (dtype == DType::kString) {
    return InvalidArgumentError("elements of dtype string have no fixed size");
  }
  THAW_ASSIGN_OR_RETURN(Target target, Register(name, dtype, full_shape, slice));
  std::uint64_t size_bytes = 0;
  if (!CheckedMul(target.num_elements, ElementSize(dtype), &size_bytes) ||
      size_bytes != elements.size()) {
    return InvalidArgumentError(std::to_string(elements.size()) + " bytes instead of the " +
                                std::to_string(size_bytes) + " that the shape and the dtype give");
  }
  Result<std::string> record = EncodeSavedSlice(name, target.slice, dtype, elements);
  return Store(name, std::move(target), std::move(record));
}

Status TensorSliceWriter::Impl::AddStrings(std::string_view name, Dims full_shape,
                                           const TensorSlice* slice,
                                           std::span<const std::string> values) {
  THAW_ASSIGN_OR_RETURN(Target target, Register(name, DType::kString, full_shape, slice));
  if (target.num_elements != values.size()) {
    return InvalidArgumentError(std::to_string(values.size()) + " strings for a slice of " +
                                std::to_string(target.num_elements) + " elements");
  }
  Result<std::string> record = EncodeSavedStrings(name, target.slice, values);
  return Store(name, std::move(target), std::move(record));
}

// Puts the record into the emptiest file.
Status TensorSliceWriter::Impl::Store(std::string_view name, Target target,
                                      Result<std::string> record) {
  if (!record.ok()) return record.status();
  PendingFile& file = *std::ranges::min_element(files_, {}, &PendingFile::num_bytes);
  file.num_bytes += record->size();
  file.added.emplace_back(name, std::move(target.slice));
  file.records.emplace(std::move(target.key), *std::move(record));
  return Status();
}

Status TensorSliceWriter::Impl::CheckDisjoint() const {
  for (const auto& [name, tensor] : tensors_) {
    THAW_ASSIGN_OR_RETURN(const std::optional<SliceOverlap> overlap,
                          FindSliceOverlap(tensor.resolved));
    if (!overlap) continue;
    return InvalidArgumentError("slices " + tensor.resolved[overlap->first].ToString() + " and " +
                                tensor.resolved[overlap->second].ToString() + " overlap")
        .WithTensor(name)
        .WithTfClass(Status::kNoTfClass);
  }
  return Status();
}

// SaveSlices sorts its inputs by name alone, with std::sort, which leaves the slices of a tensor in
// an order of its own when there are many. The same call on the same sequence gives the same.
TensorSliceMeta TensorSliceWriter::Impl::MetaOf(const PendingFile& file) const {
  std::vector<std::size_t> order(file.added.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&file](std::size_t a, std::size_t b) {
    return file.added[a].first < file.added[b].first;
  });
  TensorSliceMeta meta;
  meta.versions.producer = kFormatVersion;
  for (const std::size_t i : order) {
    const auto& [name, slice] = file.added[i];
    if (meta.tensors.empty() || meta.tensors.back().name != name) {
      const PendingTensor& tensor = tensors_.find(name)->second;
      meta.tensors.push_back({name, tensor.shape, static_cast<std::int64_t>(tensor.dtype), {}});
    }
    meta.tensors.back().slices.push_back(slice);
  }
  return meta;
}

Status TensorSliceWriter::Impl::Write(PendingFile* file) const {
  std::string bytes;
  TableBuilder table(&bytes);
  THAW_RETURN_IF_ERROR(table.Add("", EncodeTensorSliceMeta(MetaOf(*file))));
  while (!file->records.empty()) {
    const auto record = file->records.extract(file->records.begin());
    THAW_RETURN_IF_ERROR(table.Add(record.key(), record.mapped()));
    if (bytes.empty()) continue;  // the block is not full yet
    THAW_RETURN_IF_ERROR(file->output.Append(AsBytes(bytes)));
    bytes.clear();
  }
  THAW_RETURN_IF_ERROR(table.Finish());
  THAW_RETURN_IF_ERROR(file->output.Append(AsBytes(bytes)));
  return file->output.Seal();
}

// After a failure none of the files stays.
Status TensorSliceWriter::Impl::Publish() {
  std::size_t num_published = 0;
  Status status;
  while (status.ok() && num_published < files_.size()) {
    status = files_[num_published].output.Publish();
    if (status.ok()) ++num_published;
  }
  if (status.ok()) return status;
  for (std::size_t i = 0; i < num_published; ++i) ::unlink(files_[i].output.path().c_str());
  return status;
}

Status TensorSliceWriter::Impl::Finish() {
  THAW_RETURN_IF_ERROR(CheckDisjoint());
  for (PendingFile& file : files_) THAW_RETURN_IF_ERROR(Write(&file));
  THAW_RETURN_IF_ERROR(Publish());
  is_finished_ = true;
  return Status();
}

TensorSliceWriter::TensorSliceWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TensorSliceWriter::TensorSliceWriter(TensorSliceWriter&&) noexcept = default;
TensorSliceWriter& TensorSliceWriter::operator=(TensorSliceWriter&&) noexcept = default;
TensorSliceWriter::~TensorSliceWriter() = default;

Result<TensorSliceWriter> TensorSliceWriter::Create(std::string prefix,
                                                    const TensorSliceWriterOptions& options) {
  auto impl = std::make_unique<Impl>(std::move(prefix), options);
  THAW_RETURN_IF_ERROR(impl->Guarded({}, [&] { return impl->Open(); }));
  return TensorSliceWriter(std::move(impl));
}

const std::string& TensorSliceWriter::checkpoint_path() const { return impl_->checkpoint_path(); }

Status TensorSliceWriter::Add(std::string_view name, DType dtype, Dims shape, ByteView elements) {
  return impl_->Guarded(name, [&] { return impl_->Add(name, dtype, shape, nullptr, elements); });
}

Status TensorSliceWriter::AddStrings(std::string_view name, Dims shape,
                                     std::span<const std::string> values) {
  return impl_->Guarded(name, [&] { return impl_->AddStrings(name, shape, nullptr, values); });
}

Status TensorSliceWriter::AddSlice(std::string_view full_name, Dims full_shape,
                                   const TensorSlice& slice, DType dtype, ByteView elements) {
  return impl_->Guarded(full_name,
                        [&] { return impl_->Add(full_name, dtype, full_shape, &slice, elements); });
}

Status TensorSliceWriter::AddStringSlice(std::string_view full_name, Dims full_shape,
                                         const TensorSlice& slice,
                                         std::span<const std::string> values) {
  return impl_->Guarded(full_name,
                        [&] { return impl_->AddStrings(full_name, full_shape, &slice, values); });
}

Status TensorSliceWriter::Finish() {
  return impl_->Guarded({}, [&] { return impl_->Finish(); });
}

}  // namespace thaw
