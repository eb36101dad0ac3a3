#include "engine/output/output_formats.h"

#include "engine/output/npz_file.h"
#include "engine/output/safetensors_file.h"

namespace thaw {
namespace {

constexpr OutputFormat kFormats[] = {
    {"npz", ".npz", NpzFile::Create},
    {"safetensors", ".safetensors", SafetensorsFile::Create},
};

std::string ListOfExtensions() {
  std::string list;
  for (const OutputFormat& format : kFormats) {
    list += (list.empty() ? "" : " or ") + std::string(format.extension);
  }
  return list;
}

}  // namespace

std::span<const OutputFormat> OutputFormats() { return kFormats; }

const OutputFormat* FindOutputFormat(std::string_view path) {
  for (const OutputFormat& format : kFormats) {
    if (path.ends_with(format.extension)) return &format;
  }
  return nullptr;
}

Result<std::unique_ptr<Output>> CreateOutput(const std::string& path, IfExists if_exists) {
  const OutputFormat* format = FindOutputFormat(path);
  if (format == nullptr) {
    return InvalidArgumentError("the name of an output tells its format, and this one does not")
        .WithFile(path)
        .WithHint("let it end in " + ListOfExtensions());
  }
  return format->create(path, if_exists);
}

}  // namespace thaw
