// File paths as texts: joined, split and made relative the way Python's os.path does it.
//
// Role in the flow: TensorFlow's state files hold paths that its Python code made with os.path, so
// ours must agree with it letter by letter. It never looks at a disk.

#ifndef THAW_IO_BASE_FILE_PATH_H_
#define THAW_IO_BASE_FILE_PATH_H_

#include <string>
#include <string_view>

#include "io/base/result.h"

namespace thaw {

inline bool IsAbsolutePath(std::string_view path) { return path.starts_with('/'); }

// os.path.join of two: an absolute `path` stays as it is.
std::string JoinPath(const std::string& directory, const std::string& path);

// os.path.dirname: "a/b" gives "a", "b" gives "", "a//" gives "a".
std::string DirectoryOf(const std::string& path);

// os.path.basename: what follows the last slash.
std::string BaseNameOf(const std::string& path);

// os.path.relpath: `path` as it is seen from directory `start`, both absolute or relative to
// `working_directory`, which is absolute.
// Errors: InvalidArgument (ValueError)  an empty path.
Result<std::string> RelativePath(const std::string& path, const std::string& start,
                                 const std::string& working_directory);

}  // namespace thaw

#endif  // THAW_IO_BASE_FILE_PATH_H_
