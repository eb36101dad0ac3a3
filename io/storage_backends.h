// THE list of storage backends: which Storage serves a path, by its URL scheme.
//
// Role in the flow: asked once for each path that a person typed. To add a backend: a file pair in
// io/storage, a row in storage_backends.cc, a line in the storage suite.

#ifndef THAW_IO_STORAGE_BACKENDS_H_
#define THAW_IO_STORAGE_BACKENDS_H_

#include <string>

#include "io/base/result.h"
#include "io/storage/storage.h"

namespace thaw {

struct StoragePath {
  const Storage* storage = nullptr;  // lives as long as the process
  std::string path;                  // as that storage wants it
};

// A path without a scheme, or "file://" and an absolute path, is a local file.
//   guard_faults: see LocalStorage.
// Errors: Unimplemented    a scheme that is known and not served.
//         InvalidArgument  "file://" and another machine's name.
Result<StoragePath> FindStorage(const std::string& url, bool guard_faults = true);

}  // namespace thaw

#endif  // THAW_IO_STORAGE_BACKENDS_H_
