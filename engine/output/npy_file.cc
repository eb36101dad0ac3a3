#include "engine/output/npy_file.h"

#include <memory>
#include <vector>

#include "engine/output/npy_format.h"

namespace thaw {

Status WriteNpyFile(const std::string& path, const ArraySpec& array, ByteView elements,
                    IfExists if_exists) {
  if (!IsFixedSize(array.dtype)) {
    return UnimplementedError("NumPy's format has no " + std::string(DTypeName(array.dtype)) +
                              " elements")
        .WithFile(path);
  }
  THAW_ASSIGN_OR_RETURN(const std::uint64_t bytes, ArrayBytes(array));
  if (elements.size() != bytes) {
    return InvalidArgumentError("an array of another size was given").WithFile(path);
  }
  THAW_ASSIGN_OR_RETURN(const std::unique_ptr<AtomicFile> file,
                        AtomicFile::Create(path, if_exists));
  const std::string header = NpyHeader(array.dtype, array.shape);
  THAW_RETURN_IF_ERROR(file->Reserve(header.size() + bytes));
  THAW_RETURN_IF_ERROR(file->WriteAt(0, AsBytes(header)));
  if (NeedsSignExtension(array.dtype)) {
    std::vector<std::byte> extended(elements.size());
    SignExtend(array.dtype, elements, extended);
    THAW_RETURN_IF_ERROR(file->WriteAt(header.size(), extended));
  } else {
    THAW_RETURN_IF_ERROR(file->WriteAt(header.size(), elements));
  }
  return file->Publish();
}

}  // namespace thaw
