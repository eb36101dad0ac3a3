#include "python/src/sharing.h"

#include <nanobind/stl/string.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/shared_checkpoint.h"
#include "python/src/arrays.h"
#include "python/src/dtypes.h"
#include "python/src/errors.h"
#include "python/src/interruptible.h"
#include "python/src/load_run.h"
#include "python/src/mapped_memory.h"
#include "python/src/paths.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

nb::object ArrayOf(const SharedCheckpoint& shared, const SharedTensor& tensor) {
  if (tensor.dtype != DType::kString) {
    return ReadOnlyArray(tensor.dtype, tensor.shape, tensor.bytes,
                         std::make_shared<const SharedCheckpoint>(shared));
  }
  const std::vector<std::string> strings(tensor.strings.begin(), tensor.strings.end());
  return ArrayFromStrings(tensor.shape, strings);
}

nb::object Get(const SharedCheckpoint& self, nb::handle name) {
  return ArrayOf(self, ValueOrRaise(self.Find(TextFromPython(name, "name"))));
}

bool Contains(const SharedCheckpoint& self, nb::handle name) {
  if (PyUnicode_Check(name.ptr()) == 0) return false;
  const Result<SharedTensor> found = self.Find(TextFromPython(name, "name"));
  if (!found.ok() && found.status().code() != StatusCode::kNotFound) RaiseStatus(found.status());
  return found.ok();
}

nb::list NamesOf(const SharedCheckpoint& self) {
  nb::list names;
  for (std::size_t i = 0; i < self.num_tensors(); ++i) {
    names.append(TextToPython(ValueOrRaise(self.tensor(i)).name));
  }
  return names;
}

std::vector<std::pair<DType, DType>> ConversionsFromPython(nb::handle dtype) {
  std::vector<std::pair<DType, DType>> conversions;
  if (dtype.is_none()) return conversions;
  if (!nb::isinstance(dtype, nb::module_::import_("collections.abc").attr("Mapping"))) {
    RaiseTypeError("dtype must be a mapping of stored to wanted dtypes");
  }
  for (const nb::handle item : nb::iter(dtype.attr("items")())) {
    const DType stored = DTypeFromPython(item[0], "dtype: a key");
    conversions.emplace_back(stored, DTypeFromPython(item[1], "dtype: a value"));
  }
  return conversions;
}

// name: None for memory without one.
SharedCheckpoint Load(nb::handle path, nb::handle name, nb::handle names, nb::handle dtype,
                      nb::handle threads, nb::handle io, bool verify, nb::handle memory_budget,
                      nb::handle progress) {
  ShareOptions options;
  const std::string path_bytes = PathFromPython(path, "path");
  const std::string name_bytes = name.is_none() ? "" : PathFromPython(name, "name");
  const bool is_named = !name.is_none();
  if (!names.is_none()) options.tensors = NamesFromPython(names);
  if (!names.is_none() && options.tensors.empty()) RaiseValueError("names chooses no tensor");
  options.conversions = ConversionsFromPython(dtype);
  options.open = OpenOptionsFromPython(io);
  options.restore = LoadOptionsFromPython(threads, verify, memory_budget);
  CheckProgress(progress);
  Result<SharedCheckpoint> shared = InternalError("not run");
  RunInterruptibly(
      [&](const RunControl& control) {
        options.restore.cancel = control.cancel;
        if (!progress.is_none()) options.restore.progress = control.progress;
        shared = is_named ? SharedCheckpoint::Load(path_bytes, name_bytes, options)
                          : SharedCheckpoint::LoadUnnamed(path_bytes, options);
      },
      progress);
  return ValueOrRaise(std::move(shared));
}

SharedCheckpoint Open(nb::handle name) {
  if (PyLong_Check(name.ptr()) != 0 && PyBool_Check(name.ptr()) == 0) {
    const long descriptor = PyLong_AsLong(name.ptr());
    if (descriptor == -1 && PyErr_Occurred() != nullptr) throw nb::python_error();
    return ValueOrRaise(SharedCheckpoint::OpenDescriptor(static_cast<int>(descriptor)));
  }
  return ValueOrRaise(SharedCheckpoint::Open(PathFromPython(name, "name")));
}

}  // namespace

void BindSharing(nb::module_& module) {
  nb::class_<SharedCheckpoint>(module, "SharedCheckpoint",
                               "A checkpoint in shared memory: see tensorthaw.load_shared.")
      .def_prop_ro("prefix",
                   [](const SharedCheckpoint& self) { return TextToPython(self.prefix()); })
      .def_prop_ro("was_restored", &SharedCheckpoint::was_restored)
      .def_prop_ro("size_bytes", &SharedCheckpoint::size_bytes)
      .def("fileno", &SharedCheckpoint::descriptor)
      .def("names", &NamesOf, nb::sig("def names(self) -> list[str]"))
      .def("contains", &Contains, nb::arg("name"))
      .def("get", &Get, nb::arg("name"), nb::sig("def get(self, name: object) -> typing.Any"))
      .def("check_fresh", [](const SharedCheckpoint& self) { RaiseIfError(self.CheckFresh()); })
      .def("__len__", &SharedCheckpoint::num_tensors);
  module.def("load_shared", &Load, nb::arg("path"), nb::arg("name").none(), nb::arg("names").none(),
             nb::arg("dtype").none(), nb::arg("threads").none(), nb::arg("io"), nb::arg("verify"),
             nb::arg("memory_budget").none(), nb::arg("progress").none());
  module.def("open_shared", &Open, nb::arg("name"));
  module.def(
      "remove_shared",
      [](nb::handle name) { RaiseIfError(SharedCheckpoint::Remove(PathFromPython(name, "name"))); },
      nb::arg("name"));
}

}  // namespace thaw::python
