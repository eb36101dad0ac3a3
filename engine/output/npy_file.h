// NpyFile: one array in NumPy's own format.
//
// Role in the flow: `thaw show --npy`.

#ifndef THAW_ENGINE_OUTPUT_NPY_FILE_H_
#define THAW_ENGINE_OUTPUT_NPY_FILE_H_

#include <string>

#include "engine/output/output.h"
#include "io/storage/atomic_file.h"

namespace thaw {

// Writes the array to `path`; array.name plays no part.
//   elements: ArrayBytes(array) bytes.
// Errors: Unimplemented    strings and other types without a fixed size.
//         InvalidArgument  another number of bytes.
//         else             as AtomicFile.
Status WriteNpyFile(const std::string& path, const ArraySpec& array, ByteView elements,
                    IfExists if_exists);

}  // namespace thaw

#endif  // THAW_ENGINE_OUTPUT_NPY_FILE_H_
