#include "python/src/variable_arguments.h"

#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

#include <string>
#include <utility>

#include "python/src/arrays.h"
#include "python/src/dtypes.h"
#include "python/src/errors.h"
#include "python/src/paths.h"
#include "python/src/python_hooks.h"
#include "python/src/scopes.h"
#include "python/src/variables.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

nb::object Get(const nb::dict& arguments, const char* name) {
  return arguments.contains(name) ? nb::object(arguments[name]) : nb::object(nb::none());
}

// Whether Python takes it for true.
bool IsTrue(nb::handle value) {
  const int truth = PyObject_IsTrue(value.ptr());
  if (truth < 0) throw nb::python_error();
  return truth != 0;
}

std::optional<DType> OptionalDType(nb::handle dtype) {
  if (dtype.is_none()) return std::nullopt;
  return DTypeFromPython(dtype, "dtype");
}

std::optional<InitializerArgument> OptionalInitializer(nb::handle initializer) {
  if (initializer.is_none()) return std::nullopt;
  return InitializerFromPython(initializer);
}

std::optional<Partitioner> OptionalPartitioner(nb::handle partitioner) {
  if (partitioner.is_none()) return std::nullopt;
  return PartitionerFromPython(partitioner);
}

nb::object BoolOrNone(std::optional<bool> value) {
  return value ? nb::object(nb::bool_(*value)) : nb::object(nb::none());
}

// Calls the regularizer with each variable that is made. The store outlives the call.
std::function<Status(Variable&)> Regularize(nb::object regularizer, nb::handle store) {
  return [regularizer = std::move(regularizer), store](Variable& variable) {
    try {
      regularizer(VariableToPython(&variable, store));
    } catch (nb::python_error& exception) {
      return KeepException(exception);
    }
    return Status();
  };
}

}  // namespace

std::optional<bool> OptionalBool(nb::handle value) {
  if (value.is_none()) return std::nullopt;
  return IsTrue(value);
}

std::optional<Shape> OptionalShape(nb::handle shape) {
  if (shape.is_none()) return std::nullopt;
  if (PyIndex_Check(shape.ptr()) != 0 && !nb::hasattr(shape, "__len__")) {
    return ShapeFromPython(nb::make_tuple(shape), "shape", /*allow_unknown=*/true);
  }
  return ShapeFromPython(shape, "shape", /*allow_unknown=*/true);
}

VariableRequest VariableRequestFromPython(const nb::dict& arguments, nb::handle store) {
  VariableRequest request;
  request.name = TextFromPython(Get(arguments, "name"), "name");
  request.shape = OptionalShape(Get(arguments, "shape"));
  request.dtype = OptionalDType(Get(arguments, "dtype"));
  request.initializer = OptionalInitializer(Get(arguments, "initializer"));
  request.reuse = ReuseFromPython(Get(arguments, "reuse"));
  request.partitioner = OptionalPartitioner(Get(arguments, "partitioner"));
  request.use_resource = OptionalBool(Get(arguments, "use_resource"));
  request.is_local = IsTrue(Get(arguments, "is_local"));
  request.trainable = OptionalBool(Get(arguments, "trainable")).value_or(true);
  nb::object regularizer = Get(arguments, "regularizer");
  if (IsTrue(regularizer)) request.on_made = Regularize(std::move(regularizer), store);
  return request;
}

nb::dict VariableRequestToPython(const VariableRequest& request) {
  nb::dict arguments;
  arguments["name"] = TextToPython(request.name);
  arguments["shape"] = request.shape ? nb::object(ShapeToPython(*request.shape)) : nb::none();
  arguments["dtype"] = DTypeToName(request.dtype.value_or(DType::kFloat32));
  arguments["initializer"] =
      request.initializer ? KeptObject(request.initializer->origin) : nb::object(nb::none());
  arguments["reuse"] = ReuseToPython(request.reuse);
  arguments["trainable"] = request.trainable;
  arguments["partitioner"] =
      request.partitioner ? PartitionerToPython(*request.partitioner) : nb::object(nb::none());
  arguments["use_resource"] = BoolOrNone(request.use_resource);
  return arguments;
}

ScopeRequest ScopeRequestFromPython(const nb::dict& arguments) {
  ScopeRequest request;
  const nb::object name_or_scope = Get(arguments, "name_or_scope");
  const nb::object default_name = Get(arguments, "default_name");
  if (nb::isinstance<VariableScope>(name_or_scope)) {
    request.scope = nb::cast<std::shared_ptr<VariableScope>>(name_or_scope);
  } else if (!name_or_scope.is_none()) {
    request.name = TextFromPython(name_or_scope, "name_or_scope");
  } else {
    if (default_name.is_none()) {
      throw nb::type_error("name_or_scope is required where default_name is None");
    }
    request.default_name = TextFromPython(default_name, "default_name");
  }
  request.reuse = ReuseFromPython(Get(arguments, "reuse"));
  const nb::object auxiliary = Get(arguments, "auxiliary_name_scope");
  if (!nb::isinstance<nb::bool_>(auxiliary)) {
    throw nb::type_error("auxiliary_name_scope must be True or False");
  }
  request.auxiliary_name_scope = nb::cast<bool>(auxiliary);
  ScopeSettings& settings = request.settings;
  settings.initializer = OptionalInitializer(Get(arguments, "initializer"));
  settings.partitioner = OptionalPartitioner(Get(arguments, "partitioner"));
  settings.dtype = OptionalDType(Get(arguments, "dtype"));
  settings.use_resource = OptionalBool(Get(arguments, "use_resource"));
  settings.regularizer = KeepObject(Get(arguments, "regularizer"));
  settings.constraint = KeepObject(Get(arguments, "constraint"));
  const nb::object custom_getter = Get(arguments, "custom_getter");
  if (!custom_getter.is_none()) settings.custom_getters.push_back(KeepObject(custom_getter));
  return request;
}

}  // namespace thaw::python
