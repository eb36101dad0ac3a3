// PoolArrays: arrays whose memory a pool takes back.
//
// Role in the flow: the arrays that a load returns. Those of one load share pieces of memory, which
// go back to the pool when the last array over them dies. It must not know names or checkpoints.

#ifndef THAW_PYTHON_SRC_POOL_MEMORY_H_
#define THAW_PYTHON_SRC_POOL_MEMORY_H_

#include <nanobind/nanobind.h>

#include <memory>
#include <span>
#include <vector>

#include "engine/memory/packing.h"
#include "io/base/dtype.h"
#include "io/base/shape.h"

namespace thaw::python {

void BindPoolMemory(nanobind::module_& module);

class PoolSlab;

// What one array of a load is to hold.
struct ArrayForm {
  DType dtype = DType::kInvalid;
  Shape shape;
};

// The memory of the arrays of one load.
class PoolArrays {
 public:
  // forms: of fixed-size elements or strings; NumPy allocates strings, and small arrays.
  // pinned: all elements, but for strings, are in pages that stay in RAM.
  // Errors: ResourceExhaustedError  the system refuses the memory, or to lock it.
  PoolArrays(std::vector<ArrayForm> forms, bool pinned);

  // The array of forms[index], whose elements are not set.
  nanobind::object Make(std::size_t index) const;

 private:
  static constexpr std::size_t kOwn = static_cast<std::size_t>(-1);

  std::vector<ArrayForm> forms_;
  std::vector<std::size_t> packed_;  // per form: its place in packing_, or kOwn
  Packing packing_;
  std::vector<std::shared_ptr<const PoolSlab>> slabs_;
};

// One such array. Errors: as PoolArrays.
nanobind::object EmptyPoolArray(DType dtype, Dims shape);

}  // namespace thaw::python

#endif  // THAW_PYTHON_SRC_POOL_MEMORY_H_
