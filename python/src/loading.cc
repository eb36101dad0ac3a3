#include "python/src/loading.h"

#include <nanobind/stl/string.h>

#include "engine/checkpoint.h"
#include "python/src/arrays.h"
#include "python/src/dtypes.h"
#include "python/src/errors.h"
#include "python/src/paths.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

Checkpoint OpenCheckpoint(nb::handle path) {
  const std::string path_bytes = PathFromPython(path, "path");
  Result<Checkpoint> opened = [&] {
    const nb::gil_scoped_release release;
    return Checkpoint::Open(path_bytes);
  }();
  return ValueOrRaise(std::move(opened));
}

nb::list NamesOf(const Checkpoint& checkpoint) {
  nb::list names;
  for (std::size_t i = 0; i < checkpoint.num_tensors(); ++i) {
    names.append(TextToPython(checkpoint.tensor(i).name));
  }
  return names;
}

}  // namespace

void BindLoading(nb::module_& module) {
  nb::class_<Checkpoint>(module, "Checkpoint")
      .def_prop_ro("prefix", [](const Checkpoint& self) { return TextToPython(self.prefix()); })
      .def("names", &NamesOf);
  module.def("open", &OpenCheckpoint, nb::arg("path"));
}

}  // namespace thaw::python
