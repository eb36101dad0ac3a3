// Local files: what a saver does to files beyond writing them.
//
// Role in the flow: removes old checkpoints, makes folders, looks at times. It must not know what
// the files hold.

#ifndef THAW_IO_STORAGE_LOCAL_FILES_H_
#define THAW_IO_STORAGE_LOCAL_FILES_H_

#include <cstdint>
#include <string>

#include "io/base/result.h"

namespace thaw {

// Removes a file. One that is not there is no error: another process may have been faster.
// Errors: PermissionDenied, Unavailable; a directory is not removed.
Status RemoveFile(const std::string& path);

// When the content last changed, in whole seconds since 1970 (TensorFlow keeps no fractions).
// Errors: NotFound, PermissionDenied.
Result<std::int64_t> ModificationTime(const std::string& path);

// Makes `folder` and the folders above it that are missing, and puts their names on disk.
// Errors: PermissionDenied, Unavailable; AlreadyExists when a file is in the way.
Status MakeFolders(const std::string& folder);

// Makes `folder` when only its last component is missing, and puts its name on disk. Whatever else
// is wrong with it shows when the first file is made in it.
Status MakeLastFolder(const std::string& folder);

// The absolute path of the working directory.
Result<std::string> WorkingDirectory();

}  // namespace thaw

#endif  // THAW_IO_STORAGE_LOCAL_FILES_H_
