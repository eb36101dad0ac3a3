// Path patterns: the files that a path with wildcards names.
//
// Role in the flow: TensorFlow takes checkpoint prefixes as patterns wherever it looks for files.
// Here a path that exists under its literal name wins, so that a folder named "run[1]" is found.

#ifndef THAW_IO_STORAGE_PATH_GLOB_H_
#define THAW_IO_STORAGE_PATH_GLOB_H_

#include <string>
#include <string_view>
#include <vector>

#include "io/base/result.h"
#include "io/storage/storage.h"

namespace thaw {

// The paths, files or directories, that match prefix + pattern, sorted bytewise. `*`, `?` and
// `[…]` match within one component; they are letters in `prefix` where the path then exists.
// Errors: as Storage::Kind and Storage::List; a directory that is missing matches nothing.
Result<std::vector<std::string>> MatchingPaths(const Storage& storage, const std::string& prefix,
                                               std::string_view pattern = "");

}  // namespace thaw

#endif  // THAW_IO_STORAGE_PATH_GLOB_H_
