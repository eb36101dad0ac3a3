#include "engine/saver/load_checkpoint.h"

#include <algorithm>
#include <array>

#include "engine/saver/checkpoint_management.h"

namespace thaw {
namespace {

// checkpoint_reader.cc: what GetTensor takes from a TensorSliceReader.
constexpr std::array kV1Types = {DType::kFloat32, DType::kFloat64, DType::kInt32,
                                 DType::kUInt8,   DType::kInt16,   DType::kInt8,
                                 DType::kInt64,   DType::kBool,    DType::kString};

Status CheckV1(const TensorInfo& tensor) {
  std::string what;
  if (tensor.parts.size() != 1) {
    what = "Sliced checkpoints are not supported: the tensor is stored in " +
           std::to_string(tensor.parts.size()) + " slices of a V1 checkpoint";
  } else if (std::find(kV1Types.begin(), kV1Types.end(), tensor.dtype) == kV1Types.end()) {
    what =
        "Data type not supported: " + std::string(DTypeName(tensor.dtype)) + " of a V1 checkpoint";
  } else {
    return Status();
  }
  return UnimplementedError(std::move(what))
      .WithHint("TensorFlow's reader refuses it; tensorthaw.open and tensorthaw.load read it");
}

}  // namespace

Result<Checkpoint> LoadCheckpoint(const std::string& path_or_directory,
                                  const OpenOptions& options) {
  THAW_ASSIGN_OR_RETURN(const std::string prefix, PrefixOfPathOrDirectory(path_or_directory));
  return Checkpoint::OpenPrefix(prefix, options);
}

Result<TensorInfo> FindReadableTensor(const Checkpoint& checkpoint, std::string_view name) {
  const auto place = [&](const Status& status) {
    return status.WithFile(checkpoint.prefix()).WithTensor(name);
  };
  const Result<TensorInfo> found = checkpoint.Find(name);
  if (!found.ok()) {
    const Status status = found.status();
    if (status.code() != StatusCode::kNotFound) return status;
    return place(NotFoundError("Key " + std::string(name) + " not found in checkpoint"))
        .WithHint(status.hint());
  }
  if (found->dtype == DType::kVariant || found->dtype == DType::kResource) {
    return place(InternalError("dtype " + std::string(DTypeName(found->dtype)) +
                               " is not convertible to numpy dtype"));
  }
  if (checkpoint.format() == CheckpointFormat::kTfV1) {
    if (const Status status = CheckV1(*found); !status.ok()) return place(status);
  }
  for (const EntryError& error : checkpoint.reader()->entry_errors()) {
    if (error.tensor != found->name) continue;
    return place(error.status)
        .WithContext("Does not have sufficient slices for partitioned tensor " +
                     std::string(found->name))
        .WithTfClass("ValueError");  // where the restore op has InvalidArgumentError
  }
  return *found;
}

std::string_view WithoutOutputNumber(std::string_view name) {
  return name.ends_with(":0") ? name.substr(0, name.size() - 2) : name;
}

}  // namespace thaw
