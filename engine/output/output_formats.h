// THE list of output formats: which file an output's name asks for.
//
// Role in the flow: asked once for each `--out`. To add a format: a file pair <name>_file in this
// folder, a row in output_formats.cc, a line in the output suite.

#ifndef THAW_ENGINE_OUTPUT_OUTPUT_FORMATS_H_
#define THAW_ENGINE_OUTPUT_OUTPUT_FORMATS_H_

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "engine/output/output.h"
#include "io/storage/atomic_file.h"

namespace thaw {

struct OutputFormat {
  std::string_view name;       // "npz"
  std::string_view extension;  // ".npz"
  Result<std::unique_ptr<Output>> (*create)(const std::string& path, IfExists if_exists);
};

std::span<const OutputFormat> OutputFormats();

// The format that the path's extension names; nullptr: none.
const OutputFormat* FindOutputFormat(std::string_view path);

// Starts the output at `path`.
// Errors: InvalidArgument  the extension names no format (hint: those there are).
//         else             as AtomicFile::Create.
Result<std::unique_ptr<Output>> CreateOutput(const std::string& path, IfExists if_exists);

}  // namespace thaw

#endif  // THAW_ENGINE_OUTPUT_OUTPUT_FORMATS_H_
