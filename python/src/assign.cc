#include "python/src/assign.h"

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "engine/assign/resolver.h"
#include "engine/assign/silent_cases.h"
#include "engine/saver/load_checkpoint.h"
#include "engine/variables/variable_store.h"
#include "python/src/checkpoint_files.h"
#include "python/src/errors.h"
#include "python/src/paths.h"

namespace nb = nanobind;

namespace thaw::python {
namespace {

// The pairs sorted by key as Python sorts, which keeps the order of equal keys.
// Errors: TypeError  no iterable of pairs; keys that have no order.
nb::list SortedPairs(nb::handle assignment_map) {
  const nb::object mapping = nb::module_::import_("collections.abc").attr("Mapping");
  nb::object pairs = nb::borrow(assignment_map);
  if (PyObject_IsInstance(assignment_map.ptr(), mapping.ptr()) == 1) {
    pairs = assignment_map.attr("items")();
  }
  const nb::object first = nb::module_::import_("operator").attr("itemgetter")(0);
  return nb::borrow<nb::list>(
      nb::module_::import_("builtins").attr("sorted")(pairs, nb::arg("key") = first));
}

bool IsListOfVariables(nb::handle value) {
  if (PyList_Check(value.ptr()) == 0) return false;
  for (const nb::handle element : nb::iter(value)) {
    if (!nb::isinstance<Variable>(element)) return false;
  }
  return true;
}

// One pair after the other from Python's objects to the engine's entries, with the errors that a
// pair raises by its types, in TensorFlow's order.
class MapBuilder {
 public:
  explicit MapBuilder(const VariableStore& store) : store_(store) {}

  void Add(nb::handle pair) {
    const nb::tuple elements(pair);
    if (nb::len(elements) != 2) {
      RaiseValueError("assignment_map: an element must be a pair of a key and a value, not " +
                      Repr(pair));
    }
    MapEntry entry;
    const bool is_found = SetValue(elements[0], elements[1], &entry.value);
    if (PyUnicode_Check(elements[0].ptr()) == 0) RaiseForKey(elements[0], is_found);
    entry.key = TextFromPython(elements[0], "assignment_map: a key");
    map_.Add(std::move(entry));
  }

  const AssignmentMap& map() const { return map_; }

 private:
  // Returns whether the value is a variable; else it is a scope.
  bool SetValue(nb::handle key, nb::handle value, MapValue* entry) const {
    if (nb::isinstance<Variable>(value)) {
      entry->kind = MapValue::Kind::kVariable;
      entry->name = OpName(value);
      return true;
    }
    if (IsListOfVariables(value)) {
      entry->kind = MapValue::Kind::kVariables;
      for (const nb::handle part : nb::iter(value)) entry->variables.push_back(OpName(part));
      return true;
    }
    if (PyUnicode_Check(value.ptr()) == 0) {
      RaiseTypeError(
          "assignment_map[" + Repr(key) +
          "] must be the name of a variable or scope, a Variable or a list of parts, "
          "not " +
          Repr(value) +
          (nb::isinstance<PartitionedVariable>(value) ? "; give its parts: list(…)" : ""));
    }
    entry->name = TextFromPython(value, "assignment_map: a value");
    return store_.FindKey(entry->name) != nullptr ||
           store_.FindKey(entry->name + "/part_0") != nullptr;
  }

  std::string OpName(nb::handle object) const {
    const Variable* variable = nb::cast<const Variable*>(object);
    if (store_.FindOpName(variable->op_name) != variable) {
      RaiseValueError("assignment_map: variable '" + variable->op_name +
                      "' belongs to another store");
    }
    return variable->op_name;
  }

  // A key that is no str can be no tensor; as a scope it has the wrong type.
  [[noreturn]] static void RaiseForKey(nb::handle key, bool is_found) {
    if (!is_found || PyObject_Hash(key.ptr()) == -1) {
      PyErr_Clear();
      RaiseTypeError("assignment_map: a key must be a str, not " + Repr(key));
    }
    RaiseValueError("Tensor " + Repr(key) +
                    " is not found in the checkpoint: an assignment_map's key must be a str");
  }

  const VariableStore& store_;
  AssignmentMap map_;
};

// Resolves and applies; what came before an error stays.
void ApplyMap(const Checkpoint& checkpoint, const AssignmentMap& map, VariableStore& store) {
  const Resolution resolution = Resolve(checkpoint.reader(), map, store);
  Apply(resolution, store);
  const std::size_t num_applied = resolution.applied_entries.size();
  for (const Finding& finding : EntryWarnings(store, store.applied_entries().last(num_applied))) {
    LogWarning(finding.message + (finding.hint.empty() ? "" : "; " + finding.hint));
  }
  if (resolution.errors.empty()) return;
  const MapError& error = resolution.errors.front();
  const nb::object exception = MakeException(error.status.WithVariable(error.variable));
  exception.attr("finding") = TextToPython(FindingCodeName(error.code));
  Raise(exception);
}

// Where TensorFlow finds no file it raises NotFoundError; where it finds no state, ValueError.
Checkpoint OpenedOrRaise(Result<Checkpoint> opened) {
  if (opened.ok()) return std::move(opened).value();
  const Status& status = opened.status();
  const nb::object exception = MakeException(status);
  if (status.code() == StatusCode::kNotFound && status.tf_class() == "ValueError") {
    exception.attr("finding") = TextToPython(FindingCodeName(FindingCode::kNoCheckpointState));
  }
  Raise(exception);
}

void InitFromCheckpoint(nb::handle ckpt_dir_or_file, nb::handle assignment_map,
                        VariableStore& store) {
  const std::string path = PathFromPython(ckpt_dir_or_file, "ckpt_dir_or_file");
  Result<Checkpoint> opened = [&] {
    const nb::gil_scoped_release release;
    return LoadCheckpoint(path);
  }();
  const Checkpoint checkpoint = OpenedOrRaise(std::move(opened));
  MapBuilder builder(store);
  for (const nb::handle pair : SortedPairs(assignment_map)) {
    try {
      builder.Add(pair);
    } catch (const std::exception&) {
      ApplyMap(checkpoint, builder.map(), store);  // TensorFlow came as far
      throw;
    }
  }
  ApplyMap(checkpoint, builder.map(), store);
}

}  // namespace

void BindAssign(nb::module_& module) {
  module.def("init_from_checkpoint", &InitFromCheckpoint, nb::arg("ckpt_dir_or_file").none(),
             nb::arg("assignment_map").none(), nb::arg("store"));
}

}  // namespace thaw::python
