#include "python/src/mapped_memory.h"

#include <utility>

#include "python/src/arrays.h"
#include "python/src/dtypes.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

struct MappedMemory {
  std::shared_ptr<const void> owner;
  ByteView bytes;
};

// numpy.ndarray(buffer=…) comes through here, and makes an array that is as read-only as this.
int GetBuffer(PyObject* self, Py_buffer* view, int flags) {
  const ByteView bytes = nb::inst_ptr<MappedMemory>(self)->bytes;
  constexpr int kReadOnly = 1;
  return PyBuffer_FillInfo(view, self, const_cast<std::byte*>(bytes.data()),
                           static_cast<Py_ssize_t>(bytes.size()), kReadOnly, flags);
}

PyType_Slot kSlots[] = {{Py_bf_getbuffer, reinterpret_cast<void*>(GetBuffer)}, {0, nullptr}};

}  // namespace

void BindMappedMemory(nb::module_& module) {
  nb::class_<MappedMemory>(module, "MappedMemory", nb::type_slots(kSlots),
                           "Memory behind a read-only array; it stays mapped as long as that.");
}

nb::object ReadOnlyArray(DType dtype, Dims shape, ByteView bytes,
                         std::shared_ptr<const void> owner) {
  if (bytes.empty()) {  // NumPy wants a place even for nothing
    nb::object empty = EmptyArray(dtype, shape);
    empty.attr("setflags")(nb::arg("write") = false);
    return empty;
  }
  nb::object memory =
      nb::cast(new MappedMemory{std::move(owner), bytes}, nb::rv_policy::take_ownership);
  return nb::module_::import_("numpy").attr("ndarray")(ShapeToPython(shape), DTypeToNumpy(dtype),
                                                       memory);
}

}  // namespace thaw::python
