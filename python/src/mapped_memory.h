// MappedMemory: bytes of a map as the memory of read-only arrays.
//
// Role in the flow: the base object of arrays that copy nothing: over shared memory, or over a
// checkpoint's file. It keeps alive what maps the bytes, and knows no more of it.

#ifndef THAW_PYTHON_SRC_MAPPED_MEMORY_H_
#define THAW_PYTHON_SRC_MAPPED_MEMORY_H_

#include <nanobind/nanobind.h>

#include <memory>

#include "io/base/bytes.h"
#include "io/base/dtype.h"
#include "io/base/shape.h"

namespace thaw::python {

void BindMappedMemory(nanobind::module_& module);

// A read-only array over `bytes`, which are as many as the shape has and aligned for the dtype.
//   owner: alive as long as the array or a view over it.
nanobind::object ReadOnlyArray(DType dtype, Dims shape, ByteView bytes,
                               std::shared_ptr<const void> owner);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_MAPPED_MEMORY_H_
