#include "python/src/scopes.h"

#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>

#include <string>
#include <utility>
#include <vector>

#include "python/src/dtypes.h"
#include "python/src/errors.h"
#include "python/src/paths.h"
#include "python/src/python_hooks.h"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace thaw::python {
namespace {

nb::object AutoReuse() { return nb::module_::import_("tensorthaw._reuse").attr("AUTO_REUSE"); }

nb::object InitializerOf(const VariableScope& scope) {
  const auto& initializer = scope.settings().initializer;
  return initializer ? KeptObject(initializer->origin) : nb::none();
}

nb::object PartitionerOf(const VariableScope& scope) {
  const auto& partitioner = scope.settings().partitioner;
  return partitioner ? PartitionerToPython(*partitioner) : nb::none();
}

nb::object UseResourceOf(const VariableScope& scope) {
  const auto& use_resource = scope.settings().use_resource;
  return use_resource ? nb::object(nb::bool_(*use_resource)) : nb::none();
}

// The getters of the scope, the outermost first.
nb::list GettersOf(const VariableScope& scope) {
  nb::list getters;
  for (const OpaqueHook& getter : scope.settings().custom_getters) {
    getters.append(KeptObject(getter));
  }
  return getters;
}

void BindScope(nb::module_& module) {
  nb::class_<VariableScope>(module, "VariableScope",
                            "A variable scope: the prefix and the defaults of get_variable.")
      .def_prop_ro(
          "name", [](const VariableScope& s) { return TextToPython(s.name()); },
          "The absolute name, without a slash at its end; empty at the root.")
      .def_prop_ro(
          "original_name_scope",
          [](const VariableScope& s) { return TextToPython(s.original_name_scope()); },
          "The name scope that was opened with it, with a slash at its end: \"a/b_1/\".")
      .def_prop_ro(
          "reuse", [](const VariableScope& s) { return ReuseToPython(s.reuse()); },
          "False, True or AUTO_REUSE.")
      .def_prop_ro(
          "dtype",
          [](const VariableScope& s) {
            return DTypeToName(s.settings().dtype.value_or(DType::kFloat32));
          },
          "TensorFlow's name of the dtype that get_variable takes by default.")
      .def_prop_ro("initializer", &InitializerOf, "The default of get_variable, or None.")
      .def_prop_ro("partitioner", &PartitionerOf, "The default of get_variable, or None.")
      .def_prop_ro("use_resource", &UseResourceOf,
                   "Whether get_variable makes resource variables; None where it was not said.")
      .def_prop_ro(
          "regularizer",
          [](const VariableScope& s) { return KeptObject(s.settings().regularizer); },
          "As it was given, or None; it is kept and never called.")
      .def_prop_ro(
          "constraint", [](const VariableScope& s) { return KeptObject(s.settings().constraint); },
          "As it was given, or None; it is kept and never called.")
      .def_prop_ro("_custom_getters", &GettersOf)
      .def("reuse_variables", &VariableScope::reuse_variables,
           "From now on get_variable returns existing variables only.");
}

}  // namespace

Reuse ReuseFromPython(nb::handle reuse) {
  if (reuse.is_none()) return Reuse::kDefault;
  if (reuse.is(nb::handle(Py_False))) return Reuse::kNo;
  if (reuse.is(nb::handle(Py_True))) return Reuse::kYes;
  if (reuse.is(AutoReuse())) return Reuse::kAuto;
  throw nb::value_error("The reuse parameter must be True, False, AUTO_REUSE or None.");
}

nb::object ReuseToPython(Reuse reuse) {
  switch (reuse) {
    case Reuse::kDefault:
      return nb::none();
    case Reuse::kNo:
      return nb::bool_(false);
    case Reuse::kYes:
      return nb::bool_(true);
    case Reuse::kAuto:
      break;
  }
  return AutoReuse();
}

std::string NameScopeEntry::Enter() {
  outer_.push_back(ValueOrRaise(stack_->EnterNameScope(name_)));
  return stack_->name_scope().empty() ? std::string() : stack_->name_scope() + "/";
}

void NameScopeEntry::Exit() {
  if (outer_.empty()) {
    RaiseStatus(
        FailedPreconditionError("the name scope was not entered").WithTfClass("RuntimeError"));
  }
  stack_->LeaveNameScope(std::move(outer_.back()));
  outer_.pop_back();
}

void BindScopes(nb::module_& module) {
  BindScope(module);
  nb::class_<ScopeEntry>(module, "VariableScopeContext",
                         "One `store.variable_scope(…)`: a context manager that may be entered "
                         "again after it was left.")
      .def("__enter__", [](ScopeEntry& entry) { return ValueOrRaise(entry.Enter()); })
      .def(
          "__exit__",
          [](ScopeEntry& entry, nb::handle, nb::handle, nb::handle) { RaiseIfError(entry.Exit()); },
          "type"_a.none(), "value"_a.none(), "traceback"_a.none());
  nb::class_<NameScopeEntry>(module, "NameScopeContext",
                             "One `store.name_scope(…)`: a context manager that gives the scope's "
                             "name with a slash at its end.")
      .def("__enter__", [](NameScopeEntry& entry) { return TextToPython(entry.Enter()); })
      .def(
          "__exit__",
          [](NameScopeEntry& entry, nb::handle, nb::handle, nb::handle) { entry.Exit(); },
          "type"_a.none(), "value"_a.none(), "traceback"_a.none());
}

}  // namespace thaw::python
