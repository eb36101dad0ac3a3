#include "engine/saver/variable_save.h"

#include <sys/stat.h>

#include <cerrno>

#include "io/base/file_path.h"
#include "io/checkpoint/bundle_v1/saved_slice_encoding.h"
#include "io/checkpoint/bundle_v1/tensor_slice_writer.h"
#include "io/checkpoint/bundle_v2/bundle_writer.h"

namespace thaw {
namespace {

Status CheckHasValue(const Variable& variable) {
  if (variable.has_value()) return Status();
  return FailedPreconditionError("Attempting to use uninitialized value " + variable.op_name +
                                 ": the variable has no value to save")
      .WithVariable(variable.op_name)
      .WithHint("run the store's initializers, or restore it, before saving");
}

Status CheckFolder(const std::string& prefix) {
  const std::string folder = DirectoryOf(prefix);
  struct stat info {};
  if (folder.empty() || ::stat(folder.c_str(), &info) == 0) return Status();
  return ErrnoError(errno, "cannot write a checkpoint there").WithFile(folder);
}

template <typename Writer>
Status AddItem(const SaverItem& item, Writer* writer) {
  const Variable& variable = *item.variable;
  const bool is_string = variable.dtype == DType::kString;
  if (!item.is_slice) {
    return is_string ? writer->AddStrings(item.key, variable.shape, variable.strings)
                     : writer->Add(item.key, variable.dtype, variable.shape, variable.buffer);
  }
  const SliceInfo& part = *variable.slice_info;
  return is_string ? writer->AddStringSlice(item.key, part.full_shape, part.slice, variable.strings)
                   : writer->AddSlice(item.key, part.full_shape, part.slice, variable.dtype,
                                      variable.buffer);
}

template <typename Writer>
Status WriteItems(std::span<const SaverItem> items, Writer* writer) {
  for (const SaverItem& item : items) {
    THAW_RETURN_IF_ERROR(AddItem(item, writer).WithVariable(item.variable->op_name));
  }
  return writer->Finish();
}

Result<std::string> WriteV1(std::span<const SaverItem> items, const std::string& prefix,
                            bool sharded) {
  // TensorFlow has all records before it makes a file.
  for (const SaverItem& item : items) {
    const Variable& variable = *item.variable;
    THAW_RETURN_IF_ERROR(CheckSaveable(variable.dtype).WithVariable(variable.op_name));
  }
  THAW_ASSIGN_OR_RETURN(
      TensorSliceWriter writer,
      TensorSliceWriter::Create(prefix, {.num_shards = sharded ? 1u : 0u, .overwrite = true}));
  std::string path = writer.checkpoint_path();
  THAW_RETURN_IF_ERROR(WriteItems(items, &writer));
  return path;
}

}  // namespace

Result<std::string> SaveVariables(std::span<const SaverItem> items, const std::string& prefix,
                                  const SaveFormat& format) {
  for (const SaverItem& item : items) THAW_RETURN_IF_ERROR(CheckHasValue(*item.variable));
  if (format.version == SaverVersion::kV1) return WriteV1(items, prefix, format.sharded);
  // TensorFlow's data files of devices begin in a folder beside the prefix, which it does not make.
  if (format.sharded) THAW_RETURN_IF_ERROR(CheckFolder(prefix));
  THAW_ASSIGN_OR_RETURN(BundleWriter writer, BundleWriter::Create(prefix, {.overwrite = true}));
  THAW_RETURN_IF_ERROR(WriteItems(items, &writer));
  return prefix;
}

}  // namespace thaw
