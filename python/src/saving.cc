#include "python/src/saving.h"

#include <map>
#include <string>

#include "io/checkpoint/bundle_v2/bundle_writer.h"
#include "python/src/arrays.h"
#include "python/src/errors.h"
#include "python/src/paths.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

Status Add(BundleWriter& writer, const std::string& name, const HostValue& value) {
  const nb::gil_scoped_release release;
  return value.dtype == DType::kString ? writer.AddStrings(name, value.shape, value.strings)
                                       : writer.Add(name, value.dtype, value.shape, value.elements);
}

// In byte order of the names, as TensorFlow's SaveV2 orders them. An exception on the way leaves
// what was there before.
void Save(nb::handle prefix, nb::handle arrays) {
  const std::string prefix_bytes = PathFromPython(prefix, "prefix");
  if (!nb::isinstance(arrays, nb::module_::import_("collections.abc").attr("Mapping"))) {
    RaiseTypeError("arrays must be a mapping of names to arrays");
  }
  std::map<std::string, nb::object> sorted;
  for (const nb::handle item : nb::iter(arrays.attr("items")())) {
    sorted[TextFromPython(item[0], "arrays: a name")] = nb::borrow(item[1]);
  }
  BundleWriterOptions options;
  options.overwrite = true;
  BundleWriter writer = ValueOrRaise(BundleWriter::Create(prefix_bytes, options));
  for (const auto& [name, array] : sorted) {
    const std::string label = ElementLabel("arrays", name);
    RaiseIfError(Add(writer, name, ValueFromPython(array, label.c_str())));
    if (PyErr_CheckSignals() != 0) throw nb::python_error();
  }
  Status finished;
  {
    const nb::gil_scoped_release release;
    finished = writer.Finish();
  }
  RaiseIfError(finished);
}

}  // namespace

void BindSaving(nb::module_& module) {
  module.def("save", &Save, nb::arg("prefix"), nb::arg("arrays"));
}

}  // namespace thaw::python
