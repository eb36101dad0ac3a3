// PoolMemory: the memory behind a large array that a load returns.
//
// Role in the flow: the base object of the array. It goes back to the pool when the last array over
// it dies. It must not know shapes or dtypes.

#ifndef THAW_PYTHON_SRC_POOL_MEMORY_H_
#define THAW_PYTHON_SRC_POOL_MEMORY_H_

#include <nanobind/nanobind.h>

#include "io/base/dtype.h"
#include "io/base/shape.h"

namespace thaw::python {

void BindPoolMemory(nanobind::module_& module);

// An array of `shape` whose elements are not set, in memory of the pool where it is large enough
// (MemoryPool::kSmallest), else in NumPy's own.
// Errors: ResourceExhaustedError  the system refuses the memory.
nanobind::object EmptyPoolArray(DType dtype, Dims shape);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_POOL_MEMORY_H_
