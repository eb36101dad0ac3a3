#include "python/src/store.h"

#include <nanobind/stl/shared_ptr.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/unique_ptr.h>

#include <memory>
#include <string>
#include <utility>

#include "engine/restore.h"
#include "engine/variables/initializer_snapshot.h"
#include "engine/variables/variable_store.h"
#include "python/src/arrays.h"
#include "python/src/dtypes.h"
#include "python/src/errors.h"
#include "python/src/interruptible.h"
#include "python/src/paths.h"
#include "python/src/python_hooks.h"
#include "python/src/reports.h"
#include "python/src/scopes.h"
#include "python/src/variable_arguments.h"
#include "python/src/variables.h"

namespace nb = nanobind;
using nb::literals::operator""_a;

namespace thaw::python {
namespace {

VariableStore& StoreOf(nb::handle self) { return nb::cast<VariableStore&>(self); }

nb::object GotToPython(const GotVariable& got, nb::handle self) {
  return got.partitioned != nullptr ? PartitionedToPython(got.partitioned, self)
                                    : VariableToPython(got.variable, self);
}

// In the current scope, without custom getters.
nb::object GetInScope(nb::handle self, const nb::dict& arguments) {
  return GotToPython(
      ValueOrRaiseKept(StoreOf(self).Get(VariableRequestFromPython(arguments, self))), self);
}

// The arguments as the current scope completes them.
nb::dict Complete(nb::handle self, const nb::dict& arguments) {
  return VariableRequestToPython(ValueOrRaise(CompleteRequest(
      *StoreOf(self).scopes().current(), VariableRequestFromPython(arguments, self))));
}

// With completed arguments: what a custom getter calls in the end.
nb::object GetCompleted(nb::handle self, const nb::dict& arguments) {
  return GotToPython(
      ValueOrRaiseKept(StoreOf(self).GetCompleted(VariableRequestFromPython(arguments, self))),
      self);
}

nb::object MakePlain(nb::handle self, nb::handle initial_value, nb::handle name, nb::handle shape,
                     bool validate_shape, nb::handle use_resource, bool trainable) {
  PlainVariableRequest request;
  request.name = TextFromPython(name, "name");
  request.initial_value = InitializerFromPython(initial_value);
  request.shape = OptionalShape(shape);
  request.validate_shape = validate_shape;
  request.use_resource = OptionalBool(use_resource);
  request.trainable = trainable;
  return VariableToPython(ValueOrRaiseKept(StoreOf(self).Make(std::move(request))), self);
}

nb::list Variables(nb::handle self, VariableGroup group) {
  nb::list variables;
  for (Variable* variable : StoreOf(self).variables(group)) {
    variables.append(VariableToPython(variable, self));
  }
  return variables;
}

std::unique_ptr<ScopeEntry> MakeScopeEntry(nb::handle self, const nb::dict& arguments) {
  return std::make_unique<ScopeEntry>(&StoreOf(self).scopes(), ScopeRequestFromPython(arguments));
}

std::unique_ptr<NameScopeEntry> MakeNameScopeEntry(nb::handle self, nb::handle name) {
  std::string text = name.is_none() ? std::string() : TextFromPython(name, "name");
  return std::make_unique<NameScopeEntry>(&StoreOf(self).scopes(), std::move(text));
}

// ---- Initializers ----

// What an initializer object of Python holds.
struct PythonSnapshot {
  nb::object store;
  InitializerSnapshot snapshot;
};

// Raises the error of one of the variables that failed, with the report.
Report RunSnapshot(VariableStore& store, const InitializerSnapshot& snapshot) {
  Report report;
  RunInterruptibly([&](const RunControl& control) {
    RestoreOptions options;
    options.cancel = control.cancel;
    report = Initialize(store, snapshot, options);
  });
  RaiseIfFailed(report);
  return report;
}

std::unique_ptr<PythonSnapshot> TakeSnapshot(nb::handle self, VariableGroup group) {
  return std::make_unique<PythonSnapshot>(
      PythonSnapshot{nb::borrow(self), TakeInitializers(StoreOf(self), group)});
}

void BindInitializerObject(nb::module_& module) {
  nb::class_<PythonSnapshot>(module, "InitializerOp",
                             "The initializers of a store's variables as they were when this "
                             "object was made.")
      .def(
          "run", [](PythonSnapshot& self) { RunSnapshot(StoreOf(self.store), self.snapshot); },
          "Gives each variable the value of its initializer.\nRaises the error of one of the "
          "variables that failed; the others have their values.");
}

}  // namespace

void BindStore(nb::module_& module) {
  BindInitializerObject(module);
  nb::class_<VariableStore>(module, "VariableStore", nb::dynamic_attr(),
                            nb::is_weak_referenceable())
      .def("__init__",
           [](VariableStore* self) {
             new (self) VariableStore();
             self->set_map_notation(MapNotation::kPython);
           })
      .def("_get", &GetInScope)
      .def("_complete", &Complete)
      .def("_get_completed", &GetCompleted)
      .def("_make", &MakePlain, "initial_value"_a, "name"_a, "shape"_a.none(), "validate_shape"_a,
           "use_resource"_a.none(), "trainable"_a)
      .def("_has_key", [](const VariableStore& store,
                          const std::string& key) { return store.FindKey(key) != nullptr; })
      .def("_variable_scope", &MakeScopeEntry, nb::keep_alive<0, 1>())
      .def("name_scope", &MakeNameScopeEntry, nb::keep_alive<0, 1>(), "name"_a.none(),
           "A context manager that puts `name` in front of the names that Variable gives.\n"
           "None and \"\" lead to the root, a slash at the end to exactly that scope.\nEntering "
           "raises ValueError for what is no scope name.")
      .def(
          "get_variable_scope", [](const VariableStore& store) { return store.scopes().current(); },
          "The variable scope that is open.")
      .def(
          "global_variables",
          [](nb::handle self) { return Variables(self, VariableGroup::kGlobal); },
          "The variables that Variable and get_variable made, in order, parts one by one.")
      .def(
          "local_variables", [](nb::handle self) { return Variables(self, VariableGroup::kLocal); },
          "The variables that get_local_variable made, in order, parts one by one.")
      .def(
          "trainable_variables",
          [](nb::handle self) {
            nb::list trainable;
            for (Variable* variable : StoreOf(self).variables()) {
              if (variable->trainable) trainable.append(VariableToPython(variable, self));
            }
            return trainable;
          },
          "The variables that were made trainable, in order, parts one by one.")
      .def(
          "global_variables_initializer",
          [](nb::handle self) { return TakeSnapshot(self, VariableGroup::kGlobal); },
          "The initializers of the global variables as they are now; `run()` runs them.")
      .def(
          "local_variables_initializer",
          [](nb::handle self) { return TakeSnapshot(self, VariableGroup::kLocal); },
          "The initializers of the local variables as they are now; `run()` runs them.")
      .def(
          "initialize",
          [](nb::handle self) {
            VariableStore& store = StoreOf(self);
            return ReportToPython(RunSnapshot(store, TakeInitializers(store, VariableGroup::kAll)));
          },
          nb::sig("def initialize(self) -> typing.Any"),
          "Runs the initializers of all variables as they are now.\nReturns a Report: what each "
          "variable got and why.\nRaises the error of one of the variables that failed, with the "
          "report in `.report`; the others have their values.");
}

}  // namespace thaw::python
