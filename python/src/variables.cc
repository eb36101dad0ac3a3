#include "python/src/variables.h"

#include <nanobind/stl/string.h>

#include <algorithm>
#include <string>
#include <vector>

#include "engine/restore.h"
#include "python/src/arrays.h"
#include "python/src/dtypes.h"
#include "python/src/errors.h"
#include "python/src/paths.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

nb::object ShapeOrNone(const std::optional<Shape>& shape) {
  if (!shape) return nb::none();
  return ShapeToPython(*shape);
}

nb::object ArrayOf(DType dtype, const Shape& shape, ByteView bytes,
                   const std::vector<std::string>& strings) {
  return dtype == DType::kString ? ArrayFromStrings(shape, strings)
                                 : ArrayFromElements(dtype, shape, bytes);
}

nb::object ToNumpy(const Variable& variable) {
  if (!variable.has_value()) {
    RaiseStatus(FailedPreconditionError("Attempting to use uninitialized value " +
                                        variable.op_name + ": no initializer has given it a value")
                    .WithHint("run store.initialize() first")
                    .WithVariable(variable.op_name));
  }
  return ArrayOf(variable.dtype, variable.shape, variable.buffer, variable.strings);
}

nb::object InitializedValue(const Variable& variable) {
  if (variable.has_value()) return ToNumpy(variable);
  Result<EvaluatedValue> value = InternalError("not run");
  {
    const nb::gil_scoped_release release;
    value = EvaluateInitializer(variable);
  }
  if (!value.ok()) RaiseStatus(value.status().WithVariable(variable.op_name));
  return ArrayOf(variable.dtype, value->shape, value->bytes, value->strings);
}

nb::object SliceOrNone(const Variable& variable) {
  if (!variable.slice_info) return nb::none();
  return TextToPython(variable.slice_info->spec());
}

nb::str Describe(const Variable& variable) {
  const std::string shape =
      variable.static_shape ? ShapeToTuple(*variable.static_shape) : "<unknown>";
  return TextToPython("<tensorthaw.Variable '" + variable.OutputName() + "' shape=" + shape +
                      " dtype=" + std::string(DTypeName(variable.dtype)) + ">");
}

// ---- Partitioned variables ----

nb::list Parts(nb::handle self) {
  const auto& variable = nb::cast<const PartitionedVariable&>(self);
  nb::list parts;
  for (Variable* part : variable.parts) parts.append(VariableToPython(part, self));
  return parts;
}

// The parts joined along the axis that was cut.
nb::object JoinParts(nb::handle self) {
  const auto& variable = nb::cast<const PartitionedVariable&>(self);
  nb::list values;
  for (const Variable* part : variable.parts) values.append(ToNumpy(*part));
  if (nb::len(values) == 1) return nb::object(values[0]);
  const std::vector<std::int64_t>& counts = variable.partitions.counts;
  const auto axis = std::find_if(counts.begin(), counts.end(), [](auto n) { return n > 1; });
  return nb::module_::import_("numpy").attr("concatenate")(values, axis - counts.begin());
}

nb::object PartitionsToPython(const PartitionedVariable& variable) {
  nb::list partitions;
  for (const std::int64_t count : variable.partitions.counts) partitions.append(count);
  if (variable.partitions.is_tuple) return nb::tuple(partitions);
  return partitions;
}

nb::str DescribePartitioned(const PartitionedVariable& variable) {
  return TextToPython("<tensorthaw.PartitionedVariable '" + variable.name +
                      "' shape=" + ShapeToTuple(variable.shape) +
                      " dtype=" + std::string(DTypeName(variable.dtype)) +
                      " partitions=" + variable.partitions.ToString() + ">");
}

}  // namespace

nb::object VariableToPython(Variable* variable, nb::handle store) {
  nb::object object = nb::cast(variable, nb::rv_policy::reference);
  nb::keep_alive_obj(object, store);
  return object;
}

nb::object PartitionedToPython(PartitionedVariable* variable, nb::handle store) {
  nb::object object = nb::cast(variable, nb::rv_policy::reference);
  nb::keep_alive_obj(object, store);
  return object;
}

void BindVariables(nb::module_& module) {
  nb::class_<Variable>(module, "Variable", nb::is_weak_referenceable(),
                       "A variable of a store, or one part of a partitioned variable.")
      .def_prop_ro(
          "name", [](const Variable& v) { return TextToPython(v.OutputName()); },
          "The op name with its output: \"a/x:0\".")
      .def_prop_ro(
          "op_name", [](const Variable& v) { return TextToPython(v.op_name); },
          "The name that a Saver saves it under: \"a/x\".")
      .def_prop_ro(
          "dtype", [](const Variable& v) { return DTypeToName(v.dtype); },
          nb::for_getter(nb::sig("def dtype(self) -> str")),
          "TensorFlow's name of the dtype: \"float32\".")
      .def_prop_ro(
          "shape", [](const Variable& v) { return ShapeOrNone(v.static_shape); },
          nb::for_getter(nb::sig("def shape(self) -> tuple[int | None, ...] | None")),
          "As declared: a tuple, None for an unknown dimension; None for an unknown rank.")
      .def_prop_ro(
          "slice", &SliceOrNone, nb::for_getter(nb::sig("def slice(self) -> str | None")),
          "Of a part: the full shape and where it lies in it, \"10 4 0,2:0,4\"; else None.")
      .def_prop_ro(
          "trainable", [](const Variable& v) { return v.trainable; },
          "Whether it was made trainable.")
      .def("numpy", &ToNumpy, nb::sig("def numpy(self) -> typing.Any"),
           "A copy of the value.\nRaises FailedPreconditionError before it has one.")
      .def("initialized_value", &InitializedValue,
           nb::sig("def initialized_value(self) -> typing.Any"),
           "A copy of the value; before it has one, what its initializer would give now.\nRaises "
           "what the initializer would raise.")
      .def(
          "is_initialized", [](const Variable& v) { return v.has_value(); },
          "Whether it has a value.")
      .def("__repr__", &Describe);

  nb::class_<PartitionedVariable>(module, "PartitionedVariable", nb::is_weak_referenceable(),
                                  "A variable that a partitioner cut; iterating gives its parts.")
      .def_prop_ro(
          "name", [](const PartitionedVariable& v) { return TextToPython(v.name); },
          "The full name, without \":0\".")
      .def_prop_ro(
          "dtype", [](const PartitionedVariable& v) { return DTypeToName(v.dtype); },
          nb::for_getter(nb::sig("def dtype(self) -> str")),
          "TensorFlow's name of the dtype: \"float32\".")
      .def_prop_ro(
          "shape", [](const PartitionedVariable& v) { return ShapeToPython(v.shape); },
          nb::for_getter(nb::sig("def shape(self) -> tuple[int, ...]")), "Of the whole.")
      .def_prop_ro("partitions", &PartitionsToPython,
                   nb::for_getter(nb::sig("def partitions(self) -> typing.Sequence[int]")),
                   "The number of parts per dimension.")
      .def(
          "__iter__", [](nb::handle self) { return nb::iter(Parts(self)); },
          nb::sig("def __iter__(self) -> typing.Iterator[Variable]"))
      .def("__len__", [](const PartitionedVariable& v) { return v.parts.size(); })
      .def("numpy", &JoinParts, nb::sig("def numpy(self) -> typing.Any"),
           "The parts' values, joined.\nRaises FailedPreconditionError while one has none.")
      .def("__repr__", &DescribePartitioned);
}

}  // namespace thaw::python
