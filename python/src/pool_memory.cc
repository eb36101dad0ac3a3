#include "python/src/pool_memory.h"

#include <optional>
#include <utility>

#include "engine/memory/memory_pool.h"
#include "io/base/bytes.h"
#include "python/src/arrays.h"
#include "python/src/dtypes.h"
#include "python/src/errors.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

// Never destroyed: arrays may outlive everything else.
MemoryPool& Pool() {
  static auto* const pool = new MemoryPool();
  return *pool;
}

class PoolMemory {
 public:
  explicit PoolMemory(HostMemory memory) : memory_(std::move(memory)) {}
  PoolMemory(const PoolMemory&) = delete;
  PoolMemory& operator=(const PoolMemory&) = delete;
  ~PoolMemory() { Pool().Return(std::move(memory_)); }

  MutableByteView bytes() const { return memory_.bytes(); }

 private:
  HostMemory memory_;
};

// The buffer protocol's door: numpy.ndarray(buffer=…) comes through it and keeps the object alive.
int GetBuffer(PyObject* self, Py_buffer* view, int flags) {
  const MutableByteView bytes = nb::inst_ptr<PoolMemory>(self)->bytes();
  return PyBuffer_FillInfo(view, self, bytes.data(), static_cast<Py_ssize_t>(bytes.size()), 0,
                           flags);
}

PyType_Slot kSlots[] = {{Py_bf_getbuffer, reinterpret_cast<void*>(GetBuffer)}, {0, nullptr}};

// Bytes of an array; nullopt for an impossible shape.
std::optional<std::uint64_t> SizeOf(DType dtype, Dims shape) {
  const std::optional<std::int64_t> elements = NumElements(shape);
  std::uint64_t size = 0;
  if (!elements || !CheckedMul(static_cast<std::uint64_t>(*elements), ElementSize(dtype), &size)) {
    return std::nullopt;
  }
  return size;
}

}  // namespace

void BindPoolMemory(nb::module_& module) {
  nb::class_<PoolMemory>(module, "PoolMemory", nb::type_slots(kSlots),
                         "Memory behind an array; it goes back to the pool when that dies.");
  module.def(
      "trim_pool",
      [] {
        const nb::gil_scoped_release release;
        return Pool().Trim();
      },
      "Gives the pool's unused memory back to the system; returns its bytes.");
  module.def(
      "pool_bytes", [] { return Pool().statistics().kept_bytes; }, "Bytes that the pool keeps unused.");
}

nb::object EmptyPoolArray(DType dtype, Dims shape) {
  const std::optional<std::uint64_t> size = SizeOf(dtype, shape);
  if (!size) {
    RaiseStatus(ResourceExhaustedError("no memory holds an array of shape " + ShapeToList(shape)));
  }
  if (*size < MemoryPool::kSmallest) return EmptyArray(dtype, shape);
  HostMemory memory = ValueOrRaise(Pool().Take(*size));
  nb::object owner = nb::cast(new PoolMemory(std::move(memory)), nb::rv_policy::take_ownership);
  return nb::module_::import_("numpy").attr("ndarray")(ShapeToPython(shape), DTypeToNumpy(dtype),
                                                       owner);
}

}  // namespace thaw::python
